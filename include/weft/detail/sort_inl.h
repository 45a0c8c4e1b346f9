/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/sort_inl.h: the table of an order's kernels, and what fills it. */
#ifndef WEFT_DETAIL_SORT_INL_H
#define WEFT_DETAIL_SORT_INL_H

#include "sort_merge_inl.h"
#include "sort_quick_inl.h"
#include "sort_scan_inl.h"

/*
 * The serial kernels of an order. The library's side divides the work and calls these for
 * the pieces. WEFT_SORT makes one for a type, in which all is inlined and `as` is not
 * looked at; the untyped functions have theirs, which ask `as`.
 */
typedef struct weft_sort_order_ {
	size_t size, align;
	weft_less_fn *less;
	/* Unstable. None of v is before low (NULL: not known); so many levels are left. */
	void (*quick)(char *v, size_t n, const char *low, unsigned limit, const weft_sort_as_ *as);
	/* Those before pivot, first (equal: or equal to it); how many. */
	size_t (*part)(char *v, size_t n, const char *pivot, bool equal, const weft_sort_as_ *as);
	/* Sorted already, or made so by reversing what was. */
	bool (*is_run)(char *v, size_t n, const weft_sort_as_ *as);
	/* Stable: v, or what comes of it in spare, which has room for n. */
	void (*stable)(char *v, char *spare, size_t n, bool to_spare, const weft_sort_as_ *as);
	void (*merge)(char *out, const char *a, size_t na, const char *b, size_t nb,
	    const weft_sort_as_ *as);
	size_t (*run)(const char *v, size_t n, const weft_sort_as_ *as);
	const char *(*best)(const char *v, size_t n, bool most, const weft_sort_as_ *as);
	size_t (*unique)(char *v, size_t n, const weft_sort_as_ *as);
	size_t (*admit)(char *out, size_t room, const char *in, size_t n, const char *bound,
	    size_t *seen, const weft_sort_as_ *as);
} weft_sort_order_;

WEFT_INLINE_ weft_sort_as_
weft_sort_as_of_(size_t size, weft_less_fn *less, void *ctx)
{
	weft_sort_as_ as;

	as.size = size;
	as.less = less;
	as.ctx = ctx;
	return as;
}

/* Quicksort: a left part by itself, the right part by the loop. Room for one in each. */
WEFT_INLINE_ void
weft_sort_quick_(char *v, size_t n, const char *low, unsigned limit, char *pivot, char *tmp,
    char *kept, const weft_sort_order_ *self, const weft_sort_as_ *by, weft_sort_as_ as)
{
	while (n > WEFT_SORT_SMALL_) {
		size_t left;
		bool equal;

		if (limit-- == 0) {
			weft_sort_heap_(v, n, tmp, as);
			return;
		}
		left = weft_sort_split_(v, n, low, pivot, tmp, &equal, as);
		if (!equal) {
			self->quick(v, left, low, limit, by);
			weft_sort_move_(kept, pivot, as);
			low = kept;
		}
		v += left * as.size;
		n -= left;
	}
	self->stable(v, NULL, n, false, by);
}

/*
 * Merge sort: v's halves into the other one, and from there together. What is sorted is
 * left as it is. small: room for WEFT_SORT_SPARES_.
 */
WEFT_INLINE_ void
weft_sort_stable_(char *v, char *spare, size_t n, bool to_spare, char *small,
    const weft_sort_order_ *self, const weft_sort_as_ *by, weft_sort_as_ as)
{
	size_t half = n / 2;
	char *middle, *out = to_spare ? spare : v, *from = to_spare ? v : spare;

	if (n <= WEFT_SORT_SMALL_) {
		weft_sort_small_(v, n, small, as);
	} else if (!weft_sort_is_run_(v, n, small, as)) {
		middle = from + half * as.size;
		self->stable(v, spare, half, !to_spare, by);
		self->stable(v + half * as.size, spare + half * as.size, n - half, !to_spare, by);
		if (weft_sort_less_(middle, middle - as.size, as))
			weft_sort_merge_(out, from, half, middle, n - half, as);
		else
			memcpy(out, from, n * as.size);
		return;
	}
	if (to_spare)
		memcpy(spare, v, n * as.size);
}

/* How many elements of scratch a small sort of T needs: one, where they are inserted. */
#define WEFT_SORT_SPARES_(T) (sizeof(T) > WEFT_SORT_MELDED_ ? 1 : WEFT_SORT_SPARE_)

/* clang-format off: a line a function. */

/*
 * name_order_, the kernels of name_before_ for T. The functions are what the table points
 * to; each is one call of a kernel above.
 */
#define WEFT_SORT_ORDER_(name, T)                                                                 \
	WEFT_INLINE_ weft_sort_as_ name##_as_(void)                                               \
	{ return weft_sort_as_of_(sizeof(T), name##_before_, NULL); }                             \
	WEFT_GEN_ const weft_sort_order_ *name##_order_(void);                                    \
	WEFT_GEN_ void name##_quick_(char *v_, size_t n_, const char *low_, unsigned limit_,      \
	    const weft_sort_as_ *by_)                                                             \
	{ T pivot_; T tmp_; T kept_; weft_sort_quick_(v_, n_, low_, limit_, (char *)&pivot_,      \
	    (char *)&tmp_, (char *)&kept_, name##_order_(), by_, name##_as_()); }                 \
	WEFT_GEN_ size_t name##_part_(char *v_, size_t n_, const char *pivot_, bool equal_,       \
	    const weft_sort_as_ *by_)                                                             \
	{ T tmp_; T at_; (void)by_; memcpy((void *)&at_, pivot_, sizeof(T));                      \
	  if (equal_)                                                                             \
		return weft_sort_part_(v_, n_, (char *)&at_, true, (char *)&tmp_, name##_as_());  \
	  return weft_sort_part_(v_, n_, (char *)&at_, false, (char *)&tmp_, name##_as_()); }     \
	WEFT_GEN_ bool name##_is_run_(char *v_, size_t n_, const weft_sort_as_ *by_)              \
	{ T tmp_; (void)by_; return weft_sort_is_run_(v_, n_, (char *)&tmp_, name##_as_()); }     \
	WEFT_GEN_ void name##_stable_(char *v_, char *spare_, size_t n_, bool to_spare_,          \
	    const weft_sort_as_ *by_)                                                             \
	{ T small_[WEFT_SORT_SPARES_(T)]; weft_sort_stable_(v_, spare_, n_, to_spare_,            \
	    (char *)small_, name##_order_(), by_, name##_as_()); }                                \
	WEFT_GEN_ void name##_melt_(char *out_, const char *a_, size_t na_, const char *b_,       \
	    size_t nb_, const weft_sort_as_ *by_)                                                 \
	{ (void)by_; weft_sort_merge_(out_, a_, na_, b_, nb_, name##_as_()); }                    \
	WEFT_GEN_ size_t name##_run_(const char *v_, size_t n_, const weft_sort_as_ *by_)         \
	{ (void)by_; return weft_sort_run_(v_, n_, name##_as_()); }                               \
	WEFT_GEN_ const char *name##_best_(const char *v_, size_t n_, bool most_,                 \
	    const weft_sort_as_ *by_)                                                             \
	{ (void)by_; return most_ ? weft_sort_best_(v_, n_, true, name##_as_())                   \
	    : weft_sort_best_(v_, n_, false, name##_as_()); }                                     \
	WEFT_GEN_ size_t name##_fold_(char *v_, size_t n_, const weft_sort_as_ *by_)              \
	{ (void)by_; return weft_sort_unique_(v_, n_, name##_as_()); }                            \
	WEFT_GEN_ size_t name##_admit_(char *out_, size_t room_, const char *in_, size_t n_,      \
	    const char *bound_, size_t *seen_, const weft_sort_as_ *by_)                          \
	{ (void)by_; return weft_sort_admit_(out_, room_, in_, n_, bound_, seen_, name##_as_()); } \
	WEFT_GEN_ const weft_sort_order_ *name##_order_(void)                                     \
	{ static const weft_sort_order_ order_ = { sizeof(T), alignof(T), name##_before_,         \
	    name##_quick_, name##_part_, name##_is_run_, name##_stable_, name##_melt_,            \
	    name##_run_, name##_best_, name##_fold_, name##_admit_ };                             \
	  return &order_; }                                                                       \
	WEFT_END_

/* clang-format on */

#endif
