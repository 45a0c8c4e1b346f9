/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sort_any.c: the untyped functions. The kernels with the size as a constant for the usual
 * sizes, as a variable for the others, and by exchanges only for elements too large for
 * the stack (sort_wide.c).
 */
#include "sort_any.h"

/* Room for a small sort of elements of up to `room` bytes: larger ones are inserted. */
#define SMALL(room) ((room) > WEFT_SORT_MELDED_ ? WEFT_SORT_MELDED_ * WEFT_SORT_SPARE_ :        \
	(room) * WEFT_SORT_SPARE_)

/* clang-format off: a line a function. */

/* The kernels of elements of `bytes`, which fit in `room`; the order is what `by` says. */
#define KERNELS(name, bytes, room)                                                                \
	static const weft_sort_order_ name##_order;                                               \
	static inline weft_sort_as_ name##_as(const weft_sort_as_ *by)                            \
	{ return weft_sort_as_of_(bytes, by->less, by->ctx); }                                    \
	static void name##_quick(char *v, size_t n, const char *low, unsigned limit,              \
	    const weft_sort_as_ *by)                                                              \
	{ alignas(max_align_t) char pivot[room], tmp[room], kept[room];                           \
	  weft_sort_quick_(v, n, low, limit, pivot, tmp, kept, &name##_order, by,                 \
	    name##_as(by)); }                                                                     \
	static size_t name##_part(char *v, size_t n, const char *pivot, bool equal,               \
	    const weft_sort_as_ *by)                                                              \
	{ alignas(max_align_t) char tmp[room];                                                    \
	  return weft_sort_part_(v, n, pivot, equal, tmp, name##_as(by)); }                       \
	static bool name##_is_run(char *v, size_t n, const weft_sort_as_ *by)                     \
	{ alignas(max_align_t) char tmp[room];                                                    \
	  return weft_sort_is_run_(v, n, tmp, name##_as(by)); }                                   \
	static void name##_stable(char *v, char *spare, size_t n, bool to_spare,                  \
	    const weft_sort_as_ *by)                                                              \
	{ alignas(max_align_t) char small[SMALL(room)];                                           \
	  weft_sort_stable_(v, spare, n, to_spare, small, &name##_order, by, name##_as(by)); }    \
	SORT_ANY_SCANS(name)                                                                      \
	static const weft_sort_order_ name##_order = SORT_ANY_ORDER(name)

KERNELS(of_4, 4, 4);
KERNELS(of_8, 8, 8);
KERNELS(of_16, 16, 16);
KERNELS(of_any, by->size, SORT_ROOM);

/* clang-format on */

/* An order of the caller's, over the kernels for its size. */
struct any {
	weft_sort_order_ order;
	weft_sort_as_ as;
	struct sort_call c;
};

static struct sort_call *
begin(struct any *any, const char *name, size_t size, weft_less_fn *less, void *ctx)
{
	const weft_sort_order_ *kernels = &of_any_order;

	if (less == NULL)
		weft_misuse_(name, "less is NULL: pass a function that says which of two is first");
	if (size == 4 || size == 8 || size == 16)
		kernels = size == 4 ? &of_4_order : size == 8 ? &of_8_order : &of_16_order;
	else if (size > SORT_ROOM)
		kernels = &sort_wide_order;
	any->order = *kernels;
	any->order.size = size;
	/* An element may need no more than the largest power of two that divides its size. */
	any->order.align = size & -size;
	if (any->order.align == 0 || any->order.align > alignof(max_align_t))
		any->order.align = alignof(max_align_t);
	any->order.less = less;
	any->as = weft_sort_as_of_(size, less, ctx);
	any->c = sort_call_of(name, &any->order);
	any->c.by = &any->as;
	any->c.as = any->as;
	return &any->c;
}

void
weft_sort(const weft_par_options *how, void *v, size_t n, size_t size, weft_less_fn *less,
    void *ctx)
{
	struct any any;

	sort_call_sort(begin(&any, "weft_sort", size, less, ctx), how, v, n);
}

void
weft_sort_stable(const weft_par_options *how, void *v, size_t n, size_t size, weft_less_fn *less,
    void *ctx)
{
	struct any any;

	sort_call_stable(begin(&any, "weft_sort_stable", size, less, ctx), how, v, n);
}

bool
weft_is_sorted(const weft_par_options *how, const void *v, size_t n, size_t size,
    weft_less_fn *less, void *ctx)
{
	struct any any;

	return sort_call_is_sorted(begin(&any, "weft_is_sorted", size, less, ctx), how, v, n);
}

void
weft_merge(const weft_par_options *how, void *out, const void *a, size_t na, const void *b,
    size_t nb, size_t size, weft_less_fn *less, void *ctx)
{
	struct any any;

	sort_call_merge(begin(&any, "weft_merge", size, less, ctx), how, out, a, na, b, nb);
}

size_t
weft_unique(const weft_par_options *how, void *v, size_t n, size_t size, weft_less_fn *less,
    void *ctx)
{
	struct any any;

	return sort_call_unique(begin(&any, "weft_unique", size, less, ctx), how, v, n);
}

void
weft_nth(const weft_par_options *how, void *v, size_t n, size_t k, size_t size, weft_less_fn *less,
    void *ctx)
{
	struct any any;

	sort_call_nth(begin(&any, "weft_nth", size, less, ctx), how, v, n, k);
}

size_t
weft_top(const weft_par_options *how, void *out, size_t k, const void *in, size_t n, size_t size,
    weft_less_fn *less, void *ctx)
{
	struct any any;

	return sort_call_top(begin(&any, "weft_top", size, less, ctx), how, out, k, in, n);
}

const void *
weft_min(const weft_par_options *how, const void *in, size_t n, size_t size, weft_less_fn *less,
    void *ctx)
{
	struct any any;

	return sort_call_best(begin(&any, "weft_min", size, less, ctx), how, in, n, false);
}

const void *
weft_max(const weft_par_options *how, const void *in, size_t n, size_t size, weft_less_fn *less,
    void *ctx)
{
	struct any any;

	return sort_call_best(begin(&any, "weft_max", size, less, ctx), how, in, n, true);
}
