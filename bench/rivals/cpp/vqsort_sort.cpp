// SPDX-License-Identifier: MIT OR Apache-2.0
// vqsort_sort.cpp: Highway's vectorised quicksort, on one thread, by the best vectors of the CPU.
#include "../../sort_work.h"

#include <hwy/contrib/sort/vqsort.h>

static void
vqsort_sort(uint64_t *v, size_t n)
{
	static hwy::Sorter sorter;

	sorter(v, n, hwy::SortAscending());
}

static struct sort_calls
sort_open(int threads)
{
	struct sort_calls c = { vqsort_sort, NULL, NULL };

	(void)threads;
	return c;
}

#include "../../sort_main.h"
