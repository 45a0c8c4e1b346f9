/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/sort_merge_inl.h: the serial kernels of the stable sort. */
#ifndef WEFT_DETAIL_SORT_MERGE_INL_H
#define WEFT_DETAIL_SORT_MERGE_INL_H

#include "sort_small_inl.h"

/* How many at the beginning of v are sorted already. */
WEFT_INLINE_ size_t
weft_sort_run_(const char *v, size_t n, weft_sort_as_ as)
{
	const char *end = v + n * as.size;

	if (n < 2)
		return n;
	for (const char *x = v + as.size; x < end; x += as.size) {
		if (weft_sort_less_(x, x - as.size, as))
			return (size_t)(x - v) / as.size;
	}
	return n;
}

/* Is each before the one to its left? Then the reverse of v is sorted, and stable. */
WEFT_INLINE_ bool
weft_sort_falls_(const char *v, size_t n, weft_sort_as_ as)
{
	for (const char *x = v + as.size, *end = v + n * as.size; x < end; x += as.size) {
		if (!weft_sort_less_(x, x - as.size, as))
			return false;
	}
	return true;
}

/* tmp: room for one. */
WEFT_INLINE_ void
weft_sort_reverse_(char *v, size_t n, char *tmp, weft_sort_as_ as)
{
	for (char *last = v + n * as.size; n >= 2; n -= 2, v += as.size) {
		last -= as.size;
		weft_sort_move_(tmp, v, as);
		weft_sort_move_(v, last, as);
		weft_sort_move_(last, tmp, as);
	}
}

/*
 * Two sorted ones into out, which neither overlaps; of equals a's go first. From both
 * ends at once, so that two chains of comparisons run side by side: half the shorter one's
 * length is safe, whatever less says.
 */
WEFT_INLINE_ void
weft_sort_merge_(char *out, const char *a, size_t na, const char *b, size_t nb, weft_sort_as_ as)
{
	const char *a_end = a + na * as.size, *b_end = b + nb * as.size;
	char *out_end = out + (na + nb) * as.size;

	for (;;) {
		ptrdiff_t shorter = a_end - a < b_end - b ? a_end - a : b_end - b;
		size_t safe = (size_t)shorter / as.size / 2;

		if (safe == 0)
			break;
		for (size_t i = 0; i < safe; i++) {
			bool right = weft_sort_less_(b, a, as);
			bool left = weft_sort_less_(b_end - as.size, a_end - as.size, as);

			weft_sort_move_(out, weft_sort_pick_(a, b, right), as);
			b += right * as.size;
			a += !right * as.size;
			out += as.size;
			a_end -= left * as.size;
			b_end -= !left * as.size;
			out_end -= as.size;
			weft_sort_move_(out_end, weft_sort_pick_(b_end, a_end, left), as);
		}
	}
	for (; a < a_end && b < b_end; out += as.size) {
		bool right = weft_sort_less_(b, a, as);

		weft_sort_move_(out, weft_sort_pick_(a, b, right), as);
		b += right * as.size;
		a += !right * as.size;
	}
	if (a < a_end)
		memcpy(out, a, (size_t)(a_end - a));
	else if (b < b_end)
		memcpy(out, b, (size_t)(b_end - b));
}

/* Sorts v already, or its reverse was: then it is reversed. tmp: room for one. */
WEFT_INLINE_ bool
weft_sort_is_run_(char *v, size_t n, char *tmp, weft_sort_as_ as)
{
	if (weft_sort_run_(v, n, as) == n)
		return true;
	if (!weft_sort_falls_(v, n, as))
		return false;
	weft_sort_reverse_(v, n, tmp, as);
	return true;
}

#endif
