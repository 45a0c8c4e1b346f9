/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fiber.h: the threads of the program under test, which all run on one thread of ours. */
#ifndef WEFT_MODEL_FIBER_H
#define WEFT_MODEL_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "context.h"
#include "graph.h"

enum fiber_state {
	UNBORN,
	READY,
	AWAITS_EVENT,	/* until thread wait_thread has run its event wait_index */
	AWAITS_TURN,	/* to add `next` to the graph: another thread goes first */
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
	const struct op *next;	/* AWAITS_TURN: what it would add */
	bool timed;		/* it sleeps, but a time-out would wake it */

	/*
	 * The call of ours that it is in: where it comes from, and a word and an address
	 * for the report, as "locks" and the mutex.
	 */
	uintptr_t caller;
	const char *doing;
	uintptr_t object;

	/* A volatile object that it has written, which is not in the graph yet, or 0 bytes. */
	uintptr_t volatile_at;
	unsigned volatile_size;

	uint64_t now;		/* its virtual time, in nanoseconds */
};

enum { STACK_SIZE = 1 << 20 };

extern struct fiber fibers[MAX_THREADS];
/* The one that runs. */
extern struct fiber *running;

/* Is a thread of the program running, rather than ours? Wrapped functions ask first. */
extern bool exploring;

/* Once, before the first run: stacks, and threads to borrow thread-local storage from. */
void fibers_set_up(void);
/* None is born. */
void fibers_reset(void);
/* Thread `id`, which has its BEGIN in the graph, is ready to run. */
void fiber_start(unsigned id, void *(*start)(void *), void *argument);
/* From a thread to another. */
void fiber_switch(struct fiber *to);

/*
 * From our own stack to the running thread; returns when a thread calls fiber_leave. The
 * thread can be gone on with by fiber_enter.
 */
void fiber_enter(void);
void fiber_leave(void);
/* As fiber_enter, but the thread goes on at `at` with a value (context.h). */
void fiber_enter_at(const struct entry *at, uint64_t low, uint64_t high);

/* A volatile write of the running thread comes into the graph (atomics.c). */
void fiber_write_volatile(void);

static inline void
fiber_flush(void)
{
	if (running->volatile_size != 0)
		fiber_write_volatile();
}

/* Is the address on the thread's own stack? */
static inline bool
fiber_has(const struct fiber *f, uintptr_t address)
{
	return address - (uintptr_t)f->stack < STACK_SIZE;
}

/* The thread-local storage of the program under test, in this thread. */
char *fiber_tls_block(const struct fiber *f, size_t *size);

#endif
