/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench.h: what all bench programs share, in C and C++: pinned threads, one start, one line. */
#ifndef BENCH_H
#define BENCH_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * A cell is one process: PROGRAM WORK OPS. It prints `ns N ops N checksum N` and exits 0.
 * rivals/rust/src/lib.rs is the twin of this file: change both, or neither.
 */

/* Two things that different threads write stay this many bytes apart. */
#define BENCH_LINE 128

static inline void
bench_die(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(2);
}

static inline uint64_t
bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline void
bench_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb");
#endif
}

/* What to do while a queue is full or empty: a few pauses, then give the CPU away. */
struct bench_wait {
	int tries;
};

static inline void
bench_wait(struct bench_wait *w)
{
	if (w->tries < 16) {
		w->tries++;
		bench_pause();
	} else {
		sched_yield();
	}
}

/* The CPUs that this thread may use: all that the process may, while nobody is pinned. */
static inline cpu_set_t
bench_cpus(void)
{
	cpu_set_t all;

	if (sched_getaffinity(0, sizeof all, &all) != 0)
		bench_die("sched_getaffinity failed");
	return all;
}

/* This thread, the ith, runs on the (i mod n)th of these n CPUs. */
static inline void
bench_pin_to(const cpu_set_t *all, int i)
{
	int nth = i % CPU_COUNT(all);
	cpu_set_t one;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, all) || nth-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (pthread_setaffinity_np(pthread_self(), sizeof one, &one) != 0)
			bench_die("a thread cannot be pinned");
		return;
	}
}

static inline void
bench_pin(int i)
{
	cpu_set_t all = bench_cpus();

	bench_pin_to(&all, i);
}

/* One thread's part of the work; the answer is its part of the checksum. */
typedef uint64_t bench_work(int me, void *ctx);

struct bench_team {
	bench_work *work;
	void *ctx;
	int threads;
	int arrived;            /* __atomic: threads that stand at the start */
};

struct bench_member {
	pthread_t thread;
	struct bench_team *team;
	int me;
	uint64_t start, end, checksum;
	char pad[BENCH_LINE];
};

static inline void *
bench_member_run(void *arg)
{
	struct bench_member *m = (struct bench_member *)arg;
	struct bench_wait wait = { 0 };

	bench_pin(m->me);
	/* The start: all are there, on their CPUs, before anyone goes. */
	__atomic_fetch_add(&m->team->arrived, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&m->team->arrived, __ATOMIC_ACQUIRE) < m->team->threads)
		bench_wait(&wait);
	m->start = bench_now();
	m->checksum = m->team->work(m->me, m->team->ctx);
	m->end = bench_now();
	return NULL;
}

struct bench_result {
	uint64_t ns;            /* from the first start to the last end */
	uint64_t checksum;      /* the sum of the threads' */
};

static inline struct bench_result
bench_run(int threads, bench_work *work, void *ctx)
{
	struct bench_team team = { work, ctx, threads, 0 };
	struct bench_member *m = (struct bench_member *)calloc((size_t)threads, sizeof *m);
	struct bench_result r = { 0, 0 };
	uint64_t start = UINT64_MAX, end = 0;

	if (m == NULL)
		bench_die("no memory");
	for (int i = 0; i < threads; i++) {
		m[i].team = &team;
		m[i].me = i;
		if (pthread_create(&m[i].thread, NULL, bench_member_run, &m[i]) != 0)
			bench_die("no thread");
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(m[i].thread, NULL);
		start = m[i].start < start ? m[i].start : start;
		end = m[i].end > end ? m[i].end : end;
		r.checksum += m[i].checksum;
	}
	r.ns = end - start;
	free(m);
	return r;
}

struct bench_args {
	const char *work;
	uint64_t ops;           /* a multiple of 64, so that 1 to 64 threads share it evenly */
};

static inline struct bench_args
bench_args(int argc, char **argv)
{
	struct bench_args a = { NULL, 0 };

	if (argc != 3)
		bench_die("usage: PROGRAM WORK OPS");
	a.work = argv[1];
	a.ops = strtoull(argv[2], NULL, 10);
	if (a.ops == 0 || a.ops % 64 != 0)
		bench_die("OPS must be a multiple of 64");
	return a;
}

/* The N of a work named `word-N`, as in add-4; 0 when it is another word. */
static inline int
bench_work_threads(const char *work, const char *word)
{
	size_t n = strlen(word);
	int threads = 0;

	if (strncmp(work, word, n) == 0 && work[n] == '-')
		threads = atoi(work + n + 1);
	return threads >= 1 && threads <= 64 && 64 % threads == 0 ? threads : 0;
}

static inline int
bench_report(struct bench_result r, uint64_t ops)
{
	printf("ns %" PRIu64 " ops %" PRIu64 " checksum %" PRIu64 "\n", r.ns, ops, r.checksum);
	return 0;
}

#endif
