/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* striped_counter.c: as Java's LongAdder: the thread's own cell, another after a lost race. */
#include "../../counter_work.h"

/* A power of two, at least the CPUs of the machines that this is meant for. */
#define STRIPES 64

static struct {
	uint64_t n;
	char pad[BENCH_LINE - sizeof(uint64_t)];
} cells[STRIPES] __attribute__((aligned(BENCH_LINE)));

static _Thread_local uint32_t probe;

/* The thread's first probe, and the next one after a lost race: xorshift, never 0. */
static __attribute__((noinline)) uint32_t
next_probe(int me)
{
	if (probe == 0)
		probe = (uint32_t)(me + 1) * 0x9e3779b9u;
	probe ^= probe << 13;
	probe ^= probe >> 17;
	probe ^= probe << 5;
	return probe;
}

static inline void
counter_add(int me)
{
	uint32_t p = probe != 0 ? probe : next_probe(me);

	for (;;) {
		uint64_t *n = &cells[p % STRIPES].n;
		uint64_t seen = __atomic_load_n(n, __ATOMIC_RELAXED);

		if (__atomic_compare_exchange_n(n, &seen, seen + 1, false, __ATOMIC_RELAXED,
			__ATOMIC_RELAXED))
			return;
		p = next_probe(me);
	}
}

static uint64_t
counter_sum(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < STRIPES; i++)
		sum += __atomic_load_n(&cells[i].n, __ATOMIC_RELAXED);
	return sum;
}

#include "../../counter_main.h"
