/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* index_lock.c: the lock of one side of a channel: waiting for it, and owning it. */
#include <weft/detail/index_lock_inl.h>

/*
 * Takes running, until a thread becomes the owner. To take the ownership away costs the
 * other some 5 us, and each running thread of the process an interrupt: so it is spread over
 * as many takes that were cheaper by some nanoseconds each (bench_channel uncontended,
 * 1p1c-1024; 4p1c-64 shows the cost).
 */
#define PATIENCE 4096u

void
weft_index_lock_init_(weft_index_lock_ *l, bool declared)
{
	*l = (weft_index_lock_){ .single_ = declared };
	l->patience_ = WEFT_INDEX_LOCK_NEVER_;
	if (weft_asym_is_cheap_())
		l->patience_ = declared ? 1 : PATIENCE + 1;
}

void
weft_index_lock_wait_(weft_index_lock_ *l)
{
	for (unsigned round = 0;;) {
		weft_spin(&round);
		/* relaxed: only to leave the line where it is; A1: as in weft_index_lock_take_. */
		if (weft_load_relaxed(&l->word_) == 0 && weft_swap_acquire(&l->word_, 1) == 0)
			return;
	}
}

static void
take_word(weft_index_lock_ *l)
{
	/* A1: as in weft_index_lock_take_; pairs with R1. */
	if (weft_swap_acquire(&l->word_, 1) != 0)
		weft_index_lock_wait_(l);
}

/* Under the word: the seat of the owner; it does not matter which thread that is. */
static uintptr_t
seat_of_owner(const weft_index_lock_ *l)
{
	/* relaxed: changed under the word only. */
	return weft_load_relaxed(&l->owner_) % WEFT_INDEX_LOCK_SEATS_;
}

/* The word is held, and another owns the lock: not any more. */
static void
take_away(weft_index_lock_ *l)
{
	uintptr_t seat = seat_of_owner(l);

	weft_asym_heavy_();
	/* A3: what the owner did; pairs with R2. */
	for (unsigned round = 0; weft_load_acquire(&l->busy_[seat]) != 0;)
		weft_spin(&round);
	/* relaxed: under the word; the owner sees it by the look at the word that it has next. */
	weft_store_relaxed(&l->owner_, 0);
	l->streak_ = 0;
}

/* The word is held: the thread's seat, or a free one; none: as many as there are. */
static uintptr_t
find_seat(const weft_index_lock_ *l)
{
	uintptr_t seat = 0;

	while (seat < WEFT_INDEX_LOCK_SEATS_ && !l->single_ && l->seated_[seat] != 0 &&
	    l->seated_[seat] != weft_index_lock_self_())
		seat++;
	return seat;
}

/* The word is held, by this thread: the owner from now on, and inside. */
void
weft_index_lock_own_(weft_index_lock_ *l)
{
	uintptr_t seat = find_seat(l);

	if (l->patience_ == WEFT_INDEX_LOCK_NEVER_ || seat == WEFT_INDEX_LOCK_SEATS_) {
		l->streak_ = 0;
		return;
	}
	l->seated_[seat] = weft_index_lock_self_();
	/* relaxed: whoever takes the word after the release below sees both. */
	weft_store_relaxed(&l->owner_, weft_index_lock_self_() ^ seat);
	/* relaxed: as above. */
	weft_store_relaxed(&l->busy_[seat], 1);
	/* R1: the owner is inside; pairs with A1, A2. */
	weft_store_release(&l->word_, 0);
}

/* The word is held, and somebody owns the lock: another, or this thread. */
void
weft_index_lock_settle_(weft_index_lock_ *l, const char *call)
{
	if (weft_index_lock_seat_(l) < WEFT_INDEX_LOCK_SEATS_) {
		weft_index_lock_own_(l);
		return;
	}
	/* relaxed: read only to trap a second thread, where it happens to be seen. */
	if (l->single_ && weft_load_relaxed(&l->busy_[seat_of_owner(l)]) != 0)
		weft_misuse_(call, "a second thread uses the side that was declared single, at the "
		    "same time: one at a time, or leave the option out");
	take_away(l);
}

/* The owner was, when it looked, and said that it is inside: but another has the word. */
void
weft_index_lock_wait_owner_(weft_index_lock_ *l, uintptr_t seat, const char *call)
{
	/* R2: what the owner did the last time, for another that sees this 0; pairs with A3. */
	weft_store_release(&l->busy_[seat], 0);
	take_word(l);
	/* relaxed: changed under the word only. */
	if (weft_load_relaxed(&l->owner_) != 0)
		weft_index_lock_settle_(l, call);
}

void
weft_index_lock_take_outside_(weft_index_lock_ *l)
{
	take_word(l);
	/* relaxed: changed under the word only. */
	if (weft_load_relaxed(&l->owner_) != 0)
		take_away(l);
}
