/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_typed.c: what the macros of weft/sort.h call, and sorting by keys made once. */
#include "sort_core.h"

void
weft_sort_with_(const weft_par_options *how, void *v, size_t n, const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of("weft_sort", order);

	sort_call_sort(&c, how, v, n);
}

void
weft_sort_stable_with_(const weft_par_options *how, void *v, size_t n,
    const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of("weft_sort_stable", order);

	sort_call_stable(&c, how, v, n);
}

bool
weft_is_sorted_with_(const weft_par_options *how, const void *v, size_t n,
    const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of("weft_is_sorted", order);

	return sort_call_is_sorted(&c, how, v, n);
}

void
weft_merge_with_(const weft_par_options *how, void *out, const void *a, size_t na, const void *b,
    size_t nb, const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of("weft_merge", order);

	sort_call_merge(&c, how, out, a, na, b, nb);
}

size_t
weft_unique_with_(const weft_par_options *how, void *v, size_t n, const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of("weft_unique", order);

	return sort_call_unique(&c, how, v, n);
}

void
weft_nth_with_(const weft_par_options *how, void *v, size_t n, size_t k,
    const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of("weft_nth", order);

	sort_call_nth(&c, how, v, n, k);
}

size_t
weft_top_with_(const weft_par_options *how, void *out, size_t k, const void *in, size_t n,
    const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of("weft_top", order);

	return sort_call_top(&c, how, out, k, in, n);
}

const void *
weft_best_with_(const weft_par_options *how, const void *in, size_t n, bool most,
    const weft_sort_order_ *order)
{
	struct sort_call c = sort_call_of(most ? "weft_max" : "weft_min", order);

	return sort_call_best(&c, how, in, n, most);
}

/* By keys that are made once, in pairs with the index of whose they are. */
struct cached {
	struct sort_call c;          /* of the pairs */
	const weft_sort_order_ *order;
	char *v, *pairs;
	size_t first, n, at;
	void (*fill)(void *pairs, const void *v, size_t first, size_t n);
	bool stable;
};

static void
fill(void *ctx)
{
	struct cached *f = ctx, left = *f, right = *f;
	size_t len = f->n - f->first;

	if (f->c.threads == 1 || len <= 64) {
		f->fill(f->pairs, f->v, f->first, f->n);
		return;
	}
	left.n = right.first = f->first + len / 2;
	sort_both(fill, &left, &right);
}

/* Whose element goes to place i; and, once it is there, that i is done. */
static size_t *
whose(const struct cached *f, size_t i)
{
	return (size_t *)(void *)(f->pairs + i * f->c.order->size + f->at);
}

/*
 * Puts each element where the sorted pairs say, a cycle at a time: what stands in a
 * place is exchanged with what belongs there, so that the element that began the cycle
 * moves along it to its end.
 */
static void
permute(const struct cached *f)
{
	size_t size = f->order->size;

	for (size_t start = 0; start < f->n; start++) {
		size_t at = start, from;

		while ((from = *whose(f, at)) != start) {
			*whose(f, at) = at;
			sort_swap(&f->c, f->v + at * size, f->v + from * size, size);
			at = from;
		}
		*whose(f, at) = at;
	}
}

static void
sort_pairs(void *ctx)
{
	struct cached *f = ctx;

	fill(f);
	if (f->stable)
		sort_stable(&f->c, f->pairs, f->n);
	else
		sort_quick(&f->c, f->pairs, f->n);
	permute(f);
}

void
weft_sort_cached_with_(const weft_par_options *how, void *v, size_t n,
    const weft_sort_order_ *order, const weft_sort_order_ *pairs, size_t at,
    void (*fill_fn)(void *pairs, const void *v, size_t first, size_t n), bool stable)
{
	struct cached f = { sort_call_of("weft_sort", pairs), order, v, NULL, 0, n, at, fill_fn,
		stable };
	struct sort_call plain = sort_call_of("weft_sort", order);

	sort_check(&plain, v, n);
	if (n <= PTRDIFF_MAX / pairs->size && n > 1)
		f.pairs = weft_alloc(n * pairs->size, pairs->align);
	if (f.pairs != NULL) {
		sort_begin(&f.c, how, n, 1024, sort_pairs, &f);
		weft_free(f.pairs, n * pairs->size, pairs->align);
	} else if (stable) {
		sort_call_stable(&plain, how, v, n);
	} else {
		sort_call_sort(&plain, how, v, n);
	}
}
