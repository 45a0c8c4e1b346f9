/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* linear.c: the events of a graph one after another, with few changes of thread. */

/*
 * A breadth-first search over states: how far each thread is, and which one ran last.
 * Going on with it, or with another when it has stopped by itself, costs nothing; leaving
 * it costs one preemption. States of the same cost are looked at before any of a higher one, so the
 * first complete order is the cheapest. Where the states are too many, the search starts
 * afresh as a walk that changes threads only when it must.
 */
#include "linear.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_STATES = 1 << 18, TABLE = 1 << 20 };

struct state {
	vclock done;
	uint32_t parent, next;	/* `next` in its list of the same cost */
	uint16_t cost;
	uint8_t thread;
};

static struct state *states;
static uint32_t *table, n_states;
static const vclock *limit;
static bool interleave;

static bool
is_done(const vclock *done, const struct event *e)
{
	return (*done)[e->thread] > e->index;
}

/* In one order of all accesses of a location: a read after its write, before the next. */
static unsigned
key(const struct event *e)
{
	return 2 * event_place(e) + (e->op.kind == READ);
}

static bool
in_turn(const vclock *done, const struct event *e)
{
	const struct location *l = event_location(e);

	for (unsigned i = 0; i < l->n_accesses; i++) {
		const struct event *a = &graph.events[l->accesses[i]];

		if (a->index < (*limit)[a->thread] && key(a) < key(e) && !is_done(done, a))
			return false;
	}
	return true;
}

/* The thread's next event, if it may come now. */
static const struct event *
next_event(const vclock *done, unsigned thread)
{
	const struct event *e;

	if ((*done)[thread] >= (*limit)[thread])
		return NULL;
	e = event_of(thread, (*done)[thread]);
	for (unsigned t = 0; t < graph.n_threads; t++)
		if (t != thread && e->porf[t] > (*done)[t])
			return NULL;
	if (interleave && event_is_access(e) && !e->is_rmw_write && !in_turn(done, e))
		return NULL;
	return e;
}

/*
 * Is it the thread's own doing that it does not go on? It has ended, or waits for a lock,
 * a wake-up, or a thread to join.
 */
static bool
stops_by_itself(const vclock *done, unsigned thread)
{
	const struct event *e;

	if ((*done)[thread] >= (*limit)[thread])
		return true;
	e = event_of(thread, (*done)[thread]);
	return (e->op.kind == JOIN || (e->op.kind == READ && e->op.block != NO_BLOCK)) &&
	    next_event(done, thread) == NULL;
}

/* How many events that step takes: an RMW's halves go together. */
static unsigned
step_size(const struct event *e)
{
	return e->index + 1u < (*limit)[e->thread] &&
	    event_of(e->thread, e->index + 1u)->is_rmw_write ? 2 : 1;
}

static uint32_t
hash_of(const vclock *done, unsigned thread)
{
	uint64_t words[4], h = thread;

	memcpy(words, done, sizeof words);
	for (unsigned i = 0; i < 4; i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15u, h ^= h >> 32;
	return (uint32_t)h & (TABLE - 1);
}

/*
 * The number of the new state, or 0 if it was there at no higher cost, or there is no
 * room. A costlier twin stays in its list; what it leads to is there already by then.
 */
static uint32_t
add_state(const vclock *done, unsigned thread, uint32_t parent, unsigned cost)
{
	uint32_t h = hash_of(done, thread);

	for (; table[h] != 0; h = (h + 1) & (TABLE - 1)) {
		const struct state *s = &states[table[h]];

		if (s->thread != thread || memcmp(&s->done, done, sizeof *done) != 0)
			continue;
		if (s->cost <= cost)
			return 0;
		break;
	}
	if (n_states == MAX_STATES)
		return 0;
	table[h] = n_states;
	states[n_states] = (struct state){ *done, parent, 0, (uint16_t)cost, (uint8_t)thread };
	return n_states++;
}

static bool
is_complete(const vclock *done)
{
	for (unsigned t = 0; t < graph.n_threads; t++)
		if ((*done)[t] < (*limit)[t])
			return false;
	return true;
}

/* States of this cost, and of one preemption more. */
struct cost_lists {
	uint32_t now, later;
};

static void
expand(uint32_t at, struct cost_lists *lists)
{
	vclock done = states[at].done;
	unsigned last = states[at].thread;
	bool could_go_on = !stops_by_itself(&done, last);

	for (unsigned t = 0; t < graph.n_threads; t++) {
		const struct event *e = next_event(&done, t);
		vclock after = done;
		bool preempts = could_go_on && t != last;
		uint32_t *list = preempts ? &lists->later : &lists->now, s;

		if (e == NULL)
			continue;
		after[t] = (uint16_t)(after[t] + step_size(e));
		s = add_state(&after, t, at, states[at].cost + preempts);
		if (s == 0)
			continue;
		states[s].next = *list;
		*list = s;
	}
}

/* The number of a complete state, or 0. */
static uint32_t
search_states(unsigned *preemptions)
{
	struct cost_lists lists = { 0, 0 };
	vclock none = { 0 };

	n_states = 1;
	*preemptions = 0;
	memset(table, 0, TABLE * sizeof *table);
	lists.now = add_state(&none, 0, 0, 0);
	while (lists.now != 0 || lists.later != 0) {
		uint32_t at = lists.now;

		if (at == 0) {
			lists.now = lists.later;
			lists.later = 0;
			++*preemptions;
			continue;
		}
		lists.now = states[at].next;
		if (is_complete(&states[at].done))
			return at;
		expand(at, &lists);
	}
	return 0;
}

static void
append(struct linear_order *order, const vclock *from, const vclock *to)
{
	for (unsigned t = 0; t < graph.n_threads; t++)
		for (unsigned i = (*from)[t]; i < (*to)[t]; i++)
			order->events[order->n++] = (uint16_t)event_id(event_of(t, i));
}

/* Writes down the way to the state, from its end. */
static void
write_down(struct linear_order *order, uint32_t at)
{
	uint32_t previous = 0;

	/* Turn the way round, using `next`, which is of no more use. */
	for (; at != 0; at = states[at].parent) {
		states[at].next = previous;
		previous = at;
	}
	for (at = previous; states[at].next != 0; at = states[at].next)
		append(order, &states[at].done, &states[states[at].next].done);
}

/* Without a search: goes on with a thread as long as it can. False if it gets stuck. */
static bool
walk_down(struct linear_order *order)
{
	vclock done = { 0 }, after;
	unsigned thread = 0;

	while (!is_complete(&done)) {
		const struct event *e = next_event(&done, thread);

		for (unsigned t = 0; e == NULL && t < graph.n_threads; t++)
			e = next_event(&done, t);
		if (e == NULL)
			return false;
		thread = e->thread;
		after = done;
		after[thread] = (uint16_t)(after[thread] + step_size(e));
		append(order, &done, &after);
		done = after;
	}
	return true;
}

static bool
find_order(struct linear_order *order)
{
	uint32_t end = search_states(&order->preemptions);

	order->n = 0;
	order->interleaving = interleave;
	order->fewest = n_states < MAX_STATES;
	if (end != 0) {
		write_down(order, end);
		return true;
	}
	if (order->fewest)
		return false;
	return walk_down(order);
}

struct linear_order
linear_order_of(const vclock *of)
{
	struct linear_order order = { .n = 0 };

	limit = of;
	order.events = malloc(MAX_EVENTS * sizeof *order.events);
	states = aligned_alloc(32, MAX_STATES * sizeof *states);
	table = malloc(TABLE * sizeof *table);
	if (order.events == NULL || states == NULL || table == NULL)
		refuse("no memory for the trace");
	interleave = true;
	if (!find_order(&order)) {
		interleave = false;
		find_order(&order);
	}
	free(states);
	free(table);
	return order;
}
