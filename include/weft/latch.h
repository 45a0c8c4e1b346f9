/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/latch.h: waiting for a number of things to be done, and for each other. */
#ifndef WEFT_LATCH_H
#define WEFT_LATCH_H

#include "atomic.h"
#include "time.h"

WEFT_C_BEGIN_

/*
 * A latch counts what is still to be done; wait returns at 0. It counts up and down, as
 * often as one likes: a wait group. A zeroed one counts 0, and owns nothing.
 *
 *	weft_latch left = { 0 };
 *	weft_latch_add(&left, 3);
 *	...                                  three threads: weft_latch_done(&left);
 *	weft_latch_wait(&left);
 *
 * What a thread did before done happens before a wait that it lets through returns.
 * Once wait has returned, the latch may go out of scope: the last done has left it.
 * A latch that is counted up again while a wait is on its way out may hold that wait
 * until the next 0: to count different things, let the waits return between them.
 *
 * Counting below 0, or over WEFT_LATCH_MOST, stops the program with a sentence.
 */
typedef struct weft_latch {
	weft_atomic_u32 left_;   /* twice the count; 1 more: somebody may sleep; the futex word */
	uint32_t reserved_;
} weft_latch;

/* The most that a latch counts. */
#define WEFT_LATCH_MOST 0x7fffffffu

/* n more are to be done. Before what it counts can be done, so before it is started. */
WEFT_API void weft_latch_add(weft_latch *l, uint32_t n);
/* One of them is. It waits for nobody. */
WEFT_API void weft_latch_done(weft_latch *l);
/* Until all are. */
WEFT_API void weft_latch_wait(weft_latch *l);
/* False: the deadline came first. */
WEFT_API WEFT_MUST_USE bool weft_latch_wait_until(weft_latch *l, weft_time deadline);

/*
 * A barrier lets n threads go on together, again and again. wait returns true to one
 * of them, each time: the one that may do what is to be done once. (The others are on
 * their way meanwhile; a second wait after it makes them wait for it.)
 *
 * What each of the n did before wait happens before what any of them does after it.
 */
typedef struct weft_barrier {
	weft_alive_ alive_;
	uint32_t n_;                /* written by init                                        */
	weft_atomic_u32 arrived_;   /* of this round; each adds itself, the last makes it 0   */
	weft_atomic_u32 round_;   /* twice the round; 1 more: somebody may sleep; the futex word */
	weft_atomic_u32 inside_;    /* calls of wait that have not left; each counts itself   */
} weft_barrier;

/* n is at least 1. */
WEFT_API void weft_barrier_init(weft_barrier *b, uint32_t n);
/*
 * Waits for those that a full round has let go to leave, so one of them may call it right
 * after its own wait. A round that is not full stops the program with a sentence.
 */
WEFT_API void weft_barrier_fini(weft_barrier *b);
/* Until n threads are here; true to one of them. No more than n threads use a barrier. */
WEFT_API bool weft_barrier_wait(weft_barrier *b);

WEFT_C_END_

#endif
