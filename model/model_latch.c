/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_latch.c: latch and barrier, through every execution: nobody sleeps for ever. */
#include <weft/latch.h>

#include <assert.h>

#include "support/script.h"

static weft_latch latch;
static weft_barrier barrier;
/* Plain, so that what a done or a round does not publish is a race. */
static unsigned work[ANSWER_ROWS], counts;
static weft_atomic_u32 firsts;

/* capacity: what the latch counts, or for how many the barrier is. */
static void
init(const struct script *s)
{
	latch = (weft_latch){ 0 };
	counts = s->capacity;
	weft_latch_add(&latch, s->capacity);
	weft_barrier_init(&barrier, s->capacity);
}

static unsigned
sum(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ANSWER_ROWS; i++)
		n += work[i];
	return n;
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 'd':
		work[row]++;
		weft_latch_done(&latch);
		break;
	case 'w':
		weft_latch_wait(&latch);
		assert(sum() == counts);
		break;
	case 'W':
		/* One more may have been added, and is done, too. */
		weft_latch_wait(&latch);
		assert(sum() >= counts);
		break;
	case 'a':
		weft_latch_add(&latch, 1);
		break;
	case 'b':
		work[row]++;
		if (weft_barrier_wait(&barrier))
			/* relaxed: a count. */
			weft_fetch_add_relaxed(&firsts, 1);
		assert(sum() == barrier.n_);
		/* Nobody may write before all have read. */
		if (weft_barrier_wait(&barrier))
			/* relaxed: a count. */
			weft_fetch_add_relaxed(&firsts, 1);
		break;
	case 'B':
		(void)weft_barrier_wait(&barrier);
		break;
	case 'x':
		/* Whoever is through may finish it at once. */
		if (weft_barrier_wait(&barrier)) {
			weft_barrier_fini(&barrier);
			/* The memory is this thread's. */
			barrier = (weft_barrier){ .n_ = 0 };
		}
		break;
	case 'm':
		work[row]++;
		(void)weft_barrier_wait(&barrier);
		assert(sum() == barrier.n_);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * Of the latch, d works and is done, w waits for all, a adds one more. Of the barrier, b works,
 * waits, reads what all did, waits; m without the second wait; B waits; x waits, and the one who
 * is told finishes it.
 */
static const struct script scripts[] = {
	{ "1d1w", 1, .threads = { "d", "w" } },
	{ "1d2w", 1, .threads = { "d", "w", "w" } },
	{ "2d1w", 2, .threads = { "d", "d", "w" } },
	{ "2d2w", 2, .threads = { "d", "d", "w", "w" } },
	{ "3d1w", 3, .threads = { "d", "d", "d", "w" } },
	{ "add", 2, .threads = { "add", "d", "W" } },
	{ "barrier-work", 2, .threads = { "m", "m" } },
	{ "barrier-2", 2, .threads = { "b", "b" } },
	{ "barrier-3", 3, .threads = { "B", "B", "B" } },
	{ "barrier-rounds", 2, .threads = { "BB", "BB" } },
	{ "barrier-fini", 2, .threads = { "x", "x" } },
	{ "barrier-fini-3", 3, .threads = { "x", "x", "x" } },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
