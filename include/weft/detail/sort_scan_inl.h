/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/sort_scan_inl.h: the serial kernels that go over elements once. */
#ifndef WEFT_DETAIL_SORT_SCAN_INL_H
#define WEFT_DETAIL_SORT_SCAN_INL_H

#include "sort_small_inl.h"

/* The first of the least; or, most: the first of the greatest. n is at least 1. */
WEFT_INLINE_ const char *
weft_sort_best_(const char *v, size_t n, bool most, weft_sort_as_ as)
{
	const char *best = v, *end = v + n * as.size;

	for (const char *x = v + as.size; x < end; x += as.size) {
		if (most ? weft_sort_less_(best, x, as) : weft_sort_less_(x, best, as))
			best = x;
	}
	return best;
}

/* One of each run of equals, the first; how many. */
WEFT_INLINE_ size_t
weft_sort_unique_(char *v, size_t n, weft_sort_as_ as)
{
	char *kept = v, *end = v + n * as.size;

	if (n == 0)
		return 0;
	for (char *x = v + as.size; x < end; x += as.size) {
		if (!weft_sort_less_(kept, x, as))
			continue;
		kept += as.size;
		weft_sort_move_(kept, x, as);
	}
	return (size_t)(kept - v) / as.size + 1;
}

/*
 * Copies those of `in` that are before bound (NULL: all) to out, until there is no room;
 * how many, and in *seen how far it came.
 */
WEFT_INLINE_ size_t
weft_sort_admit_(char *out, size_t room, const char *in, size_t n, const char *bound, size_t *seen,
    weft_sort_as_ as)
{
	size_t count = 0, i;

	for (i = 0; i < n && count < room; i++) {
		if (bound != NULL && !weft_sort_less_(in + i * as.size, bound, as))
			continue;
		weft_sort_move_(out + count * as.size, in + i * as.size, as);
		count++;
	}
	*seen = i;
	return count;
}

/* Of a sorted one: the first index that is not before x; or, after: that x is before. */
WEFT_INLINE_ size_t
weft_sort_bound_(const char *v, size_t n, const char *x, bool after, weft_sort_as_ as)
{
	size_t first = 0;

	while (n > 0) {
		size_t half = n / 2;
		const char *middle = v + (first + half) * as.size;

		if (after ? !weft_sort_less_(x, middle, as) : weft_sort_less_(middle, x, as)) {
			first += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return first;
}

#endif
