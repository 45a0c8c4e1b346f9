// SPDX-License-Identifier: MIT OR Apache-2.0
// gnu_par.cpp: the loops of libstdc++'s parallel mode.
#include "../../par_work.h"

#include <omp.h>
#include <parallel/algorithm>
#include <parallel/numeric>

static void
gnu_map(uint64_t *out, const uint64_t *in, size_t n)
{
	auto trivial = [](const uint64_t &v) { return par_trivial(&v); };

	__gnu_parallel::transform(in, in + n, out, trivial, __gnu_parallel::parallel_balanced);
}

static uint64_t
gnu_sum(const uint64_t *in, size_t n)
{
	return __gnu_parallel::accumulate(in, in + n, uint64_t{ 0 }, std::plus<uint64_t>(),
	    __gnu_parallel::parallel_balanced);
}

static void
gnu_scan(uint64_t *out, const uint64_t *in, size_t n)
{
	__gnu_parallel::partial_sum(in, in + n, out);
}

static struct par_loops
par_open(int threads)
{
	struct par_loops l = { gnu_map, gnu_sum, gnu_scan, NULL, NULL, NULL };

	omp_set_num_threads(threads);
#pragma omp parallel
	team_pin(omp_get_thread_num());
	return l;
}

#include "../../par_main.h"
