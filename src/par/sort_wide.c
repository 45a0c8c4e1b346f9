/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_wide.c: the kernels for elements of any size: these only ever change places. */
#include "sort_any.h"

/* Fewer than this are inserted. */
#define WIDE_SMALL 8

static inline weft_sort_as_
wide_as(const weft_sort_as_ *by)
{
	return *by;
}

static void
exchange(char *a, char *b, size_t size)
{
	char block[SORT_ROOM];

	for (size_t at = 0, len; at < size; at += len) {
		len = size - at < sizeof block ? size - at : sizeof block;
		memcpy(block, a + at, len);
		memcpy(a + at, b + at, len);
		memcpy(b + at, block, len);
	}
}

static void
insert(char *v, size_t n, weft_sort_as_ as)
{
	for (size_t i = 1; i < n; i++) {
		char *x = v + i * as.size;

		for (; x > v && weft_sort_less_(x, x - as.size, as); x -= as.size)
			exchange(x - as.size, x, as.size);
	}
}

static void
sink(char *v, size_t n, size_t at, weft_sort_as_ as)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n)
			child += weft_sort_less_(v + child * as.size, v + (child + 1) * as.size,
			    as);
		if (!weft_sort_less_(v + at * as.size, v + child * as.size, as))
			return;
		exchange(v + at * as.size, v + child * as.size, as.size);
	}
}

static void
heap(char *v, size_t n, weft_sort_as_ as)
{
	for (size_t at = n / 2; at-- > 0;)
		sink(v, n, at, as);
	while (n-- > 1) {
		exchange(v, v + n * as.size, as.size);
		sink(v, n, 0, as);
	}
}

static size_t
wide_part(char *v, size_t n, const char *pivot, bool equal, const weft_sort_as_ *by)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		if (!weft_sort_left_(v + i * by->size, pivot, equal, *by))
			continue;
		if (left != i)
			exchange(v + left * by->size, v + i * by->size, by->size);
		left++;
	}
	return left;
}

/* The pivot waits in v's first place, and ends between the parts. */
static void
wide_quick(char *v, size_t n, const char *low, unsigned limit, const weft_sort_as_ *by)
{
	size_t size = by->size, left;
	const char *median;
	bool equal;

	while (n > WIDE_SMALL) {
		if (limit-- == 0) {
			heap(v, n, *by);
			return;
		}
		median = weft_sort_median_(v, n, *by);
		if (median != v)
			exchange(v, v + (median - v), size);
		equal = low != NULL && !weft_sort_less_(low, v, *by);
		left = wide_part(v + size, n - 1, v, equal, by);
		if (left > 0)
			exchange(v, v + left * size, size);
		if (!equal) {
			wide_quick(v, left, low, limit, by);
			low = v + left * size;
		}
		v += (left + 1) * size;
		n -= left + 1;
	}
	insert(v, n, *by);
}

static bool
wide_is_run(char *v, size_t n, const weft_sort_as_ *by)
{
	if (weft_sort_run_(v, n, *by) == n)
		return true;
	if (!weft_sort_falls_(v, n, *by))
		return false;
	for (size_t i = 0; i < n / 2; i++)
		exchange(v + i * by->size, v + (n - 1 - i) * by->size, by->size);
	return true;
}

static void
wide_stable(char *v, char *spare, size_t n, bool to_spare, const weft_sort_as_ *by)
{
	size_t half = n / 2, size = by->size;
	char *out = to_spare ? spare : v, *from = to_spare ? v : spare;

	if (n > WIDE_SMALL && spare != NULL && !wide_is_run(v, n, by)) {
		wide_stable(v, spare, half, !to_spare, by);
		wide_stable(v + half * size, spare + half * size, n - half, !to_spare, by);
		weft_sort_merge_(out, from, half, from + half * size, n - half, *by);
		return;
	}
	if (n <= WIDE_SMALL || spare == NULL)
		insert(v, n, *by);
	if (to_spare)
		memcpy(spare, v, n * size);
}

SORT_ANY_SCANS(wide)

const weft_sort_order_ sort_wide_order = SORT_ANY_ORDER(wide);
