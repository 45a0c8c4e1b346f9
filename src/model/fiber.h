/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fiber.h: the threads of the program under test, which all run on one thread of ours. */
#ifndef WEFT_MODEL_FIBER_H
#define WEFT_MODEL_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph.h"

enum fiber_state {
	UNBORN,
	READY,
	AWAITS_EVENT,	/* until thread wait_thread has run its event wait_index */
	AWAITS_TURN,	/* to add to the graph: a lower thread goes first */
	AWAITS_END,	/* until thread wait_thread has ended */
	STUCK,		/* its last read blocks it in this execution */
	SPINNING,	/* its loop from event spin_from on came back to where it was */
	GIVEN_UP,	/* other executions do what it would do */
	ENDED,
};

struct fiber {
	unsigned id;
	enum fiber_state state;
	void *stack_pointer;	/* while it does not run */
	char *stack;		/* its lowest address */
	uintptr_t tls;		/* the thread pointer that it borrows: fiber.c */

	void *(*start)(void *);
	void *argument, *result;

	unsigned done;		/* its events that this run has come past */
	const vclock *hb;	/* of the last of them */
	unsigned wait_thread, wait_index, spin_from;
	bool timed;		/* it sleeps, but a time-out would wake it */

	/*
	 * The call of ours that it is in: where it comes from, and a word and an address
	 * for the report, as "locks" and the mutex.
	 */
	uintptr_t caller;
	const char *doing;
	uintptr_t object;

	uint64_t now;		/* its virtual time, in nanoseconds */
};

extern struct fiber fibers[MAX_THREADS];
/* The one that runs. */
extern struct fiber *running;

/* Is a thread of the program running, rather than ours? Wrapped functions ask first. */
extern bool exploring;

#endif
