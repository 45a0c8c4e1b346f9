/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_scan.c: what goes over the elements once: is_sorted, unique, min, max, top. */
#include "sort_core.h"

/* Fewer elements than this are not worth a fork. */
#define SCAN_GRAIN 16384

struct scan {
	struct sort_call *c;
	char *v;
	size_t n;
	bool most;
	weft_atomic_u32 *broken;     /* set by who finds two that are not in order */
	size_t count;
	const char *best;
};

static void
halve(const struct scan *s, struct scan *left, struct scan *right)
{
	*left = *right = *s;
	left->n = s->n / 2;
	right->n = s->n - left->n;
	right->v = sort_at(s->c, s->v, left->n);
}

/* The last element of the left half is looked at with the right half too. */
static void
is_sorted(void *ctx)
{
	struct scan *s = ctx, left, right;
	const struct sort_call *c = s->c;

	/* relaxed: it only saves work; what it says is read after the join. */
	if (weft_load_relaxed(s->broken) != 0 || sort_is_cancelled(c))
		return;
	if (s->n <= c->grain) {
		if (c->order->run(s->v, s->n, c->by) < s->n)
			/* relaxed: the join orders it. */
			weft_store_relaxed(s->broken, 1);
		return;
	}
	halve(s, &left, &right);
	left.n++;
	sort_both(is_sorted, &left, &right);
}

bool
sort_call_is_sorted(struct sort_call *c, const weft_par_options *how, const void *v, size_t n)
{
	weft_atomic_u32 broken = { 0 };
	struct scan s = { .c = c, .v = (char *)(uintptr_t)v, .n = n, .broken = &broken };

	sort_check(c, v, n);
	if (n > 1)
		sort_begin(c, how, n, SCAN_GRAIN, is_sorted, &s);
	/* relaxed: all that wrote it has been joined. */
	return weft_load_relaxed(&broken) == 0;
}

static void
unique(void *ctx)
{
	struct scan *s = ctx, left, right;
	const struct sort_call *c = s->c;
	char *next;

	if (s->n <= c->grain) {
		s->count = c->order->unique(s->v, s->n, c->by);
		return;
	}
	halve(s, &left, &right);
	sort_both(unique, &left, &right);
	next = sort_at(c, s->v, left.count);
	if (!sort_less(c, next - c->order->size, right.v)) {
		right.v = sort_at(c, right.v, 1);
		right.count--;
	}
	s->count = left.count + right.count;
	memmove(next, right.v, right.count * c->order->size);
}

size_t
sort_call_unique(struct sort_call *c, const weft_par_options *how, void *v, size_t n)
{
	struct scan s = { .c = c, .v = v, .n = n };

	sort_check(c, v, n);
	if (n > 0)
		sort_begin(c, how, n, SCAN_GRAIN, unique, &s);
	return s.count;
}

static void
best(void *ctx)
{
	struct scan *s = ctx, left, right;
	const struct sort_call *c = s->c;
	bool later;

	if (s->n <= c->grain) {
		s->best = c->order->best(s->v, s->n, s->most, c->by);
		return;
	}
	halve(s, &left, &right);
	sort_both(best, &left, &right);
	later = s->most ? sort_less(c, left.best, right.best) : sort_less(c, right.best, left.best);
	s->best = later ? right.best : left.best;
}

const void *
sort_call_best(struct sort_call *c, const weft_par_options *how, const void *in, size_t n,
    bool most)
{
	struct scan s = { .c = c, .v = (char *)(uintptr_t)in, .n = n, .most = most };

	sort_check(c, in, n);
	if (n > 0)
		sort_begin(c, how, n, SCAN_GRAIN, best, &s);
	return s.best;
}

/*
 * The first k. A buffer of more than k takes what is before the k-th so far, until it is
 * full; then it is sorted, and cut down to k. Equal ones stay in the order of `in`, so the
 * answer does not depend on how the work was divided.
 */
#define TOP_MORE 256

struct top {
	struct sort_call *c;
	char *out;
	const char *in;
	size_t k, n;
	size_t piece;
	size_t count;                /* the answer */
};

/* Without memory: each into its place in out. */
static void
top_in_place(struct top *t)
{
	const struct sort_call *c = t->c;
	size_t n = t->n, seen;

	for (const char *in = t->in; n > 0; in = sort_at(c, in, seen), n -= seen) {
		bool full = t->count == t->k;
		char *last = sort_at(c, t->out, t->count - full);

		/* The bound is where the one that is before it goes. */
		if (c->order->admit(last, 1, in, n, full ? last : NULL, &seen, c->by) == 0)
			break;
		t->count += !full;
		sort_merge_in_place(c, t->out, t->count - 1, 1);
	}
}

static void
top_by_buffer(struct top *t, char *buffer, char *spare, size_t room)
{
	const struct sort_call *c = t->c;
	size_t n = t->n, seen, more;

	for (const char *in = t->in; n > 0; in = sort_at(c, in, seen), n -= seen) {
		char *next = sort_at(c, buffer, t->count);
		const char *bound = t->count == t->k ? next - c->order->size : NULL;

		more = c->order->admit(next, room - t->count, in, n, bound, &seen, c->by);
		c->order->stable(next, spare, more, false, c->by);
		c->order->merge(spare, buffer, t->count, next, more, c->by);
		t->count = t->count + more < t->k ? t->count + more : t->k;
		memcpy(buffer, spare, t->count * c->order->size);
	}
	memcpy(t->out, buffer, t->count * c->order->size);
}

static void
top_of_piece(struct top *t)
{
	const weft_sort_order_ *order = t->c->order;
	size_t room = t->n, bytes;
	char *buffer = NULL;

	if (room / 2 >= t->k && room - t->k > TOP_MORE)
		room = t->k + (t->k > TOP_MORE ? t->k : TOP_MORE);
	t->count = 0;
	bytes = room * order->size;
	if (bytes <= PTRDIFF_MAX / 2)
		buffer = weft_alloc(2 * bytes, order->align);
	if (buffer == NULL) {
		top_in_place(t);
		return;
	}
	top_by_buffer(t, buffer, buffer + bytes, room);
	weft_free(buffer, 2 * bytes, order->align);
}

static void
top(void *ctx)
{
	struct top *t = ctx, left = *t, right = *t;
	const struct sort_call *c = t->c;
	size_t size = c->order->size;
	char *spare;

	t->count = 0;
	if (sort_is_cancelled(c))
		return;
	/* Three times k: what comes of the right half, and both together. */
	if (t->n <= t->piece || (spare = weft_alloc(3 * t->k * size, c->order->align)) == NULL) {
		top_of_piece(t);
		return;
	}
	left.n = t->n / 2;
	right.n = t->n - left.n;
	right.in = sort_at(c, t->in, left.n);
	right.out = spare;
	sort_both(top, &left, &right);
	t->count = left.count + right.count;
	sort_merge(c, spare + t->k * size, left.out, left.count, spare, right.count);
	t->count = t->count < t->k ? t->count : t->k;
	memcpy(t->out, spare + t->k * size, t->count * size);
	weft_free(spare, 3 * t->k * size, c->order->align);
}

static void
top_of_all(void *ctx)
{
	struct top *t = ctx;
	size_t piece = t->n / t->c->threads + 1;

	/* Each piece makes k of its own: it should be well more than that. */
	t->piece = piece / 8 >= t->k ? piece : t->n;
	top(t);
}

size_t
sort_call_top(struct sort_call *c, const weft_par_options *how, void *out, size_t k,
    const void *in, size_t n)
{
	struct top t = { .c = c, .out = out, .in = in, .k = k < n ? k : n, .n = n };

	sort_check(c, in, n);
	sort_check(c, out, t.k);
	sort_check_apart(c, out, t.k, in, n);
	if (t.k > 0)
		sort_begin(c, how, n, SCAN_GRAIN, top_of_all, &t);
	return t.count;
}
