/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* schedule.h: which thread runs. */
#ifndef WEFT_MODEL_SCHEDULE_H
#define WEFT_MODEL_SCHEDULE_H

#include "fiber.h"

/* Another thread runs, until the one that calls may go on. Its state says what it awaits. */
void schedule(void);
/* How often another thread came to run. */
extern uint64_t schedule_switches;
/* Returns when it is the running thread's turn to add the operation. */
void schedule_turn(const struct op *op);
/*
 * In a walk: the running thread has come back to where it was at event spin_from. It waits
 * until something that it read since is written; at once, if that has happened.
 */
void schedule_spin(void);
/* The running thread cannot go on in this execution. */
__attribute__((noreturn)) void schedule_stop(enum fiber_state why);

#endif
