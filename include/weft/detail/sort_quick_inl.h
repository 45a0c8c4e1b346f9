/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/sort_quick_inl.h: the serial kernels of the unstable sort. */
#ifndef WEFT_DETAIL_SORT_QUICK_INL_H
#define WEFT_DETAIL_SORT_QUICK_INL_H

#include "sort_small_inl.h"

/* A partition of quicksort's that goes well halves n; twice as many are forgiven. */
WEFT_INLINE_ unsigned
weft_sort_limit_(size_t n)
{
	return 2 * (64 - (unsigned)__builtin_clzll((unsigned long long)n | 1));
}

WEFT_INLINE_ const char *
weft_sort_median_of_3_(const char *a, const char *b, const char *c, weft_sort_as_ as)
{
	bool ab = weft_sort_less_(a, b, as), ac = weft_sort_less_(a, c, as);

	/* a is between them, or the one of b and c that is nearer to it. */
	if (ab != ac)
		return a;
	return weft_sort_less_(b, c, as) == ab ? b : c;
}

/* About the median: of 3, 9 or 27 elements that stand evenly. */
WEFT_INLINE_ const char *
weft_sort_median_(const char *v, size_t n, weft_sort_as_ as)
{
	const char *p[27];
	size_t count = n < 128 ? 3 : n < 2048 ? 9 : 27;

	for (size_t i = 0; i < count; i++)
		p[i] = v + (n / count * i + n / (2 * count)) * as.size;
	for (; count > 1; count /= 3) {
		for (size_t i = 0; i < count / 3; i++)
			p[i] = weft_sort_median_of_3_(p[3 * i], p[3 * i + 1], p[3 * i + 2], as);
	}
	return p[0];
}

/* Does x belong on the left? Of equals: yes with `equal`. */
WEFT_INLINE_ bool
weft_sort_left_(const char *x, const char *pivot, bool equal, weft_sort_as_ as)
{
	return equal ? !weft_sort_less_(pivot, x, as) : weft_sort_less_(x, pivot, as);
}

/*
 * Those that belong on the left, first; how many. pivot is not in v. One element is in
 * tmp, so that each step is two moves and no branch: the first of the right ones moves to
 * the hole, the new one to its place, where it stays if it belongs on the left.
 */
WEFT_INLINE_ size_t
weft_sort_part_(char *v, size_t n, const char *pivot, bool equal, char *tmp, weft_sort_as_ as)
{
	char *left = v, *hole = v, *end = v + n * as.size;
	bool goes;

	if (n == 0)
		return 0;
	weft_sort_move_(tmp, v, as);
	for (char *x = v + as.size; x < end; x += as.size) {
		goes = weft_sort_left_(x, pivot, equal, as);
		weft_sort_move_(hole, left, as);
		weft_sort_move_(left, x, as);
		hole = x;
		left += goes * as.size;
	}
	goes = weft_sort_left_(tmp, pivot, equal, as);
	weft_sort_move_(hole, left, as);
	weft_sort_move_(left, tmp, as);
	left += goes * as.size;
	return (size_t)(left - v) / as.size;
}

/*
 * One level of quicksort. low: NULL, or an element that none of v is before: when the
 * pivot equals it, the left part is all the pivot's equals, which need no more sorting, and
 * *equal is true. Returns the length of the left part. pivot, tmp: room for one.
 */
WEFT_INLINE_ size_t
weft_sort_split_(char *v, size_t n, const char *low, char *pivot, char *tmp, bool *equal,
    weft_sort_as_ as)
{
	weft_sort_move_(pivot, weft_sort_median_(v, n, as), as);
	*equal = low != NULL && !weft_sort_less_(low, pivot, as);
	if (*equal)
		return weft_sort_part_(v, n, pivot, true, tmp, as);
	return weft_sort_part_(v, n, pivot, false, tmp, as);
}

#endif
