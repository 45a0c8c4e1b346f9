/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/index_lock_inl.h: the lock of one side of a channel, which one thread may own. */
#ifndef WEFT_DETAIL_INDEX_LOCK_INL_H
#define WEFT_DETAIL_INDEX_LOCK_INL_H

#include "asym_inl.h"

/*
 * It is held for nanoseconds: some loads and stores, and a copy. Its usual form costs a
 * swap to take, and a store to leave. That swap is most of what a send costs, and waits
 * for the stores of the send before. So where one thread has had the lock many times running
 * (at once, where the side was declared single), it becomes the owner, and takes the lock
 * without a locked instruction, until another thread comes.
 *
 * The owner says that it is inside (busy_), and then looks whether another has the word.
 * Another takes the word, and then looks whether the owner is inside. Between the two steps
 * of each stand the two halves of the asymmetric barrier (asym_inl.h), so that at least one
 * sees the other: the owner steps back, the other waits, and takes the ownership away. That
 * costs it some microseconds, once. Where there is no membarrier, and under ThreadSanitizer,
 * nobody ever owns a lock.
 *
 * Who was the owner may still write its busy_, long after, before it sees that it is not any
 * more. So each thread that ever owns the lock has a seat, a busy_ of its own, for good; when
 * all seats are given, other threads do not become owners. (Of a side declared single, one
 * seat is enough: a thread that is not the owner any more is not in a call.)
 *
 *	word_    0: free, or the owner's; 1: somebody has it
 *	busy_    1: the thread of this seat is inside, if it is the owner. Legal only while it
 *	         has seen word_ 0 and itself the owner since it was set, or had the word then
 *	owner_   changes only under word_ 1, with the owner outside
 */
#define WEFT_INDEX_LOCK_SEATS_ 4u

typedef struct weft_index_lock_ {
	weft_atomic_u32 word_;        /* swapped by who takes it; written by who has it        */
	bool single_;                 /* one thread at a time, as was declared                 */
	WEFT_ATOMIC(uintptr_t) owner_;   /* a thread ^ its seat, 0: nobody; by who has the word */
	uintptr_t last_;              /* the thread that had the word last; by who has it      */
	uint32_t streak_;             /* how often running; by who has it                      */
	uint32_t patience_;           /* so often, until it becomes the owner; NEVER: zeroed   */
	weft_atomic_u32 busy_[WEFT_INDEX_LOCK_SEATS_];   /* by the thread of the seat          */
	uintptr_t seated_[WEFT_INDEX_LOCK_SEATS_];       /* whose seat it is; by who has the word */
} weft_index_lock_;

#define WEFT_INDEX_LOCK_OWNERS_ (!WEFT_ASYM_TWIN_)

/* A zeroed lock is one that nobody asked membarrier for. */
#define WEFT_INDEX_LOCK_NEVER_ 0u

WEFT_C_BEGIN_

/* declared: one thread at a time will take it; an other than those, by take_outside. */
WEFT_API void weft_index_lock_init_(weft_index_lock_ *l, bool declared);
/* What is not the usual path of taking it: all end with the lock held. */
WEFT_API void weft_index_lock_wait_(weft_index_lock_ *l);
WEFT_API void weft_index_lock_wait_owner_(weft_index_lock_ *l, uintptr_t seat,
    const char *call);
WEFT_API void weft_index_lock_settle_(weft_index_lock_ *l, const char *call);
WEFT_API void weft_index_lock_own_(weft_index_lock_ *l);

/* This thread: a number that no other thread has at the same time; the low bits are 0. */
WEFT_INLINE_ uintptr_t
weft_index_lock_self_(void)
{
	void *self = __builtin_thread_pointer();

	return (uintptr_t)self;
}

/* The seat of this thread, where it is the owner; more than there are, where it is not. */
WEFT_INLINE_ uintptr_t
weft_index_lock_seat_(const weft_index_lock_ *l)
{
	if (!WEFT_INDEX_LOCK_OWNERS_)
		return WEFT_INDEX_LOCK_SEATS_;
	/* relaxed: a thread knows whether it is itself that was written there last; a look at
	 * word_ comes between where it matters. */
	return weft_load_relaxed(&l->owner_) ^ weft_index_lock_self_();
}

WEFT_INLINE_ void
weft_index_lock_take_(weft_index_lock_ *l, const char *call)
{
	uintptr_t seat = weft_index_lock_seat_(l);

	if (WEFT_LIKELY_(seat < WEFT_INDEX_LOCK_SEATS_)) {
		/* relaxed: the barrier orders it before the look, for another's heavy half. */
		weft_store_relaxed(&l->busy_[seat], 1);
		/* The light half: where somebody owns a lock, membarrier is there. */
		weft_compiler_barrier();
		/* A2: what another did under the lock; pairs with R1. */
		if (WEFT_UNLIKELY_(weft_load_acquire(&l->word_) != 0 ||
		        weft_index_lock_seat_(l) != seat))
			weft_index_lock_wait_owner_(l, seat, call);
		return;
	}
	/* A1: what was done under the lock before; pairs with R1. */
	if (WEFT_UNLIKELY_(weft_swap_acquire(&l->word_, 1) != 0))
		weft_index_lock_wait_(l);
	/* relaxed: changed under the word only. */
	if (WEFT_UNLIKELY_(weft_load_relaxed(&l->owner_) != 0))
		weft_index_lock_settle_(l, call);
	if (WEFT_INDEX_LOCK_OWNERS_ && l->last_ != weft_index_lock_self_()) {
		l->last_ = weft_index_lock_self_();
		l->streak_ = 0;
	}
	if (WEFT_INDEX_LOCK_OWNERS_ && WEFT_UNLIKELY_(++l->streak_ == l->patience_))
		weft_index_lock_own_(l);
}

WEFT_INLINE_ void
weft_index_lock_leave_(weft_index_lock_ *l)
{
	uintptr_t seat = weft_index_lock_seat_(l);

	if (WEFT_LIKELY_(seat < WEFT_INDEX_LOCK_SEATS_))
		/* R2: what the owner did; pairs with A3. */
		weft_store_release(&l->busy_[seat], 0);
	else
		/* R1: what was done under the lock; pairs with A1, A2. */
		weft_store_release(&l->word_, 0);
}

/* Without becoming the owner: by who comes seldom. leave_outside, after it. */
WEFT_API void weft_index_lock_take_outside_(weft_index_lock_ *l);

WEFT_INLINE_ void
weft_index_lock_leave_outside_(weft_index_lock_ *l)
{
	/* R1: what was done under the lock; pairs with A1, A2. */
	weft_store_release(&l->word_, 0);
}

WEFT_C_END_

#endif
