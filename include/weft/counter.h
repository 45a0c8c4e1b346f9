/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/counter.h: counters that many threads add to, without sharing a line. */
#ifndef WEFT_COUNTER_H
#define WEFT_COUNTER_H

#include "detail/counter_inl.h"

/*
 * WEFT_PADDED(T): a T with lines to itself, for an array with an element a thread.
 *
 *	WEFT_PADDED(struct tally) tallies[8];
 *	tallies[me].value.words++;
 *
 * Two elements share no line, wherever the array begins.
 */
#define WEFT_PADDED(T)                                                                            \
	union { T value; char pad_[(sizeof(T) + 2 * WEFT_LINE - 1) / WEFT_LINE * WEFT_LINE]; }

WEFT_C_BEGIN_

/*
 * weft_cell: one number in a line of its own. For a number that is read as often as it
 * is changed. A zeroed one is 0. add gives the new value. Relaxed: it orders nothing
 * else. Progress: wait-free where the machine's atomic add is.
 */
static inline uint64_t
weft_cell_add(weft_cell *c, uint64_t n)
{
	/* relaxed: a count orders nothing else. */
	return weft_fetch_add_relaxed(&c->value_, n) + n;
}

static inline uint64_t
weft_cell_get(const weft_cell *c)
{
	/* relaxed: as in weft_cell_add. */
	return weft_load_relaxed(&c->value_);
}

static inline void
weft_cell_set(weft_cell *c, uint64_t n)
{
	/* relaxed: as in weft_cell_add. */
	weft_store_relaxed(&c->value_, n);
}

/*
 * weft_counter: a number that many threads add to and few read. Each CPU adds to a line
 * of its own, without a locked instruction, where the system has restartable sequences
 * (x86-64 Linux with glibc 2.35 or later); elsewhere each thread adds atomically to a line
 * that few share. sum looks at all lines.
 *
 *	static weft_counter requests;
 *	weft_counter_add(&requests, 1);
 *
 * A zeroed weft_counter is 0 and ready; adding never fails. (It takes memory for its
 * lines at the first add, 128 bytes a CPU; where there is none, all share one line.) fini
 * gives that memory back and leaves a zeroed counter: nobody may use it meanwhile.
 *
 * sum counts every add that happened before it, none that happened after it, and each of
 * those under way wholly or not at all: so it is exact when the writers are at rest. While
 * they are not, it counts adds of different threads in no common order: of two under way,
 * one after the other, it may count the second only. When no n is negative, it lies between
 * what the number was when sum began and what it was when sum returned.
 *
 * take gives the sum so far and begins at 0 again: each add is in what one take gave, or
 * still in the sum; none is lost or counted twice, whoever else adds or takes. To a sum
 * beside it, a take is an add like another, of the negative of what it gave.
 *
 * The number wraps at 2^64; adding -n subtracts. Adds order nothing else.
 *
 * Progress: add takes a bounded number of steps, sum too; take is lock-free (it tries
 * again only when another take came between). The first add may allocate.
 */
WEFT_INLINE_ void
weft_counter_add(weft_counter *c, int64_t n)
{
	char *rseq = weft_rseq_self_();
	/* A1: the header and the zeroes of the rows; pairs with R1. */
	weft_rows_ *rows = (weft_rows_ *)weft_load_acquire(&c->cpu_rows_);

	if (WEFT_UNLIKELY_(rows == NULL || !weft_rseq_add_(rseq, rows, 0, WEFT_COUNTER_SHIFT_, n)))
		weft_counter_add_(c, n);
}

/* As said above: what was added and not yet taken. */
WEFT_API int64_t weft_counter_sum(const weft_counter *c);
/* As said above: the sum, and 0 from then on. */
WEFT_API int64_t weft_counter_take(weft_counter *c);
/* Gives the memory back: a zeroed counter again. */
WEFT_API void weft_counter_fini(weft_counter *c);

/*
 * weft_watermark: the least and the greatest of the numbers seen. A zeroed one has seen
 * none. see writes nothing unless n is a new extreme.
 *
 * get gives both extremes of all that was seen before it; of a number that is being seen
 * meanwhile, it may know one extreme and not yet the other. False when none was seen; least
 * and greatest may be NULL. Progress: lock-free; get is wait-free.
 */
WEFT_INLINE_ void
weft_watermark_see(weft_watermark *w, int64_t n)
{
	/* relaxed: an extreme orders nothing else. */
	if (WEFT_UNLIKELY_(weft_load_relaxed(&w->greatest_) < WEFT_WATERMARK_UP_(n) ||
	        /* relaxed: as above. */
	        weft_load_relaxed(&w->least_) < WEFT_WATERMARK_DOWN_(n)))
		weft_watermark_see_(w, n);
}

/* As said above; true when one was seen. */
WEFT_API bool weft_watermark_get(const weft_watermark *w, int64_t *least, int64_t *greatest);

WEFT_C_END_

#endif
