// SPDX-License-Identifier: MIT OR Apache-2.0
// tbb_par.cpp: TBB's loops, with its auto partitioner; STATIC: with its static one.
#include "../../par_work.h"
#include "tbb_team.h"

#include <tbb/parallel_reduce.h>
#include <tbb/parallel_scan.h>

#include <functional>

#ifdef STATIC
typedef tbb::static_partitioner partitioner;
#else
typedef tbb::auto_partitioner partitioner;
#endif
typedef tbb::blocked_range<size_t> range;

template <typename Fn>
static void
tbb_each(uint64_t *out, const uint64_t *in, size_t n, Fn fn)
{
	auto part = [=](const range &r) {
		for (size_t i = r.begin(); i != r.end(); i++)
			out[i] = fn(&in[i]);
	};

	tbb::parallel_for(range(0, n), part, partitioner());
}

static void
tbb_map(uint64_t *out, const uint64_t *in, size_t n)
{
	tbb_each(out, in, n, [](const uint64_t *v) { return par_trivial(v); });
}

static uint64_t
tbb_sum(const uint64_t *in, size_t n)
{
	auto part = [=](const range &r, uint64_t sum) {
		for (size_t i = r.begin(); i != r.end(); i++)
			sum += in[i];
		return sum;
	};
	std::plus<uint64_t> plus;
	uint64_t none = 0;

	return tbb::parallel_reduce(range(0, n), none, part, plus, partitioner());
}

#ifndef STATIC
static void
tbb_scan(uint64_t *out, const uint64_t *in, size_t n)
{
	auto part = [=](const range &r, uint64_t sum, bool last) {
		for (size_t i = r.begin(); i != r.end(); i++) {
			sum += in[i];
			if (last)
				out[i] = sum;
		}
		return sum;
	};
	std::plus<uint64_t> plus;
	uint64_t none = 0;

	tbb::parallel_scan(range(0, n), none, part, plus, partitioner());
}
#endif

static void
tbb_spend(uint64_t *out, const uint64_t *steps, size_t n)
{
	tbb_each(out, steps, n, [](const uint64_t *v) { return par_spend(v); });
}

static void
tbb_rows(uint64_t *out, const uint64_t *rows, size_t n)
{
	tbb_each(out, rows, n, [](const uint64_t *v) { return par_row(v); });
}

static struct par_loops
par_open(int threads)
{
	struct par_loops l = { tbb_map, tbb_sum, NULL, tbb_spend, tbb_rows, NULL };

#ifndef STATIC
	l.scan = tbb_scan;
#endif
	tbb_team_open(threads);
	return l;
}

#include "../../par_main.h"
