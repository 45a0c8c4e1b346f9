/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/index_lock_inl.h: the lock of one side of a channel, which one thread may own. */
#ifndef WEFT_DETAIL_INDEX_LOCK_INL_H
#define WEFT_DETAIL_INDEX_LOCK_INL_H

#include "asym_inl.h"

/*
 * It is held for nanoseconds: some loads and stores, and a copy. Unbiased: one swap to take,
 * one store to leave.
 *
 * Biased, one thread at a time, the owner, takes it without a locked instruction: it says
 * that it is inside (busy_), and then looks whether an outsider has the word. An outsider
 * takes the word, and then looks whether the owner is inside. Between the two steps of each
 * stand the two halves of the asymmetric barrier (asym_inl.h), so that at least one sees the
 * other. The owner steps back where it sees the outsider; the outsider waits. So the lock is
 * biased only where membarrier is, and the system was asked for it: elsewhere, and under
 * ThreadSanitizer, it is an unbiased lock to all.
 *
 *	word_   0: free; 1: somebody has it
 *	busy_   biased: 1 while the owner is inside. Legal only while it has seen word_ 0, or
 *	        has had the word itself, since it was set
 */
typedef struct weft_index_lock_ {
	weft_atomic_u32 word_;   /* swapped by who takes it; written by who has it       */
	weft_atomic_u32 busy_;   /* written by the owner                                 */
	bool biased_;            /* written at init only                                 */
} weft_index_lock_;

WEFT_C_BEGIN_

WEFT_API void weft_index_lock_wait_(weft_index_lock_ *l);
WEFT_API void weft_index_lock_wait_owner_(weft_index_lock_ *l);

/* By anyone, of an unbiased lock; by the owner of a biased one. */
WEFT_INLINE_ void
weft_index_lock_take_(weft_index_lock_ *l, const char *second)
{
	if (!l->biased_) {
		/* A1: what was done under the lock before; pairs with R1. */
		if (WEFT_UNLIKELY_(weft_swap_acquire(&l->word_, 1) != 0))
			weft_index_lock_wait_(l);
		return;
	}
	/* relaxed: the owner's own word, read only to trap a second owner. */
	if (WEFT_CHECKED_ && weft_load_relaxed(&l->busy_) != 0)
		weft_misuse_(second,
		    "a second thread uses the side that was declared single: leave it out");
	/* relaxed: the barrier orders it before the look at word_, for an outsider's heavy half. */
	weft_store_relaxed(&l->busy_, 1);
	/* The light half; bias_ is set only where membarrier is there. */
	weft_compiler_barrier();
	/* A2: what an outsider did under the lock; pairs with R1. */
	if (WEFT_UNLIKELY_(weft_load_acquire(&l->word_) != 0))
		weft_index_lock_wait_owner_(l);
}

WEFT_INLINE_ void
weft_index_lock_leave_(weft_index_lock_ *l)
{
	if (l->biased_)
		/* R2: what the owner did; pairs with A3. */
		weft_store_release(&l->busy_, 0);
	else
		/* R1: what was done under the lock; pairs with A1, A2. */
		weft_store_release(&l->word_, 0);
}

/* By anyone but the owner, of a biased lock too: some microseconds there. */
WEFT_API void weft_index_lock_take_outside_(weft_index_lock_ *l);

WEFT_INLINE_ void
weft_index_lock_leave_outside_(weft_index_lock_ *l)
{
	/* R1: what was done under the lock; pairs with A1, A2. */
	weft_store_release(&l->word_, 0);
}

WEFT_C_END_

#endif
