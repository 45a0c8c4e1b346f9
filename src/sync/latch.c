/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * latch.c: a count that wakes at 0, and a barrier.
 *
 * The latch is one word: the count times 2, and SLEEPERS, which a waiter sets before it
 * sleeps. The done that takes the count to 0 takes SLEEPERS off in the same CAS, so that
 * CAS is its last touch of the latch: what follows is a wake of an address. It is illegal
 * to leave SLEEPERS standing at 0, or to read the word after that CAS.
 *
 * Linearization points: each successful CAS or fetch_add of the word; a wait's, the load
 * that reads the count 0.
 */
#include <weft/latch.h>

#include "parking.h"

#define SLEEPERS 1u
#define ONE 2u

void
weft_latch_add(weft_latch *l, uint32_t n)
{
	/* relaxed: what it counts is started later, and that orders it; as a read-modify-write
	 * it keeps what earlier dones released (R1). */
	uint32_t left = weft_load_relaxed(&l->left_);

	do {
		if (n > WEFT_LATCH_MOST - left / ONE)
			weft_misuse_("weft_latch_add", "more than WEFT_LATCH_MOST are to be done");
		/* relaxed: as above. */
	} while (!weft_cas_weak_relaxed(&l->left_, &left, left + n * ONE));
}

void
weft_latch_done(weft_latch *l)
{
	/* relaxed: a first guess; the CAS below decides. */
	uint32_t left = weft_load_relaxed(&l->left_), next;

	do {
		if (left < ONE)
			weft_misuse_("weft_latch_done",
			    "nothing is left to be done: add before, as many "
			    "as there are dones");
		next = left < 2 * ONE ? 0 : left - ONE;
		/* R1: what this thread did; each done's release goes on through the later ones;
		 * pairs with A1. */
	} while (!weft_cas_weak_release(&l->left_, &left, next));
	/* The latch may be gone. */
	if (left == (ONE | SLEEPERS))
		weft_park_wake_word_(&l->left_, WEFT_PARK_ALL);
}

static bool
is_done(weft_latch *l, uint32_t *left)
{
	/* A1: what was done before each done; pairs with R1. */
	*left = weft_load_acquire(&l->left_);
	return *left < ONE;
}

bool
weft_latch_wait_until(weft_latch *l, weft_time deadline)
{
	weft_park_spin_ spin;
	uint32_t left;
	bool done = is_done(l, &left), in_time = true;

	if (done || weft_time_is_past(deadline))
		return done;
	weft_park_spin_begin_(&spin);
	while (!done && weft_park_spin_step_(&spin))
		done = is_done(l, &left);
	weft_park_spin_end_(&spin, done);
	while (!is_done(l, &left) && in_time) {
		/* relaxed: SLEEPERS tells the last done to wake; it orders nothing else. */
		if ((left & SLEEPERS) || weft_cas_weak_relaxed(&l->left_, &left, left | SLEEPERS))
			in_time = weft_park_sleep_(&l->left_, left | SLEEPERS, deadline);
	}
	return is_done(l, &left);
}

void
weft_latch_wait(weft_latch *l)
{
	(void)!weft_latch_wait_until(l, WEFT_FOREVER);
}

void
weft_barrier_init(weft_barrier *b, uint32_t n)
{
	if (n == 0)
		weft_misuse_("weft_barrier_init", "a barrier is for at least 1 thread");
	b->n_ = n;
	/* relaxed: nobody else knows the barrier yet. */
	weft_store_relaxed(&b->arrived_, 0);
	/* relaxed: as above. */
	weft_store_relaxed(&b->round_, 0);
	/* relaxed: as above. */
	weft_store_relaxed(&b->inside_, 0);
	b->alive_.self = b;
}

void
weft_barrier_fini(weft_barrier *b)
{
	unsigned round = 0;

	weft_alive_check_(&b->alive_, b, "weft_barrier_fini");
	/* relaxed: a thread that arrives now is misuse already; this tells it when it can. */
	if (weft_load_relaxed(&b->arrived_) != 0)
		weft_misuse_("weft_barrier_fini", "threads wait for a round to be full: "
		    "let all of them through first");
	/* A2: the others have left, so the memory is this thread's; pairs with R2. */
	while (weft_load_acquire(&b->inside_) != 0)
		weft_spin(&round);
	b->alive_.self = NULL;
}

static bool
has_passed(weft_barrier *b, uint32_t seen, uint32_t *now)
{
	/* A3: what all n did before; pairs with R3. */
	*now = weft_load_acquire(&b->round_);
	return (*now | SLEEPERS) != (seen | SLEEPERS);
}

static void
wait_for_round(weft_barrier *b, uint32_t seen)
{
	weft_park_spin_ spin;
	uint32_t now;
	bool passed = has_passed(b, seen, &now);

	if (passed)
		return;
	weft_park_spin_begin_(&spin);
	while (!passed && weft_park_spin_step_(&spin))
		passed = has_passed(b, seen, &now);
	weft_park_spin_end_(&spin, passed);
	while (!has_passed(b, seen, &now)) {
		/* relaxed: SLEEPERS tells the last to wake; it orders nothing else. */
		if ((now & SLEEPERS) || weft_cas_weak_relaxed(&b->round_, &now, now | SLEEPERS))
			weft_park_sleep_(&b->round_, now | SLEEPERS, WEFT_FOREVER);
	}
}

bool
weft_barrier_wait(weft_barrier *b)
{
	uint32_t seen, here;
	bool last;

	weft_alive_check_(&b->alive_, b, "weft_barrier_wait");
	/* relaxed: before the arrival below, which whoever calls fini has seen. */
	weft_fetch_add_relaxed(&b->inside_, 1);
	/* relaxed: the round cannot pass before this thread has arrived. */
	seen = weft_load_relaxed(&b->round_);
	/* A4, R4: the last one gathers what the others did; pairs with A4, R4. */
	here = weft_fetch_add_acq_rel(&b->arrived_, 1) + 1;
	if (here > b->n_)
		weft_misuse_("weft_barrier_wait", "more threads wait here than init was told of");
	last = here == b->n_;
	if (last) {
		/* relaxed: seen by who arrives in the next round, after R3. */
		weft_store_relaxed(&b->arrived_, 0);
		/* R3: what all n did; the swap takes SLEEPERS off; pairs with A3. */
		if (weft_swap_release(&b->round_, (seen | SLEEPERS) + 1) & SLEEPERS)
			weft_park_wake_word_(&b->round_, WEFT_PARK_ALL);
	} else {
		wait_for_round(b, seen);
	}
	/* R2: this thread has left, whatever it read; pairs with A2. After it the barrier may
	 * be gone. */
	weft_fetch_sub_release(&b->inside_, 1);
	return last;
}
