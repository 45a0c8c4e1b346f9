/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sort_merge.c: the stable sort, and merging.
 *
 * Merge sort between v and as much scratch memory; the merges near the top, of more than a
 * thread's share, are divided by a binary search. Where there is no such memory, pieces
 * are sorted over what memory there is, and merged in place by rotations.
 */
#include "sort_core.h"

/* Fewer elements than this are not worth a fork. */
#define STABLE_GRAIN 8192

struct merge {
	const struct sort_call *c;
	char *out;
	const char *a, *b;
	size_t na, nb;
	size_t piece;
};

/* Where to divide: the middle of the longer one, and what goes before it of the other. */
static void
middle(const struct merge *m, size_t *i, size_t *j)
{
	const struct sort_call *c = m->c;

	if (m->na >= m->nb) {
		*i = m->na / 2;
		*j = weft_sort_bound_(m->b, m->nb, sort_at(c, m->a, *i), false, c->as);
	} else {
		*j = m->nb / 2;
		*i = weft_sort_bound_(m->a, m->na, sort_at(c, m->b, *j), true, c->as);
	}
}

static void
merge(void *ctx)
{
	struct merge *m = ctx, left = *m, right = *m;
	const struct sort_call *c = m->c;

	if (m->na == 0 || m->nb == 0) {
		if (m->na + m->nb > 0)
			memcpy(m->out, m->na > 0 ? m->a : m->b, (m->na + m->nb) * c->order->size);
		return;
	}
	if (m->na + m->nb <= m->piece) {
		c->order->merge(m->out, m->a, m->na, m->b, m->nb, c->by);
		return;
	}
	middle(m, &left.na, &left.nb);
	right.out = sort_at(c, m->out, left.na + left.nb);
	right.a = sort_at(c, m->a, left.na);
	right.b = sort_at(c, m->b, left.nb);
	right.na -= left.na;
	right.nb -= left.nb;
	sort_both(merge, &left, &right);
}

void
sort_merge(const struct sort_call *c, char *out, const char *a, size_t na, const char *b, size_t nb)
{
	struct merge m = { c, out, a, b, na, nb, na + nb };

	if (c->threads > 1 && na + nb > c->share)
		m.piece = (na + nb) / c->threads / 4 + c->grain;
	merge(&m);
}

/* Exchanges the first na elements of v with the nb that follow. */
static void
rotate(const struct sort_call *c, char *v, size_t na, size_t nb)
{
	while (na > 0 && nb > 0) {
		if (na <= nb) {
			/* The first na stand where the last are to go. */
			sort_swap(c, v, sort_at(c, v, nb), na * c->order->size);
			nb -= na;
		} else {
			sort_swap(c, v, sort_at(c, v, na), nb * c->order->size);
			v = sort_at(c, v, nb);
			na -= nb;
		}
	}
}

/*
 * v, of two sorted parts, without memory: the middle of the longer one and its place in
 * the other divide both, a rotation brings the halves together. A part of one element is
 * put where it belongs, so each step makes both smaller, whatever less says.
 */
void
sort_merge_in_place(const struct sort_call *c, char *v, size_t na, size_t nb)
{
	while (na > 0 && nb > 0) {
		struct merge m = { .c = c, .a = v, .b = sort_at(c, v, na), .na = na, .nb = nb };
		size_t i, j;

		if (!sort_less(c, m.b, m.b - c->order->size))
			return;
		if (na == 1) {
			rotate(c, v, 1, weft_sort_bound_(m.b, nb, v, false, c->as));
			return;
		}
		if (nb == 1) {
			i = weft_sort_bound_(v, na, m.b, true, c->as);
			rotate(c, sort_at(c, v, i), na - i, 1);
			return;
		}
		middle(&m, &i, &j);
		rotate(c, sort_at(c, v, i), na - i, j);
		sort_merge_in_place(c, v, i, j);
		v = sort_at(c, v, i + j);
		na -= i;
		nb -= j;
	}
}

struct stable {
	const struct sort_call *c;
	char *v, *spare;
	size_t n;
	bool to_spare;
};

static void
stable(void *ctx)
{
	struct stable *s = ctx, left = *s, right = *s;
	const struct sort_call *c = s->c;
	char *out = s->to_spare ? s->spare : s->v, *from = s->to_spare ? s->v : s->spare;

	if (s->n <= c->grain) {
		c->order->stable(s->v, s->spare, s->n, s->to_spare, c->by);
		return;
	}
	if (sort_is_cancelled(c)) {
		if (s->to_spare)
			memcpy(s->spare, s->v, s->n * c->order->size);
		return;
	}
	left.to_spare = right.to_spare = !s->to_spare;
	left.n = s->n / 2;
	right.n = s->n - left.n;
	right.v = sort_at(c, s->v, left.n);
	right.spare = sort_at(c, s->spare, left.n);
	sort_both(stable, &left, &right);
	sort_merge(c, out, from, left.n, sort_at(c, from, left.n), right.n);
}

void
sort_stable_over(const struct sort_call *c, char *v, char *spare, size_t n, bool to_spare)
{
	struct stable s = { c, v, spare, n, to_spare };

	stable(&s);
}

/* Over scratch memory for `room` elements, which may be fewer than n. */
static void
stable_by_pieces(const struct sort_call *c, char *v, char *spare, size_t room, size_t n)
{
	for (size_t at = 0; at < n; at += room)
		sort_stable_over(c, sort_at(c, v, at), spare, n - at < room ? n - at : room, false);
	for (; room < n; room *= 2) {
		for (size_t at = 0; n - at > room; at += n - at < 2 * room ? n - at : 2 * room)
			sort_merge_in_place(c, sort_at(c, v, at), room,
			    n - at < 2 * room ? n - at - room : room);
	}
}

void
sort_stable(const struct sort_call *c, char *v, size_t n)
{
	size_t room = n, size = c->order->size;
	char *spare;

	if (n <= WEFT_SORT_SMALL_) {
		c->order->stable(v, NULL, n, false, c->by);
		return;
	}
	if (c->order->is_run(v, n, c->by))
		return;
	while ((spare = weft_alloc(room * size, c->order->align)) == NULL && room > n / 64)
		room -= room / 2;
	if (spare == NULL)
		room = WEFT_SORT_SMALL_;
	stable_by_pieces(c, v, spare, room, n);
	if (spare != NULL)
		weft_free(spare, room * size, c->order->align);
}

struct merging {
	struct sort_call *c;
	void *v;
	const void *a, *b;
	size_t na, nb;
};

static void
stable_of_all(void *ctx)
{
	struct merging *m = ctx;

	sort_stable(m->c, m->v, m->na);
}

void
sort_call_stable(struct sort_call *c, const weft_par_options *how, void *v, size_t n)
{
	struct merging m = { .c = c, .v = v, .na = n };

	sort_check(c, v, n);
	if (n > 1)
		sort_begin(c, how, n, STABLE_GRAIN, stable_of_all, &m);
}

static void
merge_all(void *ctx)
{
	struct merging *m = ctx;

	sort_merge(m->c, m->v, m->a, m->na, m->b, m->nb);
}

void
sort_call_merge(struct sort_call *c, const weft_par_options *how, void *out, const void *a,
    size_t na, const void *b, size_t nb)
{
	struct merging m = { c, out, a, b, na, nb };

	sort_check(c, a, na);
	sort_check(c, b, nb);
	sort_check(c, out, na > SIZE_MAX - nb ? SIZE_MAX : na + nb);
	sort_check_apart(c, out, na + nb, a, na);
	sort_check_apart(c, out, na + nb, b, nb);
	sort_begin(c, how, na + nb, STABLE_GRAIN, merge_all, &m);
}
