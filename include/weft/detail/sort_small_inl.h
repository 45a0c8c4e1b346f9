/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/sort_small_inl.h: the serial kernels for few elements: insertion, melds, heap. */
#ifndef WEFT_DETAIL_SORT_SMALL_INL_H
#define WEFT_DETAIL_SORT_SMALL_INL_H

#include <string.h>

#include "../base.h"

/* a before b? */
typedef bool weft_less_fn(const void *a, const void *b, void *ctx);

/*
 * An order, as the kernels take it: by value and always inlined, so that where it is
 * constant each copy is a few moves of T, and each comparison the user's own code.
 *
 * No kernel trusts less. Each moves elements by exchange or along a count of its own, and
 * no index comes from an answer without a bound: any answers give some permutation.
 */
typedef struct weft_sort_as_ {
	size_t size;
	weft_less_fn *less;
	void *ctx;
} weft_sort_as_;

#define WEFT_SORT_SMALL_ 32                    /* up to here no partition, no merge: bench_sort */
#define WEFT_SORT_MELDED_ ((size_t)64)         /* larger elements are inserted, not melded      */
#define WEFT_SORT_SPARE_ (WEFT_SORT_SMALL_ + 8) /* elements of scratch for small                */

WEFT_INLINE_ bool
weft_sort_less_(const void *a, const void *b, weft_sort_as_ as)
{
	return as.less(a, b, as.ctx);
}

/* Not memcpy: an element may be moved to where it stands. */
WEFT_INLINE_ void
weft_sort_move_(void *to, const void *from, weft_sort_as_ as)
{
	memmove(to, from, as.size);
}

/* b where take is true, else a: without a branch, since take is a coin's toss. */
WEFT_INLINE_ const char *
weft_sort_pick_(const char *a, const char *b, bool take)
{
	return a + ((b - a) & -(ptrdiff_t)take);
}

/* The first `sorted` are. Stable. tmp: room for one. */
WEFT_INLINE_ void
weft_sort_insert_(char *v, size_t n, size_t sorted, char *tmp, weft_sort_as_ as)
{
	for (size_t i = sorted; i < n; i++) {
		char *hole = v + i * as.size;

		if (!weft_sort_less_(hole, hole - as.size, as))
			continue;
		weft_sort_move_(tmp, hole, as);
		do {
			weft_sort_move_(hole, hole - as.size, as);
			hole -= as.size;
		} while (hole > v && weft_sort_less_(tmp, hole - as.size, as));
		weft_sort_move_(hole, tmp, as);
	}
}

/* Four elements of v into out, in order, stable, by five comparisons and no branch. */
WEFT_INLINE_ void
weft_sort_four_(char *out, const char *v, weft_sort_as_ as)
{
	const char *second = v + as.size, *third = v + 2 * as.size, *fourth = v + 3 * as.size;
	bool c1 = weft_sort_less_(second, v, as), c2 = weft_sort_less_(fourth, third, as);
	const char *a = weft_sort_pick_(v, second, c1), *b = weft_sort_pick_(second, v, c1);
	const char *c = weft_sort_pick_(third, fourth, c2), *d = weft_sort_pick_(fourth, third, c2);
	bool c3 = weft_sort_less_(c, a, as), c4 = weft_sort_less_(d, b, as);
	/* The two in the middle: `left` is the one that came first. */
	const char *left = weft_sort_pick_(weft_sort_pick_(b, c, c4), a, c3);
	const char *right = weft_sort_pick_(weft_sort_pick_(c, b, c3), d, c4);
	bool c5 = weft_sort_less_(right, left, as);

	weft_sort_move_(out, weft_sort_pick_(a, c, c3), as);
	weft_sort_move_(out + as.size, weft_sort_pick_(left, right, c5), as);
	weft_sort_move_(out + 2 * as.size, weft_sort_pick_(right, left, c5), as);
	weft_sort_move_(out + 3 * as.size, weft_sort_pick_(d, b, c4), as);
}

/*
 * The sorted halves of src, of n / 2 and the rest, into out: from both ends at once, so
 * that two chains of comparisons run side by side. Each end takes n / 2, and no more can
 * leave either half. When the ends do not meet, the order contradicts itself: then out is
 * src as it was.
 */
WEFT_INLINE_ void
weft_sort_meld_(char *out, const char *src, size_t n, weft_sort_as_ as)
{
	size_t half = n / 2;
	const char *a = src, *b = src + half * as.size;
	const char *a_last = b - as.size, *b_last = src + (n - 1) * as.size;
	const char *a_end = b;
	char *first = out, *last = out + (n - 1) * as.size;

	for (size_t i = 0; i < half; i++) {
		bool right = weft_sort_less_(b, a, as);
		bool left = weft_sort_less_(b_last, a_last, as);

		weft_sort_move_(first, weft_sort_pick_(a, b, right), as);
		weft_sort_move_(last, weft_sort_pick_(b_last, a_last, left), as);
		b += right * as.size;
		a += !right * as.size;
		a_last -= left * as.size;
		b_last -= !left * as.size;
		first += as.size;
		last -= as.size;
	}
	if (n % 2 != 0) {
		bool left = a <= a_last;

		weft_sort_move_(first, left ? a : b, as);
		a += left * as.size;
		b += !left * as.size;
	}
	if (WEFT_UNLIKELY_(a != a_last + as.size || b != b_last + as.size || a > a_end))
		memcpy(out, src, n * as.size);
}

/* A half of weft_sort_small_: v into out, with 4 or 8 of them by melds. */
WEFT_INLINE_ void
weft_sort_half_(char *out, const char *v, size_t n, char *spare, weft_sort_as_ as)
{
	size_t sorted = n >= 8 ? 8 : n >= 4 ? 4 : 1;

	if (sorted == 8) {
		weft_sort_four_(spare, v, as);
		weft_sort_four_(spare + 4 * as.size, v + 4 * as.size, as);
		weft_sort_meld_(out, spare, 8, as);
	} else if (sorted == 4) {
		weft_sort_four_(out, v, as);
	} else {
		weft_sort_move_(out, v, as);
	}
	memcpy(out + sorted * as.size, v + sorted * as.size, (n - sorted) * as.size);
	weft_sort_insert_(out, n, sorted, spare, as);
}

/* Up to WEFT_SORT_SMALL_ elements, stable. spare: WEFT_SORT_SPARE_ of them. */
WEFT_INLINE_ void
weft_sort_small_(char *v, size_t n, char *spare, weft_sort_as_ as)
{
	if (n < 2)
		return;
	if (as.size > WEFT_SORT_MELDED_ || n < 8) {
		weft_sort_insert_(v, n, 1, spare, as);
		return;
	}
	weft_sort_half_(spare, v, n / 2, spare + n * as.size, as);
	weft_sort_half_(spare + n / 2 * as.size, v + n / 2 * as.size, n - n / 2,
	    spare + n * as.size, as);
	weft_sort_meld_(v, spare, n, as);
}

/* Lets the element in tmp sink from `at` in the heap of n. */
WEFT_INLINE_ void
weft_sort_sink_(char *v, size_t n, size_t at, const char *tmp, weft_sort_as_ as)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n)
			child += weft_sort_less_(v + child * as.size, v + (child + 1) * as.size,
			    as);
		if (!weft_sort_less_(tmp, v + child * as.size, as))
			break;
		weft_sort_move_(v + at * as.size, v + child * as.size, as);
	}
	weft_sort_move_(v + at * as.size, tmp, as);
}

/* Never more than O(n log n): where partitions turn out badly. tmp: room for one. */
WEFT_INLINE_ void
weft_sort_heap_(char *v, size_t n, char *tmp, weft_sort_as_ as)
{
	for (size_t at = n / 2; at-- > 0;) {
		weft_sort_move_(tmp, v + at * as.size, as);
		weft_sort_sink_(v, n, at, tmp, as);
	}
	while (n-- > 1) {
		weft_sort_move_(tmp, v + n * as.size, as);
		weft_sort_move_(v + n * as.size, v, as);
		weft_sort_sink_(v, n, 0, tmp, as);
	}
}

#endif
