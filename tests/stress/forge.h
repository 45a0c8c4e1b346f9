/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* forge.h: makes histories of queues and deques that never ran, right ones and broken ones. */
#ifndef TESTS_STRESS_FORGE_H
#define TESTS_STRESS_FORGE_H

#include "../../stress/dice.h"
#include "../../stress/history.h"

struct forge {
	unsigned threads;      /* up to 8 */
	unsigned ops;
	size_t capacity;       /* of the queue that is played; 0: unbounded */
	unsigned lie_once_in;  /* an answer is wrong once in so many; 0: never */
	unsigned batch_once_in; /* two calls of a thread become one batch; 0: never */
	bool swap;             /* two answers change places at the end */
	bool is_deque;         /* thread 0 owns it, the others steal */
};

/*
 * Plays the operations on a real sequential structure, each at a moment within its
 * interval, the intervals overlapping at random. Without lies and swap the history is linearizable.
 * Values are 1, 2, … in the order of their calls. Sealed.
 */
void forge_history(struct history *h, const struct forge *f, struct dice *d);

#endif
