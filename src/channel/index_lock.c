/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* index_lock.c: the lock of one side of a channel, where it must wait. */
#include <weft/detail/index_lock_inl.h>

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

void
weft_index_lock_wait_owner_(weft_index_lock_ *l)
{
	/* R2: what the owner did the last time, for an outsider that sees this 0; pairs with A3. */
	weft_store_release(&l->busy_, 0);
	/* A1: what was done under the lock before; pairs with R1. */
	if (weft_swap_acquire(&l->word_, 1) != 0)
		weft_index_lock_wait_(l);
	/* relaxed: the next outsider takes the word after the release below, and so sees it. */
	weft_store_relaxed(&l->busy_, 1);
	/* R1: the owner is inside; pairs with A1, A2. */
	weft_store_release(&l->word_, 0);
}

void
weft_index_lock_take_outside_(weft_index_lock_ *l)
{
	/* A1: what was done under the lock before; pairs with R1. */
	if (weft_swap_acquire(&l->word_, 1) != 0)
		weft_index_lock_wait_(l);
	if (!l->biased_)
		return;
	weft_asym_heavy_();
	/* A3: what the owner did; pairs with R2. */
	for (unsigned round = 0; weft_load_acquire(&l->busy_) != 0;)
		weft_spin(&round);
}
