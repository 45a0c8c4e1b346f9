/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* waiter.h: threads and watchers that wait for a channel, and what an arm must know. Private. */
#ifndef WEFT_SRC_WAITER_H
#define WEFT_SRC_WAITER_H

#include <weft/select.h>

#include "../sync/parking.h"

/*
 * A wait: one thread, until the first of one or several things. `won` decides: whoever
 * changes it from OPEN has decided the wait, and nobody else ever does.
 *
 *	OPEN       nothing yet
 *	1 + arm    that arm has happened, or may be tried: by the waker, under the lock of the
 *	           list that it found the thread in. It must then wake the node, once.
 *	GAVE_UP    by the thread itself: no waker has it, nor will
 */
typedef struct weft_wait_ {
	weft_park_node_ *node;
	weft_atomic_u32 won;
} weft_wait_;

#define WEFT_WAIT_OPEN 0u
#define WEFT_WAIT_GAVE_UP UINT32_MAX

/*
 * A waiter (its struct is in weft/select.h) is the place of a thread (wait != NULL) or of a
 * watcher (wait == NULL) in one list. All but `wait`, `arm` and `tell` is under the lock of
 * the list that it is in. A waiter is taken off its list before it is claimed or told, and
 * goes back only by its owner.
 *
 * A watcher is told that something may be there, under the lock of the list, and may not
 * call back into the channel. It stands for a descriptor, an arm of a set, or a thread that
 * only wants to know.
 */

static inline void
weft_waiters_append_(weft_waiters_ *list, weft_waiter_ *w)
{
	w->listed = true;
	w->next = NULL;
	w->prev = list->last;
	*(list->last != NULL ? &list->last->next : &list->first) = w;
	list->last = w;
}

/* Before all others: one that has waited already, and was too late. */
static inline void
weft_waiters_prepend_(weft_waiters_ *list, weft_waiter_ *w)
{
	w->listed = true;
	w->prev = NULL;
	w->next = list->first;
	*(list->first != NULL ? &list->first->prev : &list->last) = w;
	list->first = w;
}

static inline void
weft_waiters_remove_(weft_waiters_ *list, weft_waiter_ *w)
{
	*(w->prev != NULL ? &w->prev->next : &list->first) = w->next;
	*(w->next != NULL ? &w->next->prev : &list->last) = w->prev;
	w->listed = false;
}

/* Does nothing when a waker has taken it off. */
static inline void
weft_waiters_leave_(weft_waiters_ *list, weft_waiter_ *w)
{
	if (w->listed)
		weft_waiters_remove_(list, w);
}

/* May be called before any list has it: the thread's wait begins. */
static inline void
weft_wait_begin_(weft_wait_ *wait)
{
	wait->node = weft_park_prepare_();
	/* relaxed: the lock of the list that the waiter is put in orders it. */
	weft_store_relaxed(&wait->won, WEFT_WAIT_OPEN);
}

/* True: this call decided the wait. */
static inline bool
weft_wait_decide_(weft_wait_ *wait, uint32_t outcome)
{
	uint32_t open = WEFT_WAIT_OPEN;

	/* relaxed: waking the node publishes what was done for the thread; and who loses does
	 * nothing to it. */
	return weft_cas_relaxed(&wait->won, &open, outcome);
}

/* Under the list's lock; true: the caller wakes wait->node, after the lock is free. */
static inline bool
weft_waiter_claim_(weft_waiter_ *w)
{
	return weft_wait_decide_(w->wait, w->arm + 1);
}

/* True: the thread decided it, and no waker will. False: it must wait for its node. */
static inline bool
weft_wait_give_up_(weft_wait_ *wait)
{
	return weft_wait_decide_(wait, WEFT_WAIT_GAVE_UP);
}

/* The first thread of the list that could be claimed, off the list; NULL: there is none. */
static inline weft_waiter_ *
weft_waiters_claim_first_(weft_waiters_ *list)
{
	weft_waiter_ *w;

	while ((w = list->first) != NULL) {
		weft_waiters_remove_(list, w);
		if (weft_waiter_claim_(w))
			return w;
	}
	return NULL;
}

/* Every watcher is told, and off the list. */
static inline void
weft_waiters_tell_all_(weft_waiters_ *list)
{
	weft_waiter_ *w;

	while ((w = list->first) != NULL) {
		weft_waiters_remove_(list, w);
		w->tell(w);
	}
}

/* A thread that was claimed; NULL: nobody. After it the waiter may be gone. */
static inline void
weft_waiter_wake_(weft_waiter_ *w)
{
	if (w != NULL)
		weft_park_wake_(w->wait->node);
}

/* Of those that were claimed and are to be woken, by `next`, one more; NULL: none. */
static inline void
weft_waiter_chain_(weft_waiter_ **chain, weft_waiter_ *w)
{
	if (w == NULL)
		return;
	w->next = *chain;
	*chain = w;
}

/* Every thread is claimed, with this status, and chained by `next`, to be woken. */
static inline weft_waiter_ *
weft_waiters_claim_all_(weft_waiters_ *list, weft_status status, weft_waiter_ *chain)
{
	weft_waiter_ *w;

	while ((w = weft_waiters_claim_first_(list)) != NULL) {
		w->status = status;
		weft_waiter_chain_(&chain, w);
	}
	return chain;
}

static inline void
weft_waiters_wake_chain_(weft_waiter_ *chain)
{
	while (chain != NULL) {
		weft_waiter_ *next = chain->next;

		weft_waiter_wake_(chain);
		chain = next;
	}
}

/*
 * What select must know of an arm. A thread that waits
 * calls join before its sleep, and leave after it.
 *
 *	try         let it happen now: WEFT_OK, WEFT_CLOSED or another final status; WEFT_FULL,
 *	            WEFT_EMPTY: not now
 *	is_ready    would try be final?
 *	has_ended   nothing more will come: is_ready, and stays so for ever
 *	join        put the waiter where the other side looks; false: it is ready now, and the
 *	            waiter is in no list
 *	leave       take it off, if it is there still
 *	pass_on     the thread that was woken for this arm: lets the next one be woken, if there
 *	            is more. Between the claim and this call no other is.
 *	due         when it happens by itself; NULL: never
 *
 * An arm that hands over (`lock` is not NULL) happens when its waiter is claimed, and never
 * needs a try after that. All such arms of a select are locked, in the order of `address`, then
 * tried by try_locked, and joined by join_locked. join and leave of such arms serve watchers.
 */
typedef struct weft_arm_kind_ {
	int role;             /* of a channel's arm: weft_role */
	weft_status (*try_now)(weft_arm *arm);
	bool (*is_ready)(const weft_arm *arm);
	bool (*has_ended)(const weft_arm *arm);
	bool (*join)(weft_arm *arm, weft_waiter_ *w);
	void (*leave)(weft_arm *arm, weft_waiter_ *w);
	void (*pass_on)(weft_arm *arm, bool takes);
	weft_time (*due)(const weft_arm *arm);
	bool (*is_spent)(const weft_arm *arm);

	void *(*address)(const weft_arm *arm);
	void (*lock)(void *address);
	void (*unlock)(void *address);
	/* *woken: a thread that was claimed for it, to be woken after unlock; or NULL. */
	weft_status (*try_locked)(weft_arm *arm, weft_waiter_ **woken);
	void (*join_locked)(weft_arm *arm, weft_waiter_ *w);
} weft_arm_kind_;

#endif
