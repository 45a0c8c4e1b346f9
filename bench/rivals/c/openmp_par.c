/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* openmp_par.c: OpenMP's loops: static, dynamic where items are uneven; built by gcc and clang. */
#include "../../par_work.h"

#include <omp.h>

#define OPENMP_MOST 256         /* threads */
static int the_threads;

static void
openmp_map(uint64_t *out, const uint64_t *in, size_t n)
{
#pragma omp parallel for schedule(static) num_threads(the_threads)
	for (size_t i = 0; i < n; i++)
		out[i] = par_trivial(&in[i]);
}

static uint64_t
openmp_sum(const uint64_t *in, size_t n)
{
	uint64_t sum = 0;

#pragma omp parallel for schedule(static) reduction(+ : sum) num_threads(the_threads)
	for (size_t i = 0; i < n; i++)
		sum += in[i];
	return sum;
}

/*
 * By hand, in two passes: the scan directive of gcc 12 and clang 14 keeps a copy of the sum
 * for each item, clang's on the stack.
 */
static void
openmp_scan(uint64_t *out, const uint64_t *in, size_t n)
{
	static struct {
		uint64_t sum;
		char pad[BENCH_LINE];
	} parts[OPENMP_MOST];

#pragma omp parallel num_threads(the_threads)
	{
		size_t me = (size_t)omp_get_thread_num(), of = (size_t)omp_get_num_threads();
		size_t begin = n * me / of, end = n * (me + 1) / of;
		uint64_t sum = 0;

		for (size_t i = begin; i < end; i++)
			sum += in[i];
		parts[me].sum = sum;
#pragma omp barrier
		sum = 0;
		for (size_t i = 0; i < me; i++)
			sum += parts[i].sum;
		for (size_t i = begin; i < end; i++) {
			sum += in[i];
			out[i] = sum;
		}
	}
}

static void
openmp_spend(uint64_t *out, const uint64_t *steps, size_t n)
{
#pragma omp parallel for schedule(dynamic) num_threads(the_threads)
	for (size_t i = 0; i < n; i++)
		out[i] = par_spend(&steps[i]);
}

static void
openmp_rows(uint64_t *out, const uint64_t *rows, size_t n)
{
#pragma omp parallel for schedule(dynamic) num_threads(the_threads)
	for (size_t i = 0; i < n; i++)
		out[i] = par_row(&rows[i]);
}

/* Each caller has a team of its own, whose threads stay. */
static void
openmp_enter(void)
{
	int part;

#pragma omp parallel for schedule(static) num_threads(the_threads)
	for (part = 0; part < the_threads; part++)
		team_pin(part);
}

static struct par_loops
par_open(int threads)
{
	struct par_loops l = { openmp_map, openmp_sum, openmp_scan, openmp_spend, openmp_rows,
		openmp_enter };

	if (threads > OPENMP_MOST)
		bench_die("too many threads");
	the_threads = threads;
	openmp_enter();
	return l;
}

#include "../../par_main.h"
