/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* range.c: a range is worked off in pieces, and split while others are idle. */
#include "range.h"

#include "../base/memory.h"
#include "../pool/worker.h"

/*
 * A part is worked off in pieces of about PIECE_NS, each measured, so that a small loop
 * costs little more than a plain one, and a big one is asked often enough whether another
 * thread is idle. The part is split in halves when one is, nothing of this thread's is on
 * offer, the measure can be trusted, and what is left is worth the handing over: HOT_NS, when
 * somebody looks for work; COLD_NS, when a thread must be woken for it.
 *
 * Where the first item is as dear as all others together, no measure comes in time. So a
 * loop is split at once, without one, if this thread did not so for BET_NS; or for HOT_BET_NS,
 * when somebody looks for work. Where it was in vain, the loop being too small, the pause
 * doubles, up to MOST_BET_NS: a program of small loops is left in peace.
 *
 * Whoever is stuck in a dear item keeps what is left of its part from others. So a split is
 * of several halvings at once, all of them public: 2^-DEPTH of the part is kept, or
 * 2^-BET_DEPTH where nothing is known. A half that nobody took is gone on with, as if there
 * had been no split.
 *
 * All by bench/bench_par.c: map, irregular and callers.
 */
#define PIECE_NS 4000
#define TRUST_NS 700
#define HOT_NS 2000
#define COLD_NS 12000
#define HOT_BET_NS 20000
#define BET_NS 1000000
#define MOST_BET_NS 256000000
#define DEPTH 3
#define DEPTH_NS 32000         /* what is left is worth more than one halving               */
#define BET_DEPTH 6
#define GROWTH 16              /* of one piece over the last: a first item may mislead      */
#define FIRST 16               /* items of a first piece, where that is little of the whole */
#define FIRST_PART 256         /* else such a part of the whole, up to FIRST_MOST           */
#define FIRST_MOST 1024
#define PIECES 1024
#define LEAF 16                /* items of a leaf of a fixed tree, at least                 */
#define LEAVES 4096
#define TELL_NS 100000000
#define ACC_IN_PLACE 256       /* bytes of an accumulator on the stack                      */

typedef struct range_run {
	const weft_par_options *how;
	const weft_range_work_ *work;
	void *ctx;
	size_t n, grain, most;       /* a piece is of so many items, at least and at most   */
	weft_atomic_bool cancelled;  /* a part has seen it; by any of them                  */
	weft_atomic_size done;       /* for progress: items; by each part                   */
	weft_atomic_bool telling;    /* by who calls progress                               */
	size_t told;                 /* by who is telling                                   */
	uint64_t told_at;            /* likewise, ticks                                     */
	size_t leaf;                 /* of a fixed tree                                     */
	bool is_bet;                 /* it was split before anything was known              */
} range_run;

typedef struct range_part {
	range_run *run;
	size_t begin, end;           /* what is left                                        */
	size_t piece;                /* items of the next one                               */
	uint64_t rate;               /* ticks of 1,024 items; 0: not known                  */
	void *acc;
} range_part;

/* A part that was split off, and its accumulator. */
typedef struct range_split {
	range_part part;
	void *allocated;
	alignas(64) unsigned char in_place[ACC_IN_PLACE];
} range_split;

void
weft_range_limit_(weft_atomic_u64 *limit, size_t i)
{
	/* relaxed: it says what need not be done; what was done is known by the join of parts. */
	uint64_t seen = weft_load_relaxed(limit);

	/* relaxed: as above. */
	while (i < seen && !weft_cas_weak_relaxed(limit, &seen, (uint64_t)i))
		;
}

unsigned
weft_range_threads_(const weft_par_options *how)
{
	if (how != NULL && how->serial)
		return 1;
	return weft_pool_threads(how == NULL ? NULL : how->pool);
}

/* Is there nothing more to do from `begin` on? */
static bool
is_over(range_run *run, size_t begin)
{
	const weft_range_work_ *work = run->work;

	/* relaxed: as in weft_range_limit_. */
	if (work->limit != NULL && weft_load_relaxed(work->limit) <= begin)
		return true;
	if (!weft_cancel_is_set(run->how->cancel))
		return false;
	/* relaxed: read when all parts are joined. */
	weft_store_relaxed(&run->cancelled, true);
	return true;
}

static void
tell(range_run *run, size_t items)
{
	const weft_par_options *how = run->how;
	size_t done;
	bool nobody = false;

	if (how->progress == NULL)
		return;
	/* relaxed: a count. */
	weft_fetch_add_relaxed(&run->done, items);
	/* A1: what the last one to tell has written; pairs with R1. */
	if (!weft_cas_acquire(&run->telling, &nobody, true))
		return;
	/* relaxed: a count; it never goes back. */
	done = weft_load_relaxed(&run->done);
	if (how->progress_every != 0 ? done - run->told >= how->progress_every :
	        weft_ticks_() - run->told_at >= weft_ticks_in_(TELL_NS)) {
		run->told = done;
		run->told_at = weft_ticks_();
		how->progress(done, run->n, how->progress_ctx);
	}
	/* R1: told, and when; pairs with A1. */
	weft_store_release(&run->telling, false);
}

static bool
make_acc(const weft_range_work_ *work, range_split *split, const range_part *from)
{
	split->part = *from;
	split->allocated = NULL;
	split->part.acc = NULL;
	if (work->acc_size == 0)
		return true;
	split->part.acc = split->in_place;
	if (work->acc_size > ACC_IN_PLACE || work->acc_align > 64)
		split->part.acc = split->allocated =
		    weft_memory_alloc_(NULL, work->acc_size, work->acc_align);
	return split->part.acc != NULL;
}

static void
free_acc(const weft_range_work_ *work, range_split *split)
{
	if (split->allocated != NULL)
		weft_memory_free_(NULL, split->allocated, work->acc_size, work->acc_align);
}

static void
merge(range_run *run, range_part *left, range_split *right)
{
	if (run->work->acc_size != 0)
		run->work->merge(left->acc, right->part.acc, run->ctx);
}

static void part_run(range_part *p, uint64_t now);

/* The job of a part that was taken. */
static void
part_taken(void *part)
{
	range_part *p = part;

	if (p->run->work->acc_size != 0)
		p->run->work->make(p->acc, p->run->ctx);
	part_run(p, weft_ticks_());
}

static bool
is_divisible(const range_part *p)
{
	return (p->end - p->begin) / 2 >= p->run->grain;
}

/* All that was split off may be taken. */
static void
expose(void)
{
	weft_worker_ *w = weft_worker_now_();

	if (w != NULL)
		weft_fork_expose_(w);
}

/* True: others have done the second half, so p is done. False: p goes on. */
static bool
split(range_part *p, unsigned depth)
{
	range_split right;
	weft_fork fork;

	if (!make_acc(p->run->work, &right, p))
		return false;
	p->end = right.part.begin = p->begin + (p->end - p->begin) / 2;
	/* From here on what is in `right` is the one's who takes it, if anyone does. */
	fork = weft_fork_begin_(part_taken, &right.part);
	if (depth == 1 || !is_divisible(p)) {
		expose();
		part_run(p, weft_ticks_());
	} else if (!split(p, depth - 1)) {
		part_run(p, weft_ticks_());
	}
	if (weft_fork_end_(fork)) {
		/* Others may have done the last of the first half. */
		p->begin = right.part.begin;
		p->end = right.part.end;
		free_acc(p->run->work, &right);
		return false;
	}
	merge(p->run, p, &right);
	free_acc(p->run->work, &right);
	return true;
}

/* How many halvings are worth it, after a piece? since: ticks that this part has run. */
static unsigned
worth(range_part *p, uint64_t since)
{
	uint64_t left = p->rate * (p->end - p->begin) >> 10;
	weft_worker_ *w;
	unsigned look;

	if (!is_divisible(p) || since < weft_ticks_in_(TRUST_NS) || left < weft_ticks_in_(HOT_NS))
		return 0;
	w = weft_worker_here_();
	if (w == NULL || !weft_worker_has_room_(w) || weft_jobs_are_left_(&w->jobs))
		return 0;
	look = weft_room_look_(w->pool);
	if ((look & WEFT_ROOM_SEARCHED_) == 0 && left < weft_ticks_in_(COLD_NS))
		return 0;
	return left < weft_ticks_in_(DEPTH_NS) ? 1 : DEPTH;
}

/* Is the rest little enough to be done at once? Without a division, for the small loops. */
static bool
is_little(const range_part *p, size_t items, uint64_t ticks)
{
	uint64_t rest = p->end - p->begin, most = weft_ticks_in_(PIECE_NS);

	return rest <= (uint64_t)items * GROWTH && rest <= p->run->most && ticks < most &&
	    ticks * rest <= most * items;
}

/* How many items the next piece has, now that the last one is measured. */
static void
measure(range_part *p, size_t items, uint64_t ticks)
{
	range_run *run = p->run;
	uint64_t most = (uint64_t)items * GROWTH, want;

	p->rate = (ticks << 10) / items + 1;
	want = (weft_ticks_in_(PIECE_NS) << 10) / p->rate;
	want = want < most ? want : most;
	want = want > run->grain ? want : run->grain;
	p->piece = want < run->most ? (size_t)want : run->most;
}

static void
part_run(range_part *p, uint64_t now)
{
	range_run *run = p->run;
	uint64_t begun = now, before = now;

	while (p->begin < p->end && !is_over(run, p->begin)) {
		size_t left = p->end - p->begin, items = p->piece < left ? p->piece : left;
		unsigned depth;

		run->work->piece(p->acc, p->begin, p->begin + items, run->ctx);
		p->begin += items;
		tell(run, items);
		if (items == left && !(run->is_bet && p->rate == 0))
			return;
		now = weft_ticks_();
		if (!run->is_bet && is_little(p, items, now - before)) {
			p->piece = p->end - p->begin;
			continue;
		}
		measure(p, items, now - before);
		before = now;
		depth = worth(p, now - begun);
		if (depth != 0) {
			if (split(p, depth))
				return;
			begun = before = weft_ticks_();
		}
	}
}

/* A loop of which nothing is known is begun while others are idle: is it to be split? */
static bool
is_bet(range_part *whole, uint64_t now)
{
	weft_worker_ *w = weft_worker_now_();
	uint64_t pause;

	if (w == NULL || !is_divisible(whole) || !weft_worker_has_room_(w))
		return false;
	pause = (weft_room_look_(w->pool) & WEFT_ROOM_SEARCHED_) != 0 ? HOT_BET_NS : BET_NS;
	pause = weft_ticks_in_(pause);
	pause = pause > w->bet_pause ? pause : w->bet_pause;
	if (now - w->bet_at < pause)
		return false;
	w->bet_at = now;
	return true;
}

/* Had it been worth it, by what its first piece took? */
static void
learn(const range_part *whole)
{
	weft_worker_ *w = weft_worker_now_();
	uint64_t most = weft_ticks_in_(MOST_BET_NS), least = weft_ticks_in_(BET_NS);

	if (whole->rate * whole->run->n >> 10 >= 2 * weft_ticks_in_(COLD_NS))
		w->bet_pause = 0;
	else if (w->bet_pause < most)
		w->bet_pause = w->bet_pause < least ? 2 * least : 2 * w->bet_pause;
}

static size_t
first_piece(const range_run *run)
{
	size_t n = run->n, items = n / FIRST < FIRST ? n / FIRST : FIRST;
	size_t part = n / FIRST_PART < FIRST_MOST ? n / FIRST_PART : FIRST_MOST;

	items = items > part ? items : part;
	items = items > n / PIECES ? items : n / PIECES;
	items = items > run->grain ? items : run->grain;
	return items < run->most ? items : run->most;
}

static void
run_parts(range_run *run, void *acc)
{
	range_part whole = { .run = run, .end = run->n, .acc = acc, .piece = first_piece(run) };
	uint64_t now = weft_ticks_();

	run->is_bet = is_bet(&whole, now);
	if (!run->is_bet) {
		part_run(&whole, now);
		return;
	}
	if (!split(&whole, BET_DEPTH))
		part_run(&whole, weft_ticks_());
	learn(&whole);
}

/* Without a clock: the tree, and so what is merged with what, depends on n and the grain. */
static void tree_run(range_part *p);

static void
tree_taken(void *part)
{
	range_part *p = part;

	p->run->work->make(p->acc, p->run->ctx);
	tree_run(p);
}

static void
tree_run(range_part *p)
{
	range_run *run = p->run;
	range_split right;
	size_t leaves = (p->end - p->begin + run->leaf - 1) / run->leaf;
	bool is_mine = true;
	weft_fork fork;

	if (leaves <= 1 || !make_acc(run->work, &right, p)) {
		if (is_over(run, p->begin))
			return;
		run->work->piece(p->acc, p->begin, p->end, run->ctx);
		tell(run, p->end - p->begin);
		return;
	}
	right.part.begin = p->end = p->begin + leaves / 2 * run->leaf;
	if (!run->how->serial)
		fork = weft_fork_begin_(tree_taken, &right.part);
	tree_run(p);
	if (!run->how->serial)
		is_mine = weft_fork_end_(fork);
	if (is_mine)
		tree_taken(&right.part);
	merge(run, p, &right);
	free_acc(run->work, &right);
}

static void
run_serially(range_run *run, void *acc)
{
	range_part whole = { .run = run, .end = run->n, .acc = acc };
	size_t step = run->most < run->n / PIECES ? run->most : run->n / PIECES;

	step = step > run->grain ? step : run->grain;
	while (whole.begin < run->n && !is_over(run, whole.begin)) {
		size_t items = step < run->n - whole.begin ? step : run->n - whole.begin;

		run->work->piece(acc, whole.begin, whole.begin + items, run->ctx);
		whole.begin += items;
		tell(run, items);
	}
}

typedef struct range_call {
	range_run *run;
	void *acc;
} range_call;

static void
run_here(void *call)
{
	range_call *c = call;
	range_run *run = c->run;

	if ((run->how->ordered || run->work->fixed) && run->work->acc_size != 0) {
		range_part whole = { .run = run, .end = run->n, .acc = c->acc };

		tree_run(&whole);
	} else if (run->how->serial) {
		run_serially(run, c->acc);
	} else {
		run_parts(run, c->acc);
	}
}

weft_status
weft_range_run_(const weft_par_options *how, size_t n, const weft_range_work_ *work, void *acc,
    void *ctx)
{
	static const weft_par_options usual;
	range_run run = { .how = how != NULL ? how : &usual, .work = work, .ctx = ctx, .n = n };
	range_call call = { &run, acc };

	if (n == 0)
		return WEFT_OK;
	if (n == 1 && how == NULL && work->limit == NULL) {
		work->piece(acc, 0, 1, ctx);
		return WEFT_OK;
	}
	how = run.how;
	run.grain = work->grain > how->grain ? work->grain : how->grain;
	run.grain = run.grain != 0 ? run.grain : 1;
	run.most = how->max_grain != 0 ? how->max_grain : n;
	run.most = run.most > run.grain ? run.most : run.grain;
	run.leaf = n / LEAVES > LEAF ? n / LEAVES : LEAF;
	run.leaf = how->grain != 0 || work->grain != 0 ? run.grain : run.leaf;
	run.told_at = how->progress != NULL ? weft_ticks_() : 0;
	if (how->pool != NULL && !how->serial && how->pool != weft_pool_current())
		weft_pool_run(how->pool, run_here, &call);
	else
		run_here(&call);
	/* relaxed: all parts are joined. */
	if (weft_load_relaxed(&run.cancelled))
		return WEFT_CANCELLED;
	/* relaxed: as above. */
	if (how->progress != NULL && run.told < n && weft_load_relaxed(&run.done) == n)
		how->progress(n, n, how->progress_ctx);
	return WEFT_OK;
}
