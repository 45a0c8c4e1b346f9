/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_ignored_unique.c: nobody asks how many are left. */
/*
 * gcc: ignoring return value of 'numbers_unique'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'size_t numbers_unique\(
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/sort.h>

static bool
less(const int *a, const int *b)
{
	return *a < *b;
}

WEFT_SORT(numbers, int, less);

size_t
only_one_of_each(int *v, size_t n)
{
	numbers_sort(NULL, v, n);
#ifdef RIGHT
	return numbers_unique(NULL, v, n);
#else
	numbers_unique(NULL, v, n);
	return n;
#endif
}
