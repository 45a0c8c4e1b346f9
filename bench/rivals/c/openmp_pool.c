/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* openmp_pool.c: OpenMP's tasks, in a region of the whole team; built by gcc and clang. */
#include "../../pool_work.h"

static int the_threads;

static uint64_t
fib_task(uint64_t n)
{
	uint64_t a = 0, b = 0;

	if (n < 2)
		return n;
#pragma omp task shared(b) firstprivate(n)
	b = fib_task(n - 2);
	a = fib_task(n - 1);
#pragma omp taskwait
	return a + b;
}

static uint64_t
openmp_fib(uint64_t n)
{
	uint64_t result = 0;

#pragma omp parallel num_threads(the_threads)
#pragma omp single
	result = fib_task(n);
	return result;
}

static void
openmp_pair(struct pool_piece *a, struct pool_piece *b)
{
#pragma omp parallel sections num_threads(the_threads)
	{
#pragma omp section
		pool_do(a);
#pragma omp section
		pool_do(b);
	}
}

static void
openmp_group(struct pool_piece *pieces, size_t n)
{
#pragma omp parallel num_threads(the_threads)
#pragma omp single
	for (size_t i = 0; i < n; i++) {
#pragma omp task firstprivate(i)
		pool_do(&pieces[i]);
	}
}

static struct pool_calls
pool_open(int threads)
{
	struct pool_calls c = { openmp_fib, openmp_pair, openmp_group };
	int part;

	the_threads = threads;
#pragma omp parallel for schedule(static) num_threads(the_threads)
	for (part = 0; part < the_threads; part++)
		team_pin(part);
	return c;
}

#include "../../pool_main.h"
