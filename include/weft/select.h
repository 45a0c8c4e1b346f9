/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/select.h: waiting for the first of several channels, timers and requests to stop. */
#ifndef WEFT_SELECT_H
#define WEFT_SELECT_H

#include "cancel.h"
#include "detail/linked_inl.h"
#include "time.h"

/*
 * An arm is one thing that may happen: a receive, a send, a moment, a request to stop.
 * Each channel type makes its own, so the types are checked; then they stand side by
 * side in an array, named by an enum:
 *
 *	enum { JOB, STOP, TICK };
 *	weft_timer every = weft_timer_tick(WEFT_MS(100));
 *	weft_arm arms[] = {
 *		[JOB]  = jobs_recv_arm(&queue, &job),
 *		[STOP] = weft_cancel_arm(&stop),
 *		[TICK] = weft_timer_arm(&every, NULL),
 *	};
 *	for (int won; (won = weft_select(arms, WEFT_COUNT(arms))) >= 0;)
 *		switch (won) {
 *		case JOB:  if (arms[JOB].status == WEFT_OK) work(&job); break;
 *		case STOP: jobs_close(&queue); weft_arm_off(&arms[TICK]); break;
 *		case TICK: report(); break;
 *		}
 *
 * (C++ has no [JOB] =; there the arms are written in the enum's order.)
 *
 * weft_select waits until an arm can happen, lets exactly one of them happen, and
 * returns its index. arms[i].status is WEFT_OK; or, for a channel, WEFT_CLOSED: nothing
 * more will come, or can be sent. An arm that ended (closed, a timer that fired for the
 * last time, a token that is set) wins once, and is then off. When all arms are off,
 * select returns -1: a loop like the one above ends by itself.
 *
 * When several arms are ready, one is picked at random, each as likely. A send arm
 * copies its value when it wins, a receive arm fills its variable when it wins; neither
 * is touched otherwise. A send arm of an unbounded channel that finds no memory wins with
 * WEFT_NO_MEMORY, and stays on. The same channel may stand in several arms; the same array
 * may be used again and again, by one thread at a time, and stays where it is during a call.
 *
 * On a rendezvous both sides commit by one decision, or neither does: a select's receive
 * arm has won exactly when the other side's send has. Two selects may meet, and any number
 * in a circle; the arms of one select never meet each other.
 *
 * Cost: one poll an arm when something is ready; else each channel is visited twice.
 * Rendezvous, and channels of several lanes, are locked together for a moment when the
 * select goes to sleep.
 */

WEFT_C_BEGIN_

/* Those who wait: all of it is the library's. */
typedef struct weft_waiter_ {
	struct weft_waiter_ *next, *prev;      /* in a list, while listed                     */
	struct weft_wait_ *wait;               /* of the thread; NULL: a watcher              */
	void *value;                           /* whence, or whither, a value goes            */
	void (*tell)(struct weft_waiter_ *w);  /* of a watcher                                */
	void *ctx;
	uint32_t arm;
	uint32_t status;                       /* how it ended                                */
	bool listed;
} weft_waiter_;

typedef struct weft_waiters_ {
	weft_waiter_ *first, *last;
} weft_waiters_;

typedef struct weft_arm {
	weft_status status;                    /* of the last win                             */
	uint32_t lane_;                        /* of a send                                   */
	const struct weft_arm_kind_ *kind_;    /* NULL: off                                   */
	void *object_;
	void *value_;
	weft_waiter_ waiter_;                  /* its place in a list, while a select waits   */
} weft_arm;

WEFT_API WEFT_MUST_USE int weft_select(weft_arm *arms, size_t n);
/* -1: none is ready, or all are off. */
WEFT_API WEFT_MUST_USE int weft_try_select(weft_arm *arms, size_t n);
/* -1: the deadline came first, or all are off. */
WEFT_API WEFT_MUST_USE int weft_select_until(weft_arm *arms, size_t n, weft_time deadline);

typedef struct weft_select_options {
	bool biased WEFT_0;          /* the first ready arm wins, not a random one           */
	bool ready_only WEFT_0;      /* nothing happens: say which arm could, if nobody else
	                                is faster; take it by a try_ call. Two that only look
	                                do not see each other on a rendezvous                */
	weft_time deadline WEFT_0;   /* zero: none                                           */
	uintptr_t reserved_[4] WEFT_0;
} weft_select_options;

WEFT_API WEFT_MUST_USE int weft_select_with(weft_arm *arms, size_t n,
    const weft_select_options *options);

/* An arm that cannot win; the same as a zeroed one. */
static inline void
weft_arm_off(weft_arm *arm)
{
	arm->kind_ = NULL;
}

/* May it still win? */
static inline bool
weft_arm_is_on(const weft_arm *arm)
{
	return arm->kind_ != NULL;
}

/*
 * A timer is a channel that time sends to: its values are moments. A plain value: no
 * init, no fini, no thread. tick fires every so many ns, at fixed moments; those that
 * nobody waited for are skipped, not stored up. One thread at a time uses it.
 *
 *	weft_timer once = weft_timer_after(WEFT_MS(5));
 *	weft_timer_recv(&once, NULL);
 */
typedef struct weft_timer {
	weft_time next;              /* when it fires          */
	int64_t period;              /* ns; 0: it fires once   */
} weft_timer;

WEFT_API weft_timer weft_timer_at(weft_time t);
WEFT_API weft_timer weft_timer_after(int64_t ns);
/* ns below 1 stops the program with a sentence. */
WEFT_API weft_timer weft_timer_tick(int64_t ns);
WEFT_API weft_timer weft_timer_never(void);

/* Wait for it; *when (may be NULL) is the moment it was due. WEFT_CLOSED: fired before. */
WEFT_API WEFT_MUST_USE weft_status weft_timer_recv(weft_timer *t, weft_time *when);
/* WEFT_EMPTY: not yet. */
WEFT_API WEFT_MUST_USE weft_status weft_timer_try_recv(weft_timer *t, weft_time *when);
WEFT_API weft_arm weft_timer_arm(weft_timer *t, weft_time *when);

/* Wins when the token, or one above it, is set. */
WEFT_API weft_arm weft_cancel_arm(weft_cancel *c);

/*
 * A set: many arms, kept between waits, so that a wait costs what is ready and not what
 * is there. Up to any number of channels. A set tells what is ready; the values are
 * taken by try_recv, which may say WEFT_EMPTY where another thread was faster.
 *
 *	weft_select_set_add(&set, jobs_recv_arm(&c->queue, NULL), c);
 *	...
 *	weft_ready ready[16];
 *	size_t n = weft_select_set_wait(&set, ready, 16);
 *	for (size_t i = 0; i < n; i++)
 *		serve((struct client *)ready[i].ctx);
 *
 * What was told and is still ready is told again by a later wait: no value is forgotten
 * because it was left where it is. An arm that ended (a closed and drained channel, a timer
 * that fired for the last time, a token that is set) is told once, and then no more.
 *
 * add and remove may be called by any thread, at any time; wait by several at once: each
 * readiness is told to one of them, until one asks anew. The channel outlives its arm in
 * the set. A timer in a set belongs to it; being told of it is its receive.
 */
typedef struct weft_select_set {
	weft_alive_ alive_;
	struct weft_select_core_ *core_;
} weft_select_set;

typedef struct weft_ready {
	uint64_t id;
	void *ctx;
} weft_ready;

WEFT_API WEFT_MUST_USE bool weft_select_set_init(weft_select_set *s);      /* false: no memory */
WEFT_API void weft_select_set_fini(weft_select_set *s);
/* An id, never 0; or 0 when there is no memory, or the arm is off. */
WEFT_API WEFT_MUST_USE uint64_t weft_select_set_add(weft_select_set *s, weft_arm arm, void *ctx);
/* False: no such id. After it returns, no wait tells of it. */
WEFT_API bool weft_select_set_remove(weft_select_set *s, uint64_t id);
/* How many of at most n are ready: at least one, or 0 when none can become so (or late). */
WEFT_API WEFT_MUST_USE size_t weft_select_set_wait(weft_select_set *s, weft_ready *ready, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_select_set_try_wait(weft_select_set *s, weft_ready *ready,
    size_t n);
WEFT_API WEFT_MUST_USE size_t weft_select_set_wait_until(weft_select_set *s, weft_ready *ready,
    size_t n, weft_time deadline);

WEFT_C_END_
#endif
