// SPDX-License-Identifier: MIT OR Apache-2.0
// tbb_sort.cpp: TBB's parallel_sort; it has no stable one.
#include "../../sort_work.h"
#include "tbb_team.h"

#include <tbb/parallel_sort.h>

static void
tbb_sort(uint64_t *v, size_t n)
{
	tbb::parallel_sort(v, v + n);
}

static void
tbb_strings(const char **v, size_t n)
{
	tbb::parallel_sort(v, v + n, [](const char *a, const char *b) { return strcmp(a, b) < 0; });
}

static struct sort_calls
sort_open(int threads)
{
	struct sort_calls c = { tbb_sort, NULL, tbb_strings };

	tbb_team_open(threads);
	return c;
}

#include "../../sort_main.h"
