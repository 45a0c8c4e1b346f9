/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* padded_counter.c: a word a thread, each in a line of its own, and fetch_add. */
#include "../../counter_work.h"

static struct {
	uint64_t n;
	char pad[BENCH_LINE - sizeof(uint64_t)];
} cells[COUNTER_THREADS] __attribute__((aligned(BENCH_LINE)));

static inline void
counter_add(int me)
{
	__atomic_fetch_add(&cells[me].n, 1, __ATOMIC_RELAXED);
}

static uint64_t
counter_sum(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < COUNTER_THREADS; i++)
		sum += __atomic_load_n(&cells[i].n, __ATOMIC_RELAXED);
	return sum;
}

#include "../../counter_main.h"
