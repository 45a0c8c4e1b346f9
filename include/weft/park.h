/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/park.h: sleeping until something of one's own has changed. */
#ifndef WEFT_PARK_H
#define WEFT_PARK_H

#include "atomic.h"
#include "time.h"

WEFT_C_BEGIN_

/*
 * All waiting in weft goes through here: a spin of bounded nanoseconds (none on one
 * CPU, none when it did not pay lately), a few yields, then sleep in the kernel. Two
 * forms of it are yours, to make lock-free structures of your own wait.
 *
 * weft_event: threads that wait for a condition over atomics.
 *
 *	while (!ring_pop(&q, &v)) {                  a thread that waits
 *		uint32_t seen = weft_event_look(&e);
 *		if (ring_pop(&q, &v))                look first, then ask once more
 *			break;
 *		weft_event_wait(&e, seen);           sleeps unless notified since the look
 *	}
 *
 *	ring_push(&q, v);                            a thread that changes the condition
 *	weft_event_notify_one(&e);                   one fetch_add, when nobody waits
 *
 * No wake-up is lost: of a look and a notify one comes first. Either the look sees the
 * notify, and all that was done before it; or the notify makes the wait of that look
 * return. notify_one does so for each thread that is not asleep yet, and for one of those
 * that are: so it fits where any one of the waiting threads may take what has changed.
 * The condition may be made of atomics of any order, or be under a lock of yours.
 * wait may return without a notify, and it always may be that another thread was quicker:
 * ask again. (Exactly 2^32 notifies within one wait look like none.)
 *
 * A zeroed weft_event is ready; it owns nothing. It may go out of scope when no thread is
 * in a call on it. Look waits for nobody; notify makes at most one call of the system, and
 * only when a thread sleeps or is about to.
 */
typedef struct weft_event {
	weft_atomic_u32 turn_;      /* counts notifies; written by who notifies; the futex word */
	weft_atomic_u32 waiters_;   /* threads asleep, or about to; written by who waits        */
} weft_event;

WEFT_API WEFT_MUST_USE uint32_t weft_event_look(weft_event *e);
WEFT_API void weft_event_wait(weft_event *e, uint32_t seen);
/* False: the deadline came first. */
WEFT_API WEFT_MUST_USE bool weft_event_wait_until(weft_event *e, uint32_t seen, weft_time deadline);
WEFT_API void weft_event_notify_one(weft_event *e);
WEFT_API void weft_event_notify_all(weft_event *e);

/*
 * weft_parker: one thread sleeps, others wake it. It holds at most one token: unpark
 * leaves one, park takes it, or sleeps until it is there. What a thread did before
 * unpark happens before the park that takes the token returns, though its token may have
 * been there already. A zeroed one is empty.
 *
 * A second thread that sleeps on the same parker stops the program with a sentence. Once
 * park has returned, the parker may go out of scope: the unpark that it saw has left it.
 */
typedef struct weft_parker {
	weft_atomic_u32 word_;      /* 0, 1: a token, 2: someone sleeps; the futex word */
} weft_parker;

/* Take the token, when it is there. */
WEFT_API void weft_parker_park(weft_parker *p);
/* False: the deadline came first; no token was taken. */
WEFT_API WEFT_MUST_USE bool weft_parker_park_until(weft_parker *p, weft_time deadline);
WEFT_API void weft_parker_unpark(weft_parker *p);

/* What the process's waits did so far, of every part of weft. */
typedef struct weft_park_stats {
	uint64_t waits;      /* all that found that they have to wait               */
	uint64_t spins;      /* of these: began with a spin; none on one CPU        */
	uint64_t spun;       /* of these: over before the spin was                  */
	uint64_t yielded;    /* of these: over while giving the CPU to others       */
	uint64_t slept;      /* of these: went to sleep in the kernel, or gave up   */
	uint64_t woke;       /* calls of the system that were made to wake a thread */
} weft_park_stats;

/* Counts of each thread, added up: exact when no thread is in a wait. */
WEFT_API weft_park_stats weft_park_usage(void);

WEFT_C_END_

#include "detail/park_inl.h"

#endif
