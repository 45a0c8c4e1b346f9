/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* replay.h: operations of compiled code, answered from the graph or added to it. */
#ifndef WEFT_MODEL_REPLAY_H
#define WEFT_MODEL_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"

/*
 * One run of the program is one execution graph. What a thread does again is answered
 * from the graph, as soon as the thread that it reads from has come that far; so plain
 * memory is always that of an order that happens-before allows. What is new is added when
 * it is the thread's turn. Returns the value read, once the thread may go on; a thread
 * that may not go on in this execution does not come back.
 *
 * Whoever calls this for an operation that others can notice calls effect() first
 * (retry.h).
 */
word replay_op(const struct op *op);

/* One of 0 ... n-1; each is explored. */
unsigned replay_choose(unsigned n);

/* A new thread: its number; fiber_start is still to be called. */
unsigned replay_create(void);

/* This execution is of no use: another one does what would come. Does not return. */
__attribute__((noreturn)) void replay_give_up(void);

/* Has the thread's event been run, in this run? */
bool replay_has_run(unsigned thread, unsigned index);
/* Has it ended, in this run? */
bool replay_has_ended(unsigned thread);
/* Waits until it has. */
void replay_await_end(unsigned thread);

/*
 * The number of an atomic object in the graph: the same in every run. Objects of one
 * address and different sorts are different: a futex word and its queue of sleepers.
 * SORT_DATA are the program's own atomics, with the value that memory has; the others
 * begin at 0, and are anew after forget_locations, as are those of freed memory.
 */
enum sort {
	SORT_DATA,
	SORT_LOCK,	/* mutex, rwlock, once, semaphore, barrier */
	SORT_QUEUE,	/* of sleepers */
	SORT_OTHER,
};
unsigned location_of(uintptr_t address, unsigned size, enum sort sort);
void forget_locations(uintptr_t address, size_t size);

/* The runs since the program began, this one included. */
extern uint32_t run_number;
/* Calls of the checker by the program so far, and operations. */
extern volatile uint64_t replay_hooks, replay_operations;

#endif
