// SPDX-License-Identifier: MIT OR Apache-2.0
// std_sort.cpp: std::sort and std::stable_sort, on one thread; PARALLEL: gnu's parallel mode.
#include "../../sort_work.h"

#include <algorithm>
#ifdef PARALLEL
#include <omp.h>
#include <parallel/algorithm>
namespace sorts = __gnu_parallel;
#else
namespace sorts = std;
#endif

static bool
string_before(const char *a, const char *b)
{
	return strcmp(a, b) < 0;
}

static void
std_sort(uint64_t *v, size_t n)
{
	sorts::sort(v, v + n);
}

static void
std_stable(uint64_t *v, size_t n)
{
	sorts::stable_sort(v, v + n);
}

static void
std_strings(const char **v, size_t n)
{
	sorts::sort(v, v + n, string_before);
}

static struct sort_calls
sort_open(int threads)
{
	struct sort_calls c = { std_sort, std_stable, std_strings };

#ifdef PARALLEL
	omp_set_num_threads(threads);
#pragma omp parallel
	team_pin(omp_get_thread_num());
#else
	(void)threads;
#endif
	return c;
}

#include "../../sort_main.h"
