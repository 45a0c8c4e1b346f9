/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* shared_counter.c: one word, and everyone's fetch_add. */
#include "../../counter_work.h"

static struct {
	char pad0[BENCH_LINE];
	uint64_t n;
	char pad1[BENCH_LINE];
} counter;

static inline void
counter_add(int me)
{
	(void)me;
	__atomic_fetch_add(&counter.n, 1, __ATOMIC_RELAXED);
}

static uint64_t
counter_sum(void)
{
	return __atomic_load_n(&counter.n, __ATOMIC_RELAXED);
}

#include "../../counter_main.h"
