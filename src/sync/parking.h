/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* parking.h: the wait layer under everything in weft that waits. Private. */
#ifndef WEFT_SRC_PARKING_H
#define WEFT_SRC_PARKING_H

#include <weft/park.h>

#define WEFT_PARK_ALL INT_MAX

/*
 * How to wait on a word of one's own. The policy is in park.c alone.
 *
 *	weft_park_spin_ spin;
 *	bool there = false;
 *
 *	weft_park_spin_begin_(&spin);
 *	while (!there && weft_park_spin_step_(&spin))
 *		there = what I wait for;
 *	weft_park_spin_end_(&spin, there);        always: it gives a place back, and learns
 *	while (!there) {
 *		say in the word that somebody sleeps, or see that it is there;
 *		weft_park_sleep_(&word, that value, deadline) ...
 *	}
 */
typedef struct weft_park_spin_ {
	unsigned step;       /* steps made; may be changed: rests are longer */
	unsigned longest;    /* pauses of the longest step; may be changed   */
	unsigned pauses;     /* pauses left of the budget; 0: no more        */
	unsigned yields;     /* yields left                                  */
	bool counted;        /* it has one of the process's places to spin   */
	bool yielded;        /* it has come to the yields                    */
} weft_park_spin_;

void weft_park_spin_begin_(weft_park_spin_ *s);
/* A moment's rest; false, at once, when it is time to sleep. */
bool weft_park_spin_step_(weft_park_spin_ *s);
/* there: the wait is over; else the thread goes to sleep, or gives up. */
void weft_park_spin_end_(weft_park_spin_ *s, bool there);

/* weft_os_wait with the hook round it: false, the deadline came first; true, look again. */
bool weft_park_sleep_(weft_atomic_u32 *word, uint32_t seen, weft_time deadline);
/* weft_os_wake, counted. The word may be gone: see weft_os_wake. */
void weft_park_wake_word_(weft_atomic_u32 *word, int n);

/*
 * A node: one thread waits until another, which has found it in a list, wakes it.
 *
 *	WAIT    the owner may still be awake
 *	PARKED  the owner sleeps, or is about to: legal only from WAIT, by the owner.
 *	        Whoever leaves this state for WOKEN must wake.
 *	WOKEN   final, until the owner prepares it again; written by the one waker
 *
 * The owner prepares, puts the node where wakers find it, and waits. A wait that ended at
 * its deadline leaves the node with whoever may still find it: the owner takes it off the
 * list, under the list's lock, and when a waker has had it already it waits for that
 * waker, to WEFT_FOREVER, which is soon. After wake the waker has left the node.
 */
typedef struct weft_park_node_ {
	weft_atomic_u32 state;
} weft_park_node_;

/* This thread's node, in state WAIT. It has one: a wait ends before the next is prepared. */
weft_park_node_ *weft_park_prepare_(void);
/* True: woken; what the waker did before happens before. False: the deadline came first. */
bool weft_park_wait_(weft_park_node_ *node, weft_time deadline);
/* Its two halves: the spin; and, for a thread that has spun already, the sleep. */
bool weft_park_stay_(weft_park_node_ *node);
bool weft_park_rest_(weft_park_node_ *node, weft_time deadline);
/* Of weft_event_wait_until, likewise. */
bool weft_event_stay_(weft_event *e, uint32_t seen);
bool weft_event_rest_(weft_event *e, uint32_t seen, weft_time deadline);
void weft_park_wake_(weft_park_node_ *node);

/*
 * The pool's hook: called by a thread right before and right after each sleep in the
 * kernel, in pairs. They may take locks, and may not wait through here.
 */
typedef struct weft_park_hook_ {
	void (*begin)(void);
	void (*end)(void);
} weft_park_hook_;

/* NULL: none. The hook stays valid until no thread can be asleep under it. */
void weft_park_hook_set_(const weft_park_hook_ *hook);

#endif
