/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* replay.c: operations of compiled code, answered from the graph or added to it. */
#include "replay.h"

#include "fiber.h"
#include "graph.h"
#include "options.h"
#include "record.h"
#include "retry.h"
#include "schedule.h"
#include "search.h"
#include "walk.h"

uint32_t run_number;
volatile uint64_t replay_hooks, replay_operations;

bool
replay_has_run(unsigned thread, unsigned index)
{
	return fibers[thread].state != UNBORN && fibers[thread].done > index;
}

bool
replay_has_ended(unsigned thread)
{
	return fibers[thread].state == ENDED;
}

void
replay_await_end(unsigned thread)
{
	while (!replay_has_ended(thread)) {
		running->state = AWAITS_END;
		running->wait_thread = thread;
		schedule();
	}
}

void
replay_give_up(void)
{
	schedule_stop(GIVEN_UP);
}

/* The thread comes past its event. */
static void
pass(const struct event *e)
{
	struct fiber *f = running;

	record_event(f->done);
	f->done++;
	f->hb = &e->hb;
}

static bool
is_same(const struct op *a, const struct op *b)
{
	return a->kind == b->kind && a->rmw == b->rmw && a->order == b->order &&
	    a->size == b->size && a->block == b->block && a->location == b->location &&
	    a->a == b->a && a->b == b->b;
}

static void
add(const struct op *op)
{
	if (graph.n_events >= options.operations)
		refuse("more than %u operations in one execution: is there a loop without an end? "
		       "(--operations=N allows N)", options.operations);
	if (options.mode == MODE_EXHAUSTIVE)
		search_add(running->id, op);
	else
		walk_add(running->id, op);
}

static void __attribute__((noreturn))
refuse_other(void)
{
	refuse("the program is not deterministic: thread %u did something else in an execution "
	       "that was the same so far", running->id);
}

word
replay_op(const struct op *op)
{
	struct fiber *f = running;
	const struct thread_events *t = &graph.threads[f->id];
	const struct event *e;
	word value;

	fiber_flush();
	replay_operations++;
	if (f->done >= t->n) {
		schedule_turn(op);
		add(op);
	}
	e = &graph.events[t->ids[f->done]];
	if (!is_same(&e->op, op))
		refuse_other();
	if (op->kind == READ && e->from != NONE) {
		const struct event *w = &graph.events[e->from];

		while (!replay_has_run(w->thread, w->index)) {
			f->state = AWAITS_EVENT;
			f->wait_thread = w->thread;
			f->wait_index = w->index;
			schedule();
		}
	}
	pass(e);
	value = e->value;
	if (op->block != NO_BLOCK && event_blocks(e))
		schedule_stop(STUCK);
	if (op->rmw != NO_RMW && f->done < t->n) {
		const struct event *w = &graph.events[t->ids[f->done]];

		if (w->is_rmw_write)
			pass(w);
	}
	return value;
}

unsigned
replay_create(void)
{
	const struct thread_events *t = &graph.threads[running->id];
	struct op op = { .kind = CREATE };

	fiber_flush();
	replay_operations++;
	if (running->done >= t->n) {
		schedule_turn(&op);
		for (op.location = 1; op.location < MAX_THREADS; op.location++)
			if (graph.threads[op.location].n == 0)
				break;
		if (op.location == MAX_THREADS)
			refuse("more than %d threads in one execution", MAX_THREADS);
		add(&op);
	}
	if (event_of(running->id, running->done)->op.kind != CREATE)
		refuse_other();
	pass(event_of(running->id, running->done));
	return event_of(running->id, running->done - 1)->op.location;
}

unsigned
replay_choose(unsigned n)
{
	const struct op op = { .kind = CHOOSE, .a = n };

	return n < 2 ? 0 : (unsigned)replay_op(&op);
}
