/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* retry.c: loops that wait, or that try again, are not explored round by round. */

/*
 * Both reductions rest on a thread's local state at a read: the registers that a function
 * keeps for its caller, the stack, the arguments of the call; and the plain memory that the
 * thread wrote since some earlier read. A thread's window begins after its last effect: an
 * atomic write that changed something, an allocation, a lock, ... What it did in its window
 * nobody else can have noticed: it released nothing, so plain writes race with whoever looks.
 *
 * Await. A thread that comes back to a read in the state that it had at an earlier read of
 * its window has done nothing since. It is stopped: it goes on in the executions in which
 * reads of the idle round take other writes, and those are explored anyway.
 *
 * Retry. After read k (a failed CAS, a second look) took the value v, the thread has come to
 * the state that it would have come to if an earlier read j of the same location had taken v.
 * Then all from j to k was for nothing: the execution in which j takes what k takes is
 * explored anyway, and leads on from here with fewer events. The thread is stopped likewise.
 * Whether it is so is tried: memory and stack are put back to what they were at j, v is
 * returned, and the thread runs to its next read, or up to two reads further, which take what
 * the reads after k took. There its state is compared with the one that it has in earnest.
 * j's order must be no stronger than k's, or it would synchronise where k did not.
 *
 * Plain writes in the window are part of the state. They are logged with the bytes that they
 * wrote over. For an await, the bytes written since the earlier read must be what they were
 * then. For a retry, all bytes that were written since j, in earnest or in the trial, must be
 * the same in both. Then the thread goes on from equal memory: whoever synchronises with it
 * later sees equal bytes, and by happens-before alone, the same ones. A push onto a stack,
 * node->next = top before each CAS, is so an idle round. Races are not lost: those of the
 * writes in the window are looked for in this execution before the thread is stopped, and
 * the other threads go on after it.
 *
 * The local state is compared as the compiler left it, so the reductions depend on how it
 * uses stack and registers (-O1 and more are good). They never depend on it for being right.
 */
#include "retry.h"

#include <stdlib.h>
#include <string.h>

#include "fiber.h"
#include "graph.h"
#include "options.h"
#include "schedule.h"
#include "walk.h"
#include "value.h"
#include "write_log.h"

enum { MAX_PAST = 64, MAX_COPIES = 64 << 10, LONGEST_TRIAL = 3 };

struct past_read {
	struct read read;
	struct entry entry;
	unsigned index;		/* its event, in its thread */
	unsigned n_writes;	/* of the window's log, before it */
	size_t copy, length;	/* the stack from the entry's stack pointer on, in copies */
};

static struct window {
	struct past_read past[MAX_PAST];
	unsigned n;
	unsigned begins;	/* no read of an earlier event can be of the last window */
	size_t used;
	char copies[MAX_COPIES];
	struct write_log log;
} windows[MAX_THREADS];

static struct {
	bool wanted, running;
	const struct past_read *from;	/* j */
	word value;
	const struct past_read *next;	/* the reads after k */
	unsigned left;			/* so many may still be answered from there */
	struct past_read goal;		/* the read that the thread is at in earnest */
	bool arrived;			/* at one like it */
	bool same;			/* in the same state */
	struct write_log log;
} trial;

struct retry_statistics retry_statistics;

bool
retry_is_trial(void)
{
	return trial.running;
}

void
retry_end_trial(void)
{
	if (trial.running)
		fiber_leave();
}

void
effect(void)
{
	struct window *w = &windows[running->id];

	retry_end_trial();
	w->n = 0;
	w->used = 0;
	w->log.n = w->log.used = 0;
}

void
retry_will_write(uintptr_t address, size_t size)
{
	struct window *w = &windows[running->id];

	if (trial.running) {
		if (!write_log_add(&trial.log, address, size))
			retry_end_trial();
	} else if (w->n != 0 && !write_log_add(&w->log, address, size)) {
		effect();
	}
}

/* Only reads after the last write in the graph, which is an effect, are worth keeping. */
void
retry_begin(unsigned thread)
{
	const struct thread_events *t = &graph.threads[thread];
	struct window *w = &windows[thread];

	w->n = 0;
	w->used = 0;
	w->log.n = w->log.used = 0;
	for (w->begins = t->n; w->begins > 0; w->begins--) {
		const struct event *e = event_of(thread, w->begins - 1);

		if (e->op.kind == WRITE && !(e->is_rmw_write && event_before(e)->value == e->value))
			break;
	}
}

/* States. */

static bool
same_call(const struct read *a, const struct read *b)
{
	return a->form == b->form && a->address == b->address && a->size == b->size &&
	    a->a == b->a && a->b == b->b && a->value_at == b->value_at;
}

static size_t
stack_above(uintptr_t stack_pointer)
{
	return (uintptr_t)running->stack + STACK_SIZE - stack_pointer;
}

/* Was the thread at that read as it is now at this one? */
static bool
same_state(const struct window *w, const struct past_read *then, const struct past_read *now)
{
	struct written_bytes redo, seen;
	const void *stack = (const void *)now->entry.stack_pointer;

	if (!same_call(&then->read, &now->read) ||
	    memcmp(&then->entry, &now->entry, sizeof now->entry) != 0 ||
	    memcmp(w->copies + then->copy, stack, then->length) != 0)
		return false;
	if (then->n_writes == w->log.n)
		return true;
	write_log_undo(&w->log, then->n_writes, &redo);
	write_log_look(&w->log, then->n_writes, &seen);
	write_log_redo(&w->log, then->n_writes, &redo);
	return write_log_equals(&w->log, then->n_writes, &seen);
}

static void
keep(struct window *w, const struct past_read *now)
{
	size_t length = stack_above(now->entry.stack_pointer);

	if (length > MAX_COPIES)
		return;
	if (w->n == MAX_PAST || w->used + length > MAX_COPIES)
		effect();
	w->past[w->n] = *now;
	w->past[w->n].copy = w->used;
	w->past[w->n].length = length;
	w->past[w->n++].n_writes = w->log.n;
	memcpy(w->copies + w->used, (const void *)now->entry.stack_pointer, length);
	w->used += length;
}

/* Trials. */

/* On our own stack: memory and stack as they were, and the thread runs from there. */
static void
run_from(const struct past_read *j, const struct window *w)
{
	memcpy((void *)j->entry.stack_pointer, w->copies + j->copy, j->length);
	trial.running = true;
	if (j->read.value_at != 0) {
		if (!fiber_has(running, j->read.value_at))
			write_log_add(&trial.log, j->read.value_at, j->read.size);
		value_set(j->read.value_at, j->read.size, trial.value);
		fiber_enter_at(&j->entry, 0, 0);
	} else {
		fiber_enter_at(&j->entry, (uint64_t)trial.value, (uint64_t)(trial.value >> 64));
	}
	trial.running = false;
}

/* Is the stack that the trial came to as it is in earnest? `aside` begins at its pointer. */
static bool
same_stack(const char *aside, const void *stack_pointer)
{
	uintptr_t from = trial.goal.entry.stack_pointer;

	return memcmp((const void *)from, aside + (from - (uintptr_t)stack_pointer),
	    stack_above(from)) == 0;
}

bool
retry_trial(void)
{
	static char aside[STACK_SIZE];
	struct window *w = &windows[running->id];
	struct written_bytes redo, seen, undone, tried;
	void *stack_pointer = running->stack_pointer;
	size_t depth = stack_above((uintptr_t)stack_pointer);
	unsigned from;

	if (!trial.wanted)
		return false;
	trial.wanted = false;
	from = trial.from->n_writes;
	memcpy(aside, stack_pointer, depth);
	write_log_undo(&w->log, from, &redo);
	trial.log.n = trial.log.used = 0;
	trial.arrived = false;
	run_from(trial.from, w);
	trial.same = trial.arrived && same_stack(aside, stack_pointer);
	write_log_look(&w->log, from, &seen);
	write_log_look(&trial.log, 0, &tried);
	write_log_undo(&trial.log, 0, &undone);
	write_log_redo(&w->log, from, &redo);
	trial.same = trial.same && write_log_equals(&w->log, from, &seen) &&
	    write_log_equals(&trial.log, 0, &tried);
	memcpy(stack_pointer, aside, depth);
	running->stack_pointer = stack_pointer;
	return true;
}

/* A read in a trial: the last, or one of those that take what the reads after k took. */
static word
read_in_trial(const struct past_read *now)
{
	const struct past_read *next = trial.next;

	if (trial.left == 0) {
		trial.arrived = same_call(&now->read, &trial.goal.read) &&
		    memcmp(&now->entry, &trial.goal.entry, sizeof now->entry) == 0;
		retry_end_trial();
	}
	if (!same_call(&now->read, &next->read))
		retry_end_trial();
	trial.next++;
	trial.left--;
	return event_of(running->id, next->index)->value;
}

static unsigned
strength(unsigned order)
{
	return order == SEQ_CST ? 2 : order_acquires(order);
}

/* Could j have taken what k took, and gone on as a read does? */
static bool
can_take(const struct past_read *j, const struct past_read *k)
{
	const struct event *ek = event_of(running->id, k->index);

	if (event_of(running->id, j->index)->op.location != ek->op.location ||
	    strength(j->read.order) > strength(k->read.order) || j->read.form == SILENT_RMW)
		return false;
	return j->read.form == LOAD || j->read.form == VOLATILE || j->read.a != ek->value;
}

/* Would the thread be where it is, had j taken what k took? */
static bool
is_retry(const struct past_read *j, const struct past_read *k, unsigned left,
    const struct past_read *now)
{
	trial.from = j;
	trial.value = event_of(running->id, k->index)->value;
	trial.next = k + 1;
	trial.left = left;
	trial.goal = *now;
	trial.wanted = true;
	retry_statistics.trials++;
	fiber_leave();
	return trial.same;
}

static bool
is_idle(const struct window *w, const struct past_read *now)
{
	for (unsigned i = 0; options.await && i < w->n; i++) {
		if (same_state(w, &w->past[i], now)) {
			retry_statistics.spins++;
			running->spin_from = w->past[i].index;
			return true;
		}
	}
	return false;
}

static bool
is_futile(const struct window *w, const struct past_read *now)
{
	for (unsigned left = 0; options.retry && left < LONGEST_TRIAL && left + 1 < w->n; left++) {
		const struct past_read *k = &w->past[w->n - 1 - left];

		for (const struct past_read *j = w->past; j < k; j++) {
			if (can_take(j, k) && is_retry(j, k, left, now)) {
				retry_statistics.retries++;
				return true;
			}
		}
	}
	return false;
}

bool
retry_read(const struct read *read, word *value)
{
	struct window *w = &windows[running->id];
	struct past_read now;

	fiber_flush();
	if (!trial.running && running->done < w->begins)
		return false;
	now.read = *read;
	now.entry = entry;
	now.index = running->done;
	if (trial.running) {
		*value = read_in_trial(&now);
		return true;
	}
	if (now.index >= graph.threads[running->id].n && w->n != 0) {
		bool idle = is_idle(w, &now);

		if (options.mode != MODE_EXHAUSTIVE) {
			if (idle && !walk_is_led())
				schedule_spin();
		} else if (idle) {
			schedule_stop(SPINNING);
		} else if (is_futile(w, &now)) {
			schedule_stop(GIVEN_UP);
		}
	}
	keep(w, &now);
	return false;
}
