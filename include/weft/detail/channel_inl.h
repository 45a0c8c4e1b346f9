/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/channel_inl.h: the layout of a channel, and the paths that nobody waits on. */
#ifndef WEFT_DETAIL_CHANNEL_INL_H
#define WEFT_DETAIL_CHANNEL_INL_H

#include <string.h>

#include "../channel.h"
#include "index_lock_inl.h"

/*
 * An indexed channel has two sides, the senders' and the receivers'. Each has a lock, and
 * an index: how many values have gone through it, ever. Who holds the lock of a side copies
 * a value in or out, publishes the index, and looks whether a thread of the other role
 * waits for that. The other side's index is looked at only when the last look says nothing
 * of this value: `limit_` is how far the own index may go without another look.
 *
 * Who is about to wait for a side puts itself in the side's list, under the side's lock, after
 * one more look: so an index was published before that, and is seen, or afterwards, and then
 * the publisher sees the waiter.
 *
 * A bounded channel's slots are one block, gone through again and again; an unbounded one's
 * are blocks in a row (src/channel/indexed.c). All other channels (rendezvous,
 * lanes, lock-free) are behind `kind_`. docs/design/channel.md has the argument.
 */
typedef struct weft_channel_side_ {
	weft_atomic_u64 index_;      /* by who holds the lock; polled by the other side      */
	char pad0_[WEFT_LINE];
	weft_atomic_u32 gap_;        /* the first rest of who waits here: 2^gap_ pauses      */
	weft_index_lock_ lock_;
	bool closed_;                /* this and all that follows: under the lock            */
	bool waking_;                /* a waiting thread was woken, and has not said so yet  */
	bool alert_;                 /* someone is to be told of each value, or it is counted */
	uint64_t own_;               /* index_                                               */
	uint64_t limit_;             /* own_ may come up to here without a look at the other */
	uint64_t lent_;              /* slots on loan, of a single side                      */
	uint64_t at_;                /* where own_ is in the block; slots_: in the next one  */
	unsigned char *block_;       /* its slots                                            */
	weft_waiters_ waiting_;      /* threads of the other role                            */
	weft_waiters_ watching_;     /* descriptors and sets that watch for the other role   */
	char pad1_[WEFT_LINE];
} weft_channel_side_;

typedef struct weft_channel {
	weft_alive_ alive_;
	const weft_type *type_;
	const struct weft_channel_kind_ *kind_;
	bool indexed_;               /* the paths below serve it                             */
	bool single_[2];             /* declared: by weft_role                               */
	uint64_t capacity_;          /* UINT64_MAX: unbounded                                */
	uint64_t slots_;             /* of a block                                           */
	unsigned lanes_;             /* at least 1                                           */
	void *rest_;                 /* of the other kinds: theirs                           */
	const weft_allocator *allocator_;
	struct weft_channel_counts_ *counts_;   /* NULL: not wanted                          */
	weft_atomic_ptr descriptor_; /* once somebody asked for it                           */
	weft_atomic_u32 closed_;     /* set under all locks, never cleared                   */
	weft_atomic_u32 joined_[2];  /* by weft_role                                         */
	char pad_[WEFT_LINE];
	weft_channel_side_ sides_[2];   /* by weft_role                                      */
} weft_channel;

WEFT_C_BEGIN_

/* What is not on the paths below. `tell` leaves the lock; `next` finds the next block. */
WEFT_API void weft_channel_tell_(weft_channel *c, weft_channel_side_ *side);
WEFT_API bool weft_channel_next_(weft_channel *c, weft_channel_side_ *side);
WEFT_API weft_status weft_channel_send_other_(weft_channel *c, const void *v);
WEFT_API weft_status weft_channel_recv_other_(weft_channel *c, void *v);
WEFT_API weft_status weft_channel_wait_send_(weft_channel *c, const void *v, weft_time deadline);
WEFT_API weft_status weft_channel_wait_recv_(weft_channel *c, void *v, weft_time deadline);

WEFT_INLINE_ void
weft_channel_check_(const weft_channel *c, const char *call)
{
	if (WEFT_CHECKED_)
		weft_alive_check_(&c->alive_, c, call);
}

/* Under the senders' lock: may one more value go in? */
WEFT_INLINE_ weft_status
weft_channel_room_(weft_channel *c)
{
	weft_channel_side_ *side = &c->sides_[WEFT_SENDER];

	if (WEFT_UNLIKELY_(side->closed_))
		return WEFT_CLOSED;
	/* A1: the slots before it were read; pairs with R2, R2 of indexed, R4 of indexed. */
	side->limit_ = weft_load_acquire(&c->sides_[WEFT_RECEIVER].index_) + c->capacity_;
	return side->own_ != side->limit_ ? WEFT_OK : WEFT_FULL;
}

/* Under the receivers' lock: is there a value? */
WEFT_INLINE_ weft_status
weft_channel_there_(weft_channel *c)
{
	weft_channel_side_ *side = &c->sides_[WEFT_RECEIVER];

	/* A2: the values before it are in their slots; pairs with R1, R1 of indexed, R4 of
	 * indexed. */
	side->limit_ = weft_load_acquire(&c->sides_[WEFT_SENDER].index_);
	if (WEFT_LIKELY_(side->own_ != side->limit_))
		return WEFT_OK;
	return side->closed_ ? WEFT_CLOSED : WEFT_EMPTY;
}

/* Under the side's lock: at_ is in block_ from here on. False: no memory for a block. */
WEFT_INLINE_ bool
weft_channel_turn_(weft_channel *c, weft_channel_side_ *side)
{
	if (WEFT_LIKELY_(side->at_ != c->slots_))
		return true;
	if (c->capacity_ == UINT64_MAX)
		return weft_channel_next_(c, side);
	side->at_ = 0;
	return true;
}

WEFT_INLINE_ void
weft_channel_leave_(weft_channel *c, weft_channel_side_ *side)
{
	if (WEFT_UNLIKELY_(side->alert_))
		weft_channel_tell_(c, side);
	else
		weft_index_lock_leave_(&side->lock_);
}

WEFT_INLINE_ weft_status
weft_channel_try_send_(weft_channel *c, const weft_type *type, const void *v)
{
	weft_channel_side_ *side = &c->sides_[WEFT_SENDER];
	weft_status s = WEFT_OK;

	weft_channel_check_(c, "send on a channel");
	if (WEFT_UNLIKELY_(!c->indexed_))
		return weft_channel_send_other_(c, v);
	weft_index_lock_take_(&side->lock_, "send on a channel");
	if (WEFT_UNLIKELY_(side->own_ == side->limit_))
		s = weft_channel_room_(c);
	if (WEFT_LIKELY_(s == WEFT_OK) && !weft_channel_turn_(c, side))
		s = WEFT_NO_MEMORY;
	if (WEFT_UNLIKELY_(s != WEFT_OK)) {
		weft_index_lock_leave_(&side->lock_);
		return s;
	}
	memcpy(side->block_ + side->at_++ * type->size, v, type->size);
	/* R1: publishes the value; pairs with A2. */
	weft_store_release(&side->index_, ++side->own_);
	weft_channel_leave_(c, side);
	return WEFT_OK;
}

WEFT_INLINE_ weft_status
weft_channel_try_recv_(weft_channel *c, const weft_type *type, void *v)
{
	weft_channel_side_ *side = &c->sides_[WEFT_RECEIVER];
	weft_status s = WEFT_OK;

	weft_channel_check_(c, "recv on a channel");
	if (WEFT_UNLIKELY_(!c->indexed_))
		return weft_channel_recv_other_(c, v);
	weft_index_lock_take_(&side->lock_, "recv on a channel");
	if (WEFT_UNLIKELY_(side->own_ == side->limit_))
		s = weft_channel_there_(c);
	if (WEFT_UNLIKELY_(s != WEFT_OK)) {
		weft_index_lock_leave_(&side->lock_);
		return s;
	}
	(void)!weft_channel_turn_(c, side);
	memcpy(v, side->block_ + side->at_++ * type->size, type->size);
	/* R2: the slot is free; pairs with A1, A4 of indexed. */
	weft_store_release(&side->index_, ++side->own_);
	weft_channel_leave_(c, side);
	return WEFT_OK;
}

WEFT_INLINE_ weft_status
weft_channel_send_until_(weft_channel *c, const weft_type *type, const void *v, weft_time deadline)
{
	weft_status s = weft_channel_try_send_(c, type, v);

	return WEFT_LIKELY_(s != WEFT_FULL) ? s : weft_channel_wait_send_(c, v, deadline);
}

WEFT_INLINE_ weft_status
weft_channel_recv_until_(weft_channel *c, const weft_type *type, void *v, weft_time deadline)
{
	weft_status s = weft_channel_try_recv_(c, type, v);

	return WEFT_LIKELY_(s != WEFT_EMPTY) ? s : weft_channel_wait_recv_(c, v, deadline);
}

WEFT_INLINE_ weft_status
weft_channel_send_(weft_channel *c, const weft_type *type, const void *v)
{
	return weft_channel_send_until_(c, type, v, WEFT_FOREVER);
}

WEFT_INLINE_ weft_status
weft_channel_recv_(weft_channel *c, const weft_type *type, void *v)
{
	return weft_channel_recv_until_(c, type, v, WEFT_FOREVER);
}

WEFT_C_END_

#endif
