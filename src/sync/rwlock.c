/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * rwlock.c: the paths of the reader-writer lock on which somebody waits.
 *
 * All that decides is in one word, and changes by read-modify-writes only, so that each
 * write goes on the release sequences of the earlier ones:
 *
 *	WRITER    somebody has the turn to write: it is in as soon as READERS is 0
 *	UPGRADE   a reader asks to be the writer: it is in as soon as READERS is 1, itself
 *	          (then a WRITER may stand as well, and waits for it as for any reader)
 *	DRAIN     one of these two may be asleep on drained_. Whoever takes READERS to 1 or 0
 *	          under it must wake them.
 *	PHASE     changes when a writer leaves and takes all of ASLEEP into READERS: a reader
 *	          that sleeps is in when PHASE is no longer what it was. Legal only for a
 *	          writer that was in: so each reader that an earlier change let in has left.
 *	BATON     of the writers in the queue:
 *	          NONE    all may be asleep; the one who leaves the turn must wake one
 *	          ISSUED  one has been woken, or is about to be
 *	          DEMAND  one was woken and found the turn taken; it waits on next_. Legal
 *	                  only under WRITER: the one who leaves the turn gives it.
 *	          GIVEN   the turn is the demander's; WRITER stands, and nobody else may take it
 *	READERS   readers that are in, and for a moment each that finds the lock closed
 *	ASLEEP    readers in the queue, asleep on readers_ or about to be. Legal to enter only
 *	          while the lock is closed (WRITER or UPGRADE).
 *	QUEUED    writers in the queue, asleep on writers_ (or next_) or about to be. Legal to
 *	          enter only under WRITER.
 *
 * A word that is slept on counts wake-ups. A sleeper reads it before it reads the state, a
 * waker changes it after the state: so a sleeper that missed the new state is woken, or
 * does not fall asleep.
 */
#include <weft/rwlock.h>

#include "parking.h"

#define WRITER WEFT_RWLOCK_WRITER_
#define UPGRADE WEFT_RWLOCK_UPGRADE_
#define DRAIN WEFT_RWLOCK_DRAIN_
#define PHASE ((uint64_t)8)
#define BATON ((uint64_t)0x30)
#define NONE ((uint64_t)0x00)
#define ISSUED ((uint64_t)0x10)
#define DEMAND ((uint64_t)0x20)
#define GIVEN ((uint64_t)0x30)
#define READER WEFT_RWLOCK_READER_
#define READERS ((uint64_t)0xfffff << 8)
#define SLEEPER ((uint64_t)1 << 28)
#define ASLEEP ((uint64_t)0xfffff << 28)
#define WAITER ((uint64_t)1 << 48)
#define QUEUED ((uint64_t)0xffff << 48)
#define CLOSED WEFT_RWLOCK_CLOSED_

/*
 * A look takes the word's line away from whoever works with it, so the first rest is long at
 * once: REST pauses, some 3 us, in which the other does hundreds of locks. With rests that
 * begin at one pause, one write in ten took up to twice as long at 2 and 8 threads
 * (bench_rwlock mixed-2, mixed-8). FIRST is the step whose rest that is.
 */
#define REST 128u
#define FIRST 14u

static void
wake(weft_atomic_u32 *turn, int n)
{
	/* R3: after the state, for who reads the state after it; pairs with A4. */
	weft_fetch_add_release(turn, 1);
	weft_park_wake_word_(turn, n);
}

static uint32_t
turn_of(weft_atomic_u32 *turn)
{
	/* A4: before the state; pairs with R3. */
	return weft_load_acquire(turn);
}

static uint64_t
look(weft_rwlock *l)
{
	/* A3: what was done under the locks that have left; pairs with R1, R2. */
	return weft_load_acquire(&l->word_);
}

static bool
change(weft_rwlock *l, uint64_t *word, uint64_t next)
{
	/* A2: what was done under earlier locks, when this one is in; pairs with R1, R2.
	 * R1: what was done under this one, when it leaves; pairs with A1, A2, A3. */
	return weft_cas_weak_acq_rel(&l->word_, word, next);
}

/* Reading. */

void
weft_rwlock_drained_slow_(weft_rwlock *l, uint64_t word)
{
	if (((word & READERS) - READER) / READER <= 1)
		wake(&l->drained_, WEFT_PARK_ALL);
}

/* The reader is counted, and must not be: it is in after all, or uncounts itself. */
static bool
is_in_after_all(weft_rwlock *l)
{
	if ((look(l) & CLOSED) == 0)
		return true;
	weft_rwlock_read_out_(l);
	return false;
}

bool
weft_rwlock_try_read_slow_(weft_rwlock *l)
{
	return is_in_after_all(l);
}

static bool
read_take(weft_rwlock *l, uint64_t leave)
{
	uint64_t word = look(l);

	while ((word & CLOSED) == 0)
		if (change(l, &word, word - leave + READER))
			return true;
	return false;
}

/* In the queue, until PHASE says that a writer took this reader in, or the lock is open. */
static bool
read_sleep(weft_rwlock *l, uint64_t phase, uint32_t turn, weft_time deadline)
{
	for (;;) {
		uint64_t word = look(l);

		if ((word & PHASE) != phase)
			return true;
		if ((word & CLOSED) == 0) {
			if (change(l, &word, word - SLEEPER + READER))
				return true;
		} else if (weft_park_sleep_(&l->readers_, turn, deadline)) {
			turn = turn_of(&l->readers_);
		} else {
			while ((word & PHASE) == phase)
				if (change(l, &word, word - SLEEPER))
					return false;
			return true;
		}
	}
}

bool
weft_rwlock_read_slow_(weft_rwlock *l, weft_time deadline)
{
	weft_park_spin_ spin;
	bool in = is_in_after_all(l);

	if (in || weft_time_is_past(deadline))
		return in;
	weft_park_spin_begin_(&spin);
	spin.longest = REST;
	spin.step = FIRST;
	while (!in && weft_park_spin_step_(&spin))
		in = read_take(l, 0);
	weft_park_spin_end_(&spin, in);
	while (!in) {
		uint32_t turn = turn_of(&l->readers_);
		uint64_t word = look(l);

		if ((word & CLOSED) == 0)
			in = change(l, &word, word + READER);
		else if (change(l, &word, word + SLEEPER))
			return read_sleep(l, word & PHASE, turn, deadline);
	}
	return true;
}

/* Writing. */

/*
 * The turn leaves: to the writer that demands it, or to whoever takes it, and one of the
 * queue is woken, unless one is awake.
 */
static uint64_t
without_turn(uint64_t word)
{
	if ((word & BATON) == DEMAND)
		return (word & ~BATON) | GIVEN;
	word &= ~WRITER;
	if ((word & BATON) == NONE && (word & QUEUED) != 0)
		word |= ISSUED;
	return word;
}

/* After the word has changed: who is to be told. */
static void
tell_writers(weft_rwlock *l, uint64_t before, uint64_t after)
{
	if ((before & BATON) == (after & BATON))
		return;
	if ((after & BATON) == GIVEN)
		wake(&l->next_, 1);
	else if ((after & BATON) == ISSUED)
		wake(&l->writers_, 1);
}

/* A writer that is in, by either way, leaves; keep: READER when it stays as a reader. */
void
weft_rwlock_leave_slow_(weft_rwlock *l, uint64_t keep)
{
	uint64_t word = look(l), next, asleep;

	do {
		if ((word & UPGRADE) != 0)
			next = (word & ~(UPGRADE | ((word & WRITER) != 0 ? 0 : DRAIN))) - READER;
		else if ((word & WRITER) == 0)
			weft_misuse_("weft_rwlock_write_unlock", "nobody has it for writing");
		else
			next = without_turn(word) & ~DRAIN;
		asleep = (word & ASLEEP) / SLEEPER;
		next = (next & ~ASLEEP) + asleep * READER + keep;
		/* Nobody looks at PHASE now but those asleep; 0 is quicker for the next writer. */
		next = asleep != 0 ? next ^ PHASE : next & ~PHASE;
	} while (!change(l, &word, next));
	if (asleep != 0)
		wake(&l->readers_, WEFT_PARK_ALL);
	tell_writers(l, word, next);
	/* A writer with the turn may have waited for the one who had upgraded. */
	if ((word & UPGRADE) != 0 && (word & DRAIN) != 0)
		weft_rwlock_drained_slow_(l, next + READER);
}

/* A writer that has the turn and is not in gives up. */
static bool
give_up_turn(weft_rwlock *l, uint64_t word)
{
	uint64_t next;

	do {
		if ((word & READERS) == 0)
			return true;
		next = without_turn(word);
		if ((word & UPGRADE) == 0)
			next &= ~DRAIN;
	} while (!change(l, &word, next));
	if ((next & CLOSED) == 0 && (next & ASLEEP) != 0)
		wake(&l->readers_, WEFT_PARK_ALL);
	tell_writers(l, word, next);
	return false;
}

/* This thread has the turn, or upgrades: wait until all READERS but `but` have left. */
static bool
drain(weft_rwlock *l, uint64_t but, weft_time deadline)
{
	weft_park_spin_ spin;
	bool in = (look(l) & READERS) == but;

	if (in)
		return true;
	if (weft_time_is_past(deadline))
		return give_up_turn(l, look(l));
	weft_park_spin_begin_(&spin);
	while (!in && weft_park_spin_step_(&spin))
		in = (look(l) & READERS) == but;
	weft_park_spin_end_(&spin, in);
	while (!in) {
		uint32_t turn = turn_of(&l->drained_);
		uint64_t word = look(l);

		in = (word & READERS) == but;
		if (in || ((word & DRAIN) == 0 && !change(l, &word, word | DRAIN)))
			continue;
		if (!weft_park_sleep_(&l->drained_, turn, deadline))
			return give_up_turn(l, look(l));
	}
	return true;
}

/* Take the turn when it is free; leave: WAITER when this thread is in the queue. */
static bool
take_turn(weft_rwlock *l, uint64_t leave)
{
	uint64_t word = look(l), next;

	while ((word & WRITER) == 0) {
		next = (word - leave) | WRITER;
		/* One of the queue is awake: this one. A second that is awake may demand. */
		if (leave != 0)
			next &= ~BATON;
		if (change(l, &word, next))
			return true;
	}
	return false;
}

/* The turn that was demanded. */
static bool
take_given(weft_rwlock *l)
{
	uint64_t word = look(l);

	while ((word & BATON) == GIVEN)
		if (change(l, &word, (word - WAITER) & ~BATON))
			return true;
	return false;
}

/* Out of the queue without a turn; true: with one, that came at the last moment. */
static bool
leave_queue(weft_rwlock *l, bool demands)
{
	uint64_t word, next;

	do {
		if (demands ? take_given(l) : take_turn(l, WAITER))
			return true;
		word = look(l);
		next = word - WAITER;
		if (demands || (next & QUEUED) == 0)
			next &= ~BATON;
		/* A turn that came just now is not to be left behind. */
	} while ((demands && (word & BATON) == GIVEN) || (word & WRITER) == 0 ||
	    !change(l, &word, next));
	/* The wake-up that is under way may have been this one's: pass it on. */
	if ((next & BATON) == ISSUED)
		wake(&l->writers_, 1);
	return false;
}

static bool
wait_for_given(weft_rwlock *l, weft_time deadline)
{
	weft_park_spin_ spin;
	bool mine = false;

	weft_park_spin_begin_(&spin);
	while (!mine && weft_park_spin_step_(&spin))
		mine = take_given(l);
	weft_park_spin_end_(&spin, mine);
	while (!mine) {
		uint32_t turn = turn_of(&l->next_);

		mine = take_given(l);
		if (!mine && !weft_park_sleep_(&l->next_, turn, deadline))
			return leave_queue(l, true);
	}
	return true;
}

/*
 * This one was woken and found the turn taken: the next is its own, unless another has
 * demanded it. False: that, and it may sleep; or the turn is free, and it may not.
 */
static bool
demand(weft_rwlock *l, bool *may_sleep)
{
	uint64_t word = look(l);

	while ((word & WRITER) != 0 && (word & BATON) <= ISSUED)
		if (change(l, &word, (word & ~BATON) | DEMAND))
			return true;
	*may_sleep = (word & WRITER) != 0;
	return false;
}

/* turn: of writers_, read before this thread was in the queue, or its wake-up may be missed. */
static bool
write_sleep(weft_rwlock *l, uint32_t turn, weft_time deadline)
{
	for (bool woken = false;; woken = true) {
		bool may_sleep = true;

		if (take_turn(l, WAITER))
			return true;
		if (woken && demand(l, &may_sleep))
			return wait_for_given(l, deadline);
		if (may_sleep && !weft_park_sleep_(&l->writers_, turn, deadline))
			return leave_queue(l, false);
		turn = turn_of(&l->writers_);
	}
}

static bool
wait_for_turn(weft_rwlock *l, weft_time deadline)
{
	weft_park_spin_ spin;
	bool mine = take_turn(l, 0);

	if (mine || weft_time_is_past(deadline))
		return mine;
	weft_park_spin_begin_(&spin);
	spin.longest = REST;
	spin.step = FIRST;
	while (!mine && weft_park_spin_step_(&spin))
		mine = take_turn(l, 0);
	weft_park_spin_end_(&spin, mine);
	while (!mine) {
		uint32_t turn = turn_of(&l->writers_);
		uint64_t word = look(l);

		if ((word & WRITER) == 0)
			mine = change(l, &word, word | WRITER);
		else if ((word & QUEUED) == QUEUED)
			(void)weft_libc_sched_yield_();
		else if (change(l, &word, word + WAITER))
			return write_sleep(l, turn, deadline);
	}
	return true;
}

bool
weft_rwlock_write_slow_(weft_rwlock *l, weft_time deadline)
{
	return wait_for_turn(l, deadline) && drain(l, 0, deadline);
}

bool
weft_rwlock_try_write_slow_(weft_rwlock *l, uint64_t word)
{
	while ((word & (CLOSED | READERS)) == 0)
		if (change(l, &word, word | WRITER))
			return true;
	return false;
}

bool
(weft_rwlock_upgrade)(weft_rwlock *l)
{
	uint64_t word = look(l);

	do {
		if ((word & UPGRADE) != 0)
			return false;
	} while (!change(l, &word, word | UPGRADE));
	return drain(l, READER, WEFT_FOREVER);
}

void
(weft_rwlock_downgrade)(weft_rwlock *l)
{
	weft_rwlock_leave_slow_(l, READER);
}

/* The functions as such. */

void
(weft_rwlock_read_lock)(weft_rwlock *l)
{
	(void)!weft_rwlock_read_lock_until_(l, WEFT_FOREVER);
}

bool
(weft_rwlock_try_read_lock)(weft_rwlock *l)
{
	return weft_rwlock_try_read_lock_(l);
}

bool
(weft_rwlock_read_lock_until)(weft_rwlock *l, weft_time deadline)
{
	return weft_rwlock_read_lock_until_(l, deadline);
}

void
(weft_rwlock_read_unlock)(weft_rwlock *l)
{
	weft_rwlock_read_unlock_(l);
}

void
(weft_rwlock_write_lock)(weft_rwlock *l)
{
	(void)!weft_rwlock_write_lock_until_(l, WEFT_FOREVER);
}

bool
(weft_rwlock_try_write_lock)(weft_rwlock *l)
{
	return weft_rwlock_try_write_lock_(l);
}

bool
(weft_rwlock_write_lock_until)(weft_rwlock *l, weft_time deadline)
{
	return weft_rwlock_write_lock_until_(l, deadline);
}

void
(weft_rwlock_write_unlock)(weft_rwlock *l)
{
	weft_rwlock_write_unlock_(l);
}
