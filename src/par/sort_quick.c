/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sort_quick.c: the unstable sort and the nth element.
 *
 * Quicksort over an order's kernels. While a piece is more than one thread's share, its
 * partition is divided as well: each part of it is partitioned in place, and then the
 * right ones of a left half change places with the left ones of its right half. So the
 * scratch memory is a pivot for each level. docs/design/sort.md has the measurements.
 */
#include "sort_core.h"

/* Fewer elements than this are not worth a fork. */
#define QUICK_GRAIN 4096
/* Fewer bytes than this are exchanged by one thread. */
#define SWAP_GRAIN (256 * 1024)

struct swap {
	char *a, *b;
	size_t bytes;
};

static void
swap(void *ctx)
{
	struct swap *s = ctx;
	char block[512];

	if (s->bytes > SWAP_GRAIN) {
		size_t half = s->bytes / 2 / 64 * 64;
		struct swap left = { s->a, s->b, half };
		struct swap right = { s->a + half, s->b + half, s->bytes - half };

		sort_both(swap, &left, &right);
		return;
	}
	for (size_t at = 0, len; at < s->bytes; at += len) {
		len = s->bytes - at < sizeof block ? s->bytes - at : sizeof block;
		memcpy(block, s->a + at, len);
		memcpy(s->a + at, s->b + at, len);
		memcpy(s->b + at, block, len);
	}
}

void
sort_swap(const struct sort_call *c, char *a, char *b, size_t bytes)
{
	struct swap s = { a, b, bytes };

	while (c->threads == 1 && s.bytes > SWAP_GRAIN) {
		struct swap some = { s.a, s.b, SWAP_GRAIN };

		swap(&some);
		s.a += SWAP_GRAIN;
		s.b += SWAP_GRAIN;
		s.bytes -= SWAP_GRAIN;
	}
	swap(&s);
}

struct part {
	const struct sort_call *c;
	char *v;
	size_t n, piece;
	const char *pivot;
	bool equal;
	size_t left;                 /* the answer */
};

static void
part(void *ctx)
{
	struct part *p = ctx, a = *p, b = *p;
	const struct sort_call *c = p->c;
	size_t half = p->n / 2, wrong;

	if (p->n <= p->piece) {
		p->left = c->order->part(p->v, p->n, p->pivot, p->equal, c->by);
		return;
	}
	a.n = half;
	b.v = sort_at(c, p->v, half);
	b.n = p->n - half;
	sort_both(part, &a, &b);
	/* Of the left half, the last; of the right half, the first. */
	wrong = half - a.left < b.left ? half - a.left : b.left;
	sort_swap(c, sort_at(c, p->v, a.left), sort_at(c, b.v, b.left - wrong),
	    wrong * c->order->size);
	p->left = a.left + b.left;
}

/* A pivot's copy: on the stack, or, for large elements, in memory of its own. */
struct pivot {
	char *at;
	alignas(max_align_t) char room[SORT_ROOM];
};

static bool
pivot_init(struct pivot *pivot, const struct sort_call *c)
{
	const weft_sort_order_ *order = c->order;

	pivot->at = pivot->room;
	if (order->size > SORT_ROOM || order->align > alignof(max_align_t))
		pivot->at = weft_alloc(order->size, order->align);
	return pivot->at != NULL;
}

static void
pivot_fini(struct pivot *pivot, const struct sort_call *c)
{
	if (pivot->at != pivot->room)
		weft_free(pivot->at, c->order->size, c->order->align);
}

/* Partitions by a pivot of its choice: how many are left of it. */
static size_t
split(const struct sort_call *c, char *v, size_t n, const char *low, char *pivot, bool *equal)
{
	struct part p = { .c = c, .v = v, .n = n, .piece = n, .pivot = pivot };

	memcpy(pivot, weft_sort_median_(v, n, c->as), c->order->size);
	p.equal = *equal = low != NULL && !sort_less(c, low, pivot);
	if (c->threads > 1 && n > c->share)
		p.piece = n / c->threads + 1;
	part(&p);
	return p.left;
}

struct quick {
	const struct sort_call *c;
	char *v;
	size_t n;
	const char *low;             /* none of v is before it; NULL: not known */
	unsigned limit;
};

static void
quick(void *ctx)
{
	struct quick q = *(struct quick *)ctx, a;
	const struct sort_call *c = q.c;
	struct pivot pivot;
	size_t left;
	bool equal;

	if (sort_is_cancelled(c))
		return;
	if (q.n <= c->grain || q.limit == 0 || !pivot_init(&pivot, c)) {
		c->order->quick(q.v, q.n, q.low, q.limit, c->by);
		return;
	}
	left = split(c, q.v, q.n, q.low, pivot.at, &equal);
	q.limit--;
	a = q;
	a.n = left;
	q.v = sort_at(c, q.v, left);
	q.n -= left;
	if (equal) {
		quick(&q);
	} else {
		q.low = pivot.at;
		sort_both(quick, &a, &q);
	}
	pivot_fini(&pivot, c);
}

void
sort_quick(const struct sort_call *c, char *v, size_t n)
{
	struct quick q = { c, v, n, NULL, weft_sort_limit_(n) };

	if (!c->order->is_run(v, n, c->by))
		quick(&q);
}

void
sort_nth(const struct sort_call *c, char *v, size_t n, size_t k)
{
	unsigned limit = weft_sort_limit_(n);
	const char *low = NULL;
	struct pivot pivot, kept;

	if (!pivot_init(&pivot, c)) {
		c->order->quick(v, n, NULL, limit, c->by);
		return;
	}
	if (!pivot_init(&kept, c)) {
		pivot_fini(&pivot, c);
		c->order->quick(v, n, NULL, limit, c->by);
		return;
	}
	while (n > WEFT_SORT_SMALL_ && limit > 0 && !sort_is_cancelled(c)) {
		bool equal;
		size_t left = split(c, v, n, low, pivot.at, &equal);

		limit--;
		if (k < left) {
			n = left;
			if (equal)
				break;
			continue;
		}
		v = sort_at(c, v, left);
		n -= left;
		k -= left;
		if (!equal) {
			memcpy(kept.at, pivot.at, c->order->size);
			low = kept.at;
		}
	}
	/* What is left is few, or all equal, or went badly. */
	if (!sort_is_cancelled(c))
		c->order->quick(v, n, low, limit, c->by);
	pivot_fini(&kept, c);
	pivot_fini(&pivot, c);
}

struct sorting {
	struct sort_call *c;
	void *v;
	size_t n, k;
};

static void
sort_all(void *ctx)
{
	struct sorting *s = ctx;

	sort_quick(s->c, s->v, s->n);
}

void
sort_call_sort(struct sort_call *c, const weft_par_options *how, void *v, size_t n)
{
	struct sorting s = { c, v, n, 0 };

	sort_check(c, v, n);
	if (n > 1)
		sort_begin(c, how, n, QUICK_GRAIN, sort_all, &s);
}

static void
nth_of_all(void *ctx)
{
	struct sorting *s = ctx;

	sort_nth(s->c, s->v, s->n, s->k);
}

void
sort_call_nth(struct sort_call *c, const weft_par_options *how, void *v, size_t n, size_t k)
{
	struct sorting s = { c, v, n, k };

	sort_check(c, v, n);
	if (k >= n)
		weft_misuse_(c->name, "there is no element k: pass a k below n");
	if (n > 1)
		sort_begin(c, how, n, QUICK_GRAIN, nth_of_all, &s);
}
