/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* graph.c: the execution graph: its events, its clocks, its modification orders. */
#include "graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct graph graph;

void
refuse(const char *format, ...)
{
	va_list args;

	fputs("weft-model: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	fflush(NULL);
	_Exit(3);
}

static void *
sized(void *old, size_t n, size_t size)
{
	void *p = realloc(old, n * size + 1);

	if (p == NULL)
		refuse("no memory for the graph");
	return p;
}

/* What events say of themselves. */

bool
event_rmw_writes(const struct event *read)
{
	bool writes = false;

	if (read->op.rmw != NO_RMW)
		op_result(&read->op, read->value, &writes, NULL);
	return writes;
}

unsigned
event_order(const struct event *e)
{
	if (e->op.kind == READ && e->op.rmw != NO_RMW && !event_rmw_writes(e))
		return e->op.order_fail;
	return e->op.order;
}

/* Was the sleeper woken by what it reads, since it went to sleep? Its number is op.a. */
static bool
was_woken(const struct event *e)
{
	const struct event *waker;

	if (e->from == NONE)
		return false;
	waker = &graph.events[e->from];
	return (waker->woken >> e->thread & 1) != 0 && waker->hb[e->thread] >= e->op.a;
}

bool
event_blocks(const struct event *e)
{
	if (e->op.kind != READ)
		return false;
	switch (e->op.block) {
	case BLOCK_IF_FAILED: return !event_rmw_writes(e);
	case BLOCK_BELOW: return e->value < e->op.a;
	case BLOCK_ASLEEP: return !was_woken(e);
	default: return false;
	}
}

bool
event_is_newest(const struct event *e)
{
	return event_place(e) == event_location(e)->n_order;
}

const struct event *
event_missed(const struct event *read)
{
	const struct location *l = event_location(read);

	for (unsigned p = event_place(read); p < l->n_order; p++)
		if (l->order[p] < event_id(read))
			return &graph.events[l->order[p]];
	return NULL;
}

/* Clocks. */

/* A read gains what the writer sent: at once if it acquires, else at its next fence. */
static void
gain_message(struct event *e)
{
	const struct event *w = &graph.events[e->from];

	vclock_join(&e->porf, &w->porf);
	if (order_acquires(event_order(e)))
		vclock_join(&e->hb, &w->message);
	else
		vclock_join(&e->pending, &w->message);
}

/*
 * What a reader of a write gains: all before the write if it releases, else all before
 * the last release fence. The write of an RMW passes on the message that its read half
 * found: this is the release sequence.
 */
static void
set_message(struct event *e)
{
	const struct event *read = event_before(e);

	e->message = order_releases(e->op.order) ? e->hb : e->released;
	if (e->is_rmw_write && read->from != NONE)
		vclock_join(&e->message, &graph.events[read->from].message);
}

void
graph_set_clocks(struct event *e)
{
	const struct event *before = event_before(e);

	if (before != NULL) {
		e->hb = before->hb;
		e->porf = before->porf;
		e->pending = before->pending;
		e->released = before->released;
	} else {
		e->hb = e->porf = e->pending = e->released = (vclock){ 0 };
	}
	e->message = (vclock){ 0 };
	if ((e->op.kind == BEGIN || e->op.kind == JOIN) && e->from != NONE) {
		vclock_join(&e->hb, &graph.events[e->from].hb);
		vclock_join(&e->porf, &graph.events[e->from].porf);
	}
	e->hb[e->thread] = e->porf[e->thread] = (uint16_t)(e->index + 1);
	if (e->op.kind == READ && e->from != NONE) {
		gain_message(e);
	} else if (e->op.kind == WRITE) {
		set_message(e);
	} else if (e->op.kind == FENCE) {
		if (order_acquires(e->op.order))
			vclock_join(&e->hb, &e->pending);
		if (order_releases(e->op.order))
			e->released = e->hb;
	}
}

void
graph_set_from(struct event *read, unsigned write)
{
	read->from = (uint16_t)write;
	read->value = write == NONE ? event_location(read)->initial : graph.events[write].value;
	graph_set_clocks(read);
}

/* Locations. */

void
graph_reset(unsigned threads)
{
	graph.n_events = 0;
	graph.n_locations = 0;
	graph.n_threads = (uint16_t)threads;
	for (unsigned t = 0; t < MAX_THREADS; t++)
		graph.threads[t].n = 0;
}

static void
location_clear(struct location *l)
{
	l->n_accesses = l->n_order = 0;
	l->rmw_after = NONE;
}

void
graph_location(unsigned location, word initial)
{
	if (location >= MAX_LOCATIONS)
		refuse("more than %d atomic locations in one execution", MAX_LOCATIONS);
	while (graph.n_locations <= location) {
		location_clear(&graph.locations[graph.n_locations]);
		graph.locations[graph.n_locations++].initial = 0;
	}
	graph.locations[location].initial = initial;
}

static void
location_add(struct location *l, unsigned event)
{
	if (l->n_accesses == l->room) {
		l->room = (uint16_t)(l->room == 0 ? 16 : l->room > 0x7fff ? 0xffff : 2 * l->room);
		l->accesses = sized(l->accesses, l->room, sizeof *l->accesses);
		l->order = sized(l->order, l->room, sizeof *l->order);
	}
	l->accesses[l->n_accesses++] = (uint16_t)event;
}

/* Modification order. */

uint16_t *
graph_rmw_after(unsigned write, unsigned location)
{
	if (write == NONE)
		return &graph.locations[location].rmw_after;
	return &graph.events[write].rmw_after;
}

static void
renumber(const struct location *l, unsigned from)
{
	for (unsigned i = from; i < l->n_order; i++)
		graph.events[l->order[i]].place = (uint16_t)(i + 1);
}

void
graph_place(struct event *write, unsigned place)
{
	struct location *l = event_location(write);
	uint16_t *at = l->order + place - 1;

	memmove(at + 1, at, (l->n_order - (place - 1)) * sizeof *at);
	*at = (uint16_t)event_id(write);
	l->n_order++;
	renumber(l, place - 1);
}

void
graph_unplace(struct event *write)
{
	struct location *l = event_location(write);
	unsigned place = write->place;

	if (place == 0)
		return;
	memmove(l->order + place - 1, l->order + place, (l->n_order - place) * sizeof *l->order);
	l->n_order--;
	write->place = 0;
	renumber(l, place - 1);
}

/* Events come and go. */

struct event *
graph_append(unsigned thread, const struct op *op)
{
	struct thread_events *t = &graph.threads[thread];
	unsigned id = graph.n_events;
	struct event *e = &graph.events[id];

	if (id == MAX_EVENTS)
		refuse("more than %d operations in one execution: is there a loop without an end?",
		    MAX_EVENTS);
	graph.n_events++;
	e->op = *op;
	e->value = 0;
	e->thread = (uint8_t)thread;
	e->is_rmw_write = false;
	e->index = t->n;
	e->from = e->rmw_after = NONE;
	e->place = e->woken = 0;
	t->ids[t->n++] = (uint16_t)id;
	if (event_is_access(e))
		location_add(event_location(e), id);
	return e;
}

/* The thread that it creates begins with it; a joined one's last event is its source. */
void
graph_set_source(struct event *e)
{
	const struct op begin = { .kind = BEGIN };
	struct thread_events *other = &graph.threads[e->op.location];
	struct event *first;

	if (e->op.kind == JOIN)
		e->from = other->ids[other->n - 1];
	graph_set_clocks(e);
	if (e->op.kind != CREATE)
		return;
	if (e->op.location >= graph.n_threads)
		graph.n_threads = (uint16_t)(e->op.location + 1);
	first = graph_append(e->op.location, &begin);
	first->from = (uint16_t)event_id(e);
	graph_set_clocks(first);
}

struct event *
graph_append_rmw_write(const struct event *read)
{
	struct op op = read->op;
	uint16_t woken = 0;
	bool writes;
	word value = op_result(&op, read->value, &writes, &woken);
	struct event *w;

	op.kind = WRITE;
	op.block = NO_BLOCK;
	w = graph_append(read->thread, &op);
	w->is_rmw_write = true;
	w->value = value;
	w->woken = woken;
	graph_set_clocks(w);
	return w;
}

bool
graph_place_rmw_write(struct event *write)
{
	const struct event *read = event_before(write);
	uint16_t *after = graph_rmw_after(read->from, write->op.location);

	if (*after != NONE)
		return false;
	*after = (uint16_t)event_id(write);
	graph_place(write, event_place(read) + 1);
	return true;
}

static void
remove_newest(void)
{
	struct event *e = &graph.events[graph.n_events - 1];

	if (event_is_access(e))
		event_location(e)->n_accesses--;
	if (e->op.kind == WRITE) {
		graph_unplace(e);
		if (e->is_rmw_write) {
			uint16_t *after = graph_rmw_after(event_before(e)->from, e->op.location);

			if (*after == event_id(e))
				*after = NONE;
		}
	}
	graph.threads[e->thread].n--;
	graph.n_events--;
}

void
graph_cut(unsigned last)
{
	while (graph.n_events > last + 1)
		remove_newest();
}

/*
 * Threads' and locations' lists anew from the events. Modification orders are left empty,
 * but events keep their places.
 */
static void
rebuild_lists(void)
{
	for (unsigned t = 0; t < graph.n_threads; t++)
		graph.threads[t].n = 0;
	for (unsigned l = 0; l < graph.n_locations; l++)
		location_clear(&graph.locations[l]);
	for (unsigned i = 0; i < graph.n_events; i++) {
		struct event *e = &graph.events[i];
		struct thread_events *t = &graph.threads[e->thread];

		t->ids[t->n++] = (uint16_t)i;
		if (event_is_access(e))
			location_add(event_location(e), i);
		e->rmw_after = NONE;
	}
	for (unsigned i = 0; i < graph.n_events; i++) {
		const struct event *e = &graph.events[i];

		if (e->is_rmw_write && e->place != 0)
			*graph_rmw_after(event_before(e)->from, e->op.location) = (uint16_t)i;
	}
}

/* The modification orders as one list, location by location; their sizes in *sizes. */
static uint16_t *
orders_of_all(uint16_t *list, uint16_t *sizes)
{
	for (unsigned l = 0; l < graph.n_locations; l++) {
		const struct location *location = &graph.locations[l];

		sizes[l] = location->n_order;
		memcpy(list, location->order, location->n_order * sizeof *list);
		list += location->n_order;
	}
	return list;
}

/*
 * What stays of the events, under new numbers; new_id[] tells which. A thread that has been
 * created has begun: its first event stays with the one that made it.
 */
static void
keep_what_revisit_keeps(unsigned read, unsigned write, uint16_t *new_id)
{
	vclock past = graph.events[write].porf;
	unsigned n = 0;

	for (unsigned i = 0; i <= write; i++) {
		const struct event *e = &graph.events[i];
		bool begins = e->op.kind == BEGIN && e->from != NONE && new_id[e->from] != NONE;

		new_id[i] = NONE;
		if (i > read && i != write && past[e->thread] <= e->index && !begins)
			continue;
		new_id[i] = (uint16_t)n;
		if (n != i)
			graph.events[n] = *e;
		n++;
	}
	graph.n_events = (uint16_t)n;
	for (unsigned i = 0; i < n; i++)
		if (graph.events[i].from != NONE)
			graph.events[i].from = new_id[graph.events[i].from];
}

void
graph_revisit(unsigned read, unsigned write)
{
	static uint16_t new_id[MAX_EVENTS], orders[MAX_EVENTS], sizes[MAX_LOCATIONS];
	const uint16_t *next = orders;
	unsigned newest;

	orders_of_all(orders, sizes);
	keep_what_revisit_keeps(read, write, new_id);
	newest = graph.n_events - 1u;
	graph.events[newest].place = 0;
	graph.events[new_id[read]].from = (uint16_t)newest;
	rebuild_lists();
	for (unsigned l = 0; l < graph.n_locations; l++) {
		struct location *location = &graph.locations[l];

		for (unsigned i = 0; i < sizes[l]; i++, next++)
			if (new_id[*next] != NONE && new_id[*next] != newest)
				location->order[location->n_order++] = new_id[*next];
		renumber(location, 0);
	}
}

/* Setting graphs aside. */

void
graph_save(struct saved_graph *saved)
{
	size_t writes = 0;

	for (unsigned l = 0; l < graph.n_locations; l++)
		writes += graph.locations[l].n_order;
	saved->n_events = graph.n_events;
	saved->n_threads = graph.n_threads;
	saved->n_locations = graph.n_locations;
	saved->events = sized(NULL, graph.n_events, sizeof *saved->events);
	saved->initial = sized(NULL, graph.n_locations, sizeof *saved->initial);
	saved->orders = sized(NULL, writes, sizeof *saved->orders);
	saved->order_sizes = sized(NULL, graph.n_locations, sizeof *saved->order_sizes);
	memcpy(saved->events, graph.events, graph.n_events * sizeof *saved->events);
	orders_of_all(saved->orders, saved->order_sizes);
	for (unsigned l = 0; l < graph.n_locations; l++)
		saved->initial[l] = graph.locations[l].initial;
}

void
graph_restore(struct saved_graph *saved)
{
	const uint16_t *next = saved->orders;

	graph.n_events = saved->n_events;
	graph.n_threads = saved->n_threads;
	graph.n_locations = saved->n_locations;
	memcpy(graph.events, saved->events, graph.n_events * sizeof *saved->events);
	rebuild_lists();
	for (unsigned l = 0; l < graph.n_locations; l++) {
		struct location *location = &graph.locations[l];

		location->initial = saved->initial[l];
		location->n_order = saved->order_sizes[l];
		memcpy(location->order, next, location->n_order * sizeof *next);
		next += location->n_order;
	}
	saved_graph_free(saved);
}

void
saved_graph_free(struct saved_graph *saved)
{
	free(saved->events);
	free(saved->initial);
	free(saved->orders);
	free(saved->order_sizes);
}
