/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par.c: the loops of weft/par.h that take a range once: for, chunks, fold, find, histogram. */
#include "cut.h"

#include <string.h>

/* The lowest failure of a part; it lowers the limit, so that what follows is left out. */
typedef struct failure {
	size_t at;
	weft_status status;
} failure;

typedef struct loop {
	weft_range_fn *body;
	void *ctx;
	const weft_cut_ *chunks;  /* NULL: items are items */
	weft_atomic_u64 limit;       /* the lowest index that failed so far; all lower it */
} loop;

/* Nothing to split, to stop, or to tell. */
static bool
is_one_piece(const weft_par_options *how, size_t n)
{
	if (how == NULL)
		return n <= 1;
	return (n <= 1 || n <= how->grain) && how->cancel == NULL && how->progress == NULL &&
	    (how->max_grain == 0 || n <= how->max_grain);
}

static weft_status
call_body(weft_range_fn *body, size_t begin, size_t end, size_t *at, void *ctx)
{
	weft_status s;

	*at = SIZE_MAX;
	s = body(begin, end, at, ctx);
	if (s != WEFT_OK && (*at < begin || *at >= end))
		weft_misuse_("weft_par_for",
		    "a body failed, and *at is not in its range: set it to what failed");
	return s;
}

static void
make_failure(void *acc, void *ctx)
{
	failure *f = acc;

	(void)ctx;
	f->status = WEFT_OK;
}

static void
merge_failures(void *left, void *right, void *ctx)
{
	failure *l = left, *r = right;

	(void)ctx;
	if (l->status == WEFT_OK)
		*l = *r;
}

/* Pieces of a part come in order: its first failure has its lowest index. */
static void
note_failure(failure *f, weft_status s, size_t at)
{
	if (f->status != WEFT_OK)
		return;
	f->status = s;
	f->at = at;
}

static void
for_piece(void *acc, size_t begin, size_t end, void *ctx)
{
	loop *l = ctx;
	size_t at;
	weft_status s = call_body(l->body, begin, end, &at, l->ctx);

	if (s == WEFT_OK)
		return;
	note_failure(acc, s, at);
	weft_range_limit_(&l->limit, at);
}

static void
chunks_piece(void *acc, size_t begin, size_t end, void *ctx)
{
	loop *l = ctx;

	for (; begin < end; begin++) {
		size_t at;
		weft_status s = call_body(l->body, weft_cut_begin_(l->chunks, begin),
		    weft_cut_end_(l->chunks, begin), &at, l->ctx);

		if (s == WEFT_OK)
			continue;
		note_failure(acc, s, at);
		weft_range_limit_(&l->limit, begin);
		return;
	}
}

static weft_status
run(const weft_par_options *how, size_t n, void (*piece)(void *, size_t, size_t, void *), loop *l,
    size_t *at)
{
	const weft_range_work_ work = { .piece = piece,
		.make = make_failure,
		.merge = merge_failures,
		.acc_size = sizeof(failure),
		.acc_align = alignof(failure),
		.limit = &l->limit };
	failure f = { 0, WEFT_OK };
	weft_status s;

	weft_store_relaxed(&l->limit, UINT64_MAX); /* relaxed: nobody else is there yet. */
	s = weft_range_run_(how, n, &work, &f, l);
	/* Cancelled, some item before the failure may not have been reached. */
	if (s != WEFT_OK || f.status == WEFT_OK)
		return s;
	if (at != NULL)
		*at = f.at;
	return f.status;
}

weft_status
weft_par_for(const weft_par_options *how, size_t n, weft_range_fn *body, void *ctx, size_t *at)
{
	loop l = { .body = body, .ctx = ctx };

	if (n == 0)
		return WEFT_OK;
	if (is_one_piece(how, n)) {
		size_t failed;
		weft_status s = call_body(body, 0, n, &failed, ctx);

		if (s != WEFT_OK && at != NULL)
			*at = failed;
		return s;
	}
	return run(how, n, for_piece, &l, at);
}

weft_status
weft_par_chunks(const weft_par_options *how, size_t n, size_t chunk, weft_range_fn *body, void *ctx,
    size_t *at)
{
	weft_cut_ chunks;
	loop l = { .body = body, .ctx = ctx, .chunks = &chunks };

	if (chunk == 0)
		weft_misuse_("weft_par_chunks", "a chunk of 0 items: say how many it has");
	if (n == 0)
		return WEFT_OK;
	weft_cut_init_(&chunks, how, 0, n, chunk, 1);
	return run(&chunks.how, chunks.count, chunks_piece, &l, at);
}

void
weft_par_fold(const weft_par_options *how, size_t n, const weft_fold *fold, void *acc, void *ctx)
{
	const weft_range_work_ work = { .piece = fold->range,
		.make = fold->make,
		.merge = fold->merge,
		.acc_size = fold->size,
		.acc_align = fold->align };

	if (n == 0)
		return;
	if (is_one_piece(how, n))
		fold->range(acc, 0, n, ctx);
	else
		/* The token's owner can ask it. */
		weft_ignore(weft_range_run_(how, n, &work, acc, ctx));
}

typedef struct search {
	size_t (*look)(size_t begin, size_t end, void *ctx);
	void *ctx;
	bool any;
	weft_atomic_u64 limit;       /* the lowest index that was found; any: 0 once one was */
} search;

static void
make_found(void *acc, void *ctx)
{
	(void)ctx;
	*(size_t *)acc = SIZE_MAX;
}

static void
merge_found(void *left, void *right, void *ctx)
{
	size_t *l = left, *r = right;

	(void)ctx;
	*l = *l < *r ? *l : *r;
}

static void
find_piece(void *acc, size_t begin, size_t end, void *ctx)
{
	size_t *found = acc, i;
	search *s = ctx;

	if (*found < begin)
		return;
	i = s->look(begin, end, s->ctx);
	if (i >= end)
		return;
	*found = i;
	weft_range_limit_(&s->limit, s->any ? 0 : i);
}

size_t
weft_par_find(const weft_par_options *how, size_t n, bool any,
    size_t (*look)(size_t begin, size_t end, void *ctx), void *ctx)
{
	search s = { .look = look, .ctx = ctx, .any = any };
	const weft_range_work_ work = { .piece = find_piece,
		.make = make_found,
		.merge = merge_found,
		.acc_size = sizeof(size_t),
		.acc_align = alignof(size_t),
		.limit = &s.limit };
	size_t found = SIZE_MAX;

	weft_store_relaxed(&s.limit, UINT64_MAX); /* relaxed: nobody else is there yet. */
	if (n != 0)
		weft_ignore(weft_range_run_(how, n, &work, &found, &s));
	return found < n ? found : n;
}

typedef struct histogram {
	void (*range)(uint64_t *counts, size_t begin, size_t end, void *ctx);
	void *ctx;
	size_t bins;
} histogram;

static void
make_counts(void *acc, void *ctx)
{
	const histogram *h = ctx;

	memset(acc, 0, h->bins * sizeof(uint64_t));
}

static void
add_counts(void *left, void *right, void *ctx)
{
	const histogram *h = ctx;
	uint64_t *into = left;
	const uint64_t *from = right;

	for (size_t i = 0; i < h->bins; i++)
		into[i] += from[i];
}

static void
histogram_piece(void *acc, size_t begin, size_t end, void *ctx)
{
	const histogram *h = ctx;

	h->range(acc, begin, end, h->ctx);
}

void
weft_par_histogram(const weft_par_options *how, uint64_t *counts, size_t bins, size_t n,
    void (*range)(uint64_t *counts, size_t begin, size_t end, void *ctx), void *ctx)
{
	histogram h = { range, ctx, bins };
	const weft_range_work_ work = { .piece = histogram_piece,
		.make = make_counts,
		.merge = add_counts,
		.acc_size = bins * sizeof(uint64_t),
		.acc_align = alignof(uint64_t),
		/* What is split off pays for counts that are cleared, and added up again. */
		.grain = how != NULL && how->grain > bins ? how->grain : bins };

	if (n != 0)
		weft_ignore(weft_range_run_(how, n, &work, counts, &h));
}
