/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/park_inl.h: the paths of weft_event that nobody waits on. */
#ifndef WEFT_DETAIL_PARK_INL_H
#define WEFT_DETAIL_PARK_INL_H

#include "../park.h"

WEFT_C_BEGIN_

WEFT_API void weft_event_wake_(weft_event *e, int n);

WEFT_INLINE_ uint32_t
weft_event_look_(weft_event *e)
{
	/* A1: sees what was done before the notify that it sees; pairs with S1. */
	return weft_load_acquire(&e->turn_);
}

WEFT_INLINE_ void
weft_event_notify_(weft_event *e, int n)
{
	/* S1: ends the waits of earlier looks; of S1, S2 here and S3, S4 there, one thread
	 * sees the other's write; pairs with A1, A2, S2, S3, S4, S2 of lock_free. */
	weft_fetch_add_seq_cst(&e->turn_, 1);
	/* S2: after S1 in the one order; pairs with S1, S3, S4. */
	if (WEFT_UNLIKELY_(weft_load_seq_cst(&e->waiters_) != 0))
		weft_event_wake_(e, n);
}

WEFT_C_END_

#define weft_event_look(e) weft_event_look_(e)
#define weft_event_notify_one(e) weft_event_notify_(e, 1)
#define weft_event_notify_all(e) weft_event_notify_(e, INT_MAX)

#endif
