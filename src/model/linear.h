/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* linear.h: the events of a graph one after another, with few changes of thread. */
#ifndef WEFT_MODEL_LINEAR_H
#define WEFT_MODEL_LINEAR_H

#include <stdbool.h>

#include "graph.h"

struct linear_order {
	uint16_t *events;	/* their numbers, for free() */
	unsigned n;
	unsigned preemptions;	/* a thread was left although it could have gone on */
	bool fewest;		/* no order has less */
	bool interleaving;	/* each read takes the newest write: no stale ones */
};

/*
 * An order of each thread t's first `of[t]` events, which must be closed under what they
 * rest on, in which nothing comes before what it rests on. An interleaving if the events
 * have one. Looks at up to a quarter of a million states for the fewest preemptions.
 */
struct linear_order linear_order_of(const vclock *of);

#endif
