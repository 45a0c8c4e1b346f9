/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/cancel.h: asking others to stop. */
#ifndef WEFT_CANCEL_H
#define WEFT_CANCEL_H

#include "atomic.h"
#include "time.h"

WEFT_C_BEGIN_

/*
 * A token that is set once, and that threads, loops and pipelines look at between two
 * pieces of work. It asks; it interrupts nothing. What takes a token says how soon it
 * looks. A zeroed weft_cancel is ready, and owns nothing; it outlives its children.
 *
 *	weft_cancel stop = { 0 };
 *	weft_par_options how = { .cancel = &stop };
 *
 * A child is set when it is itself set, when its deadline passes, or when its parent
 * is set: weft_cancel_child(&stop, weft_after_s(2)). What is set stays set.
 */
typedef struct weft_cancel {
	weft_atomic_u32 set_;        /* bits; by who asks, and who waits      */
	uint32_t reserved_;
	const struct weft_cancel *parent;
	weft_time deadline;          /* zero: none */
} weft_cancel;

/* A token that is not set by itself. parent may be NULL; WEFT_FOREVER or zero: no deadline. */
WEFT_API weft_cancel weft_cancel_child(const weft_cancel *parent, weft_time deadline);

/*
 * Ask. Twice is once. What was done before it is seen by who sees the token set. A signal
 * handler may: on Linux at any time, elsewhere where no select waits for the token.
 */
WEFT_API void weft_cancel_set(weft_cancel *c);

/*
 * Has anyone asked? NULL: no. One load, one more for each parent, and the clock for each
 * deadline, some 20 ns.
 */
WEFT_API bool weft_cancel_is_set(const weft_cancel *c);

WEFT_C_END_

#include "detail/cancel_inl.h"

#endif
