// SPDX-License-Identifier: MIT OR Apache-2.0
// tbb_pool.cpp: TBB's task_group and parallel_invoke.
#include "../../pool_work.h"
#include "tbb_team.h"

#include <tbb/parallel_invoke.h>
#include <tbb/task_group.h>

static uint64_t
tbb_fib(uint64_t n)
{
	uint64_t a = 0, b = 0;
	tbb::task_group group;

	if (n < 2)
		return n;
	group.run([&b, n] { b = tbb_fib(n - 2); });
	a = tbb_fib(n - 1);
	group.wait();
	return a + b;
}

static void
tbb_pair(struct pool_piece *a, struct pool_piece *b)
{
	tbb::parallel_invoke([a] { pool_do(a); }, [b] { pool_do(b); });
}

static void
tbb_group(struct pool_piece *pieces, size_t n)
{
	tbb::task_group group;

	for (size_t i = 0; i < n; i++)
		group.run([pieces, i] { pool_do(&pieces[i]); });
	group.wait();
}

static struct pool_calls
pool_open(int threads)
{
	struct pool_calls c = { tbb_fib, tbb_pair, tbb_group };

	tbb_team_open(threads);
	return c;
}

#include "../../pool_main.h"
