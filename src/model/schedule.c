/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* schedule.c: which thread runs, and what it means when none can. */

/*
 * The search wants the thread that adds to the graph next to follow from the graph alone:
 * it is the lowest one that can. A thread that replays what it did may run at any time; one
 * that waits for what another has not replayed yet lets that one go first.
 *
 * A walk chooses the thread instead, once all have replayed what they did.
 */
#include "schedule.h"

#include <stdio.h>
#include <string.h>

#include "options.h"
#include "replay.h"
#include "retry.h"
#include "thread.h"
#include "verdict.h"
#include "walk.h"

uint64_t schedule_switches;

static bool
has_ended_in_graph(unsigned thread)
{
	unsigned n = graph.threads[thread].n;

	return n != 0 && event_of(thread, n - 1)->op.kind == END;
}

/* The thread itself, if it can run, or the one that it waits for; null: none can help. */
static struct fiber *
runnable(struct fiber *f)
{
	for (;;) {
		switch (f->state) {
		case READY:
		case AWAITS_TURN: return f;
		case AWAITS_EVENT:
			if (replay_has_run(f->wait_thread, f->wait_index))
				return f;
			break;
		case AWAITS_END:
			if (!has_ended_in_graph(f->wait_thread))
				return NULL;
			if (replay_has_ended(f->wait_thread))
				return f;
			break;
		default: return NULL;
		}
		f = &fibers[f->wait_thread];
	}
}

static struct fiber *
lowest(void)
{
	for (int i = 0; i < MAX_THREADS; i++) {
		struct fiber *f = runnable(&fibers[i]);

		if (f != NULL)
			return f;
	}
	return NULL;
}

/* Do all reads of the idle round take the newest writes? Then so does any later round. */
static bool
spins_on_newest(const struct fiber *f)
{
	unsigned n = graph.threads[f->id].n;

	for (unsigned i = f->spin_from; i < n; i++) {
		const struct event *e = event_of(f->id, i);

		/* The read half of an RMW is as old as its write half is new. */
		if (i + 1 < n && event_of(f->id, i + 1)->is_rmw_write)
			e = event_of(f->id, i + 1);
		if (event_is_access(e) && !event_is_newest(e))
			return false;
	}
	return true;
}

/* In a walk: those that replay go first; then the walk says who adds. */
static struct fiber *
chosen_by_walk(void)
{
	uint16_t ready = 0;

	for (unsigned i = 0; i < MAX_THREADS; i++) {
		struct fiber *f = &fibers[i];

		if (f->state == SPINNING && !spins_on_newest(f))
			return f;
		f = runnable(f);
		if (f == NULL)
			continue;
		if (f->state != AWAITS_TURN)
			return f;
		if (walk_can_add(f->id, f->next))
			ready |= (uint16_t)(1u << f->id);
	}
	return ready == 0 ? NULL : &fibers[walk_thread(ready)];
}

/* When no thread can run. */

/* Has no dequeue woken the sleeper since it went to sleep? */
static bool
nobody_woke(const struct event *sleep)
{
	const struct location *l = event_location(sleep);

	for (unsigned i = 0; i < l->n_order; i++) {
		const struct event *w = &graph.events[l->order[i]];

		if ((w->woken >> sleep->thread & 1) != 0 && w->hb[sleep->thread] >= sleep->op.a)
			return false;
	}
	return true;
}

/* Or does it go on in another execution? */
static bool
is_truly_stuck(const struct fiber *f)
{
	const struct event *last = event_of(f->id, graph.threads[f->id].n - 1u);

	switch (f->state) {
	case STUCK:
		return last->op.block == BLOCK_ASLEEP ? nobody_woke(last) : event_is_newest(last);
	case SPINNING: return spins_on_newest(f);
	case GIVEN_UP: return false;
	default: return true;
	}
}

static const char *
what_it_does(const struct fiber *f)
{
	if (f->state == SPINNING)
		return "spins for ever";
	if (f->state == AWAITS_END)
		return "joins a thread";
	return f->doing != NULL ? f->doing : "waits";
}

static void __attribute__((noreturn))
fail_stuck(void)
{
	char text[400];
	size_t length = 0;
	enum bug bug = BUG_DEADLOCK;

	for (unsigned i = 0; i < MAX_THREADS; i++) {
		const struct fiber *f = &fibers[i];
		int n;

		if (f->state == UNBORN || f->state == ENDED)
			continue;
		if (f->state == SPINNING)
			bug = BUG_LIVELOCK;
		n = snprintf(text + length, sizeof text - length, "%sthread %u %s",
		    length == 0 ? "" : ", ", i, what_it_does(f));
		if (n > 0 && length + (size_t)n < sizeof text - 1)
			length += (size_t)n;
	}
	fail(bug, "no thread can go on: %s", text);
}

static void __attribute__((noreturn))
judge(void)
{
	bool all_ended = true;

	for (int i = 0; i < MAX_THREADS; i++) {
		const struct fiber *f = &fibers[i];

		if (f->state == UNBORN || f->state == ENDED)
			continue;
		all_ended = false;
		/* What a time-out or another execution brings is no deadlock. */
		if (f->timed || f->state == GIVEN_UP ||
		    (options.mode == MODE_EXHAUSTIVE && !is_truly_stuck(f)))
			end_run(RUN_BLOCKED);
	}
	/* When main has returned, whoever is stuck is as good as ended. */
	if (all_ended || fibers[0].state == ENDED || thread_exited_program())
		end_run(RUN_COMPLETE);
	fail_stuck();
}

void
schedule(void)
{
	struct fiber *next = options.mode == MODE_EXHAUSTIVE ? lowest() : chosen_by_walk();

	if (next == NULL)
		judge();
	next->state = READY;
	if (next != running) {
		schedule_switches++;
		fiber_switch(next);
	}
}

/* No lower thread can add anything. */
static bool
is_our_turn(void)
{
	for (const struct fiber *f = fibers; f < running; f++) {
		switch (f->state) {
		case READY:
		case AWAITS_TURN:
		case AWAITS_EVENT: return false;
		case AWAITS_END:
			if (has_ended_in_graph(f->wait_thread))
				return false;
			break;
		default: break;
		}
	}
	return true;
}

void
schedule_turn(const struct op *op)
{
	if (options.mode == MODE_EXHAUSTIVE && is_our_turn())
		return;
	running->state = AWAITS_TURN;
	running->next = op;
	schedule();
}

void
schedule_spin(void)
{
	running->state = SPINNING;
	schedule();
}

/*
 * A thread has stopped. Only a revisit that takes its last read away could free it, and such
 * a revisit must find that read added maximally. If a newer write was there before the read,
 * that can never be: no execution that grows from this graph is complete. It is given up
 * now, rather than run through all that the other threads can still do.
 */
static bool
is_hopeless(void)
{
	const struct thread_events *t = &graph.threads[running->id];

	for (unsigned i = t->n; i-- > 1;) {
		const struct event *e = &graph.events[t->ids[i]];

		if (e->op.kind == READ)
			return event_missed(e) != NULL;
	}
	return false;
}

void
schedule_stop(enum fiber_state why)
{
	running->state = why;
	if (options.mode == MODE_EXHAUSTIVE && options.give_up && is_hopeless())
		end_run(RUN_BLOCKED);
	schedule();
	__builtin_unreachable();
}
