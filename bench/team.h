/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* team.h: what the cells of pool, loops and sorts share: a team of threads, steps of work, sums. */
#ifndef BENCH_TEAM_H
#define BENCH_TEAM_H

#include "bench.h"

/*
 * PROGRAM WORK OPS [THREADS]: an operation is a whole call, so OPS is any number. A team is
 * THREADS threads, the caller with them where the library lets it take part; without the
 * argument, as many as there are CPUs. Thread i of it is pinned as bench_pin_to says.
 * twin: rivals/rust/src/team.rs
 */
struct team_args {
	const char *work;
	uint64_t ops;
	int threads;
};

/* All CPUs of the process, seen before anyone is pinned. */
static cpu_set_t team_cpus;

static inline struct team_args
team_args(int argc, char **argv)
{
	struct team_args a = { NULL, 0, 0 };

	if (argc != 3 && argc != 4)
		bench_die("usage: PROGRAM WORK OPS [THREADS]");
	team_cpus = bench_cpus();
	a.work = argv[1];
	a.ops = strtoull(argv[2], NULL, 10);
	a.threads = argc == 4 ? atoi(argv[3]) : CPU_COUNT(&team_cpus);
	if (a.ops == 0 || a.threads < 1)
		bench_die("OPS and THREADS must be at least 1");
	return a;
}

static inline void
team_pin(int i)
{
	bench_pin_to(&team_cpus, i);
}

/* The N of `word-N`; k is 1024, m a million. 0: it is another word. */
static inline size_t
team_size(const char *work, const char *word)
{
	size_t length = strlen(word), n = 0;
	char *end = NULL;

	if (strncmp(work, word, length) != 0 || work[length] != '-')
		return 0;
	n = strtoull(work + length + 1, &end, 10);
	if (*end == 'k' || *end == 'm')
		n *= *end++ == 'k' ? 1024 : 1000000;
	return *end == '\0' ? n : 0;
}

/* The ith number of a sequence that looks random (SplitMix64). */
static inline uint64_t
team_number(uint64_t i)
{
	uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/*
 * So many steps of a xorshift, each waiting for the one before: work that no compiler makes
 * shorter, as clang does with steps that multiply and add.
 */
static inline uint64_t
team_steps(uint64_t x, uint64_t steps)
{
	for (uint64_t i = 0; i < steps; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	return x;
}

/* A sum that sees which value stands where. */
static inline uint64_t
team_sum(const uint64_t *v, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i] * (2 * i + 1);
	return sum;
}

static inline uint64_t *
team_room(size_t n)
{
	uint64_t *v = (uint64_t *)malloc(n * sizeof *v);

	if (v == NULL)
		bench_die("no memory");
	return v;
}

/* The compiler takes it that all memory is read and written here. */
static inline void
team_fence(void)
{
	__asm__ volatile("" ::: "memory");
}

static inline int
team_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The median of n times, n times: what a cell reports whose times are taken one by one. */
static inline uint64_t
team_median(uint64_t *ns, size_t n)
{
	qsort(ns, n, sizeof *ns, team_order);
	return ns[n / 2] * n;
}

#endif
