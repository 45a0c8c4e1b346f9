/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* graph.h: an execution graph: what happened, who read from whom, in which order it counts. */
#ifndef WEFT_MODEL_GRAPH_H
#define WEFT_MODEL_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"
#include "vclock.h"

/*
 * Events, locations and places are 16-bit numbers. The tables below are of full size but
 * take memory only as far as they are used; what does not fit ends the program with a
 * sentence (graph.c).
 */
enum { MAX_EVENTS = 65000, MAX_LOCATIONS = 65000, NONE = 0xffff };

/*
 * An event keeps its operation, so that an RMW can be worked out anew when its read half
 * is given another write. The halves of an RMW are two events, neighbours in program
 * order. An event's number is its stamp: numbers grow as events are added.
 *
 * The clocks follow from the event before it in program order and from what it reads;
 * they stay as long as `from` does.
 */
struct event {
	struct op op;
	word value;		/* read or written; CHOOSE: the answer */
	uint8_t thread;
	bool is_rmw_write;	/* the event before it in its thread is the read half */
	uint16_t index;		/* place in its thread, from 0 */
	uint16_t from;		/* READ: the write, or NONE for the initial value */
	uint16_t place;		/* WRITE: in modification order, from 1; 0: not placed */
	uint16_t rmw_after;	/* WRITE: the write half of the RMW that read it, or NONE */
	uint16_t woken;		/* write of an RMW_DEQUEUE: the threads that it woke */
	vclock hb;		/* happens-before, the event itself included */
	vclock porf;		/* (program order, reads-from)+, itself included */
	vclock pending;		/* what relaxed reads saw: an acquire fence makes it hb */
	vclock released;	/* hb at the last release fence */
	vclock message;		/* WRITE: what an acquire read of it gains */
};

/*
 * A location. Place 0 of its modification order is the initial value; the write at place
 * p is order[p - 1].
 */
struct location {
	word initial;
	uint16_t *accesses;	/* reads and writes, as they were added */
	uint16_t *order;
	uint16_t n_accesses, n_order, room;
	uint16_t rmw_after;	/* as in struct event, for the initial value */
};

struct thread_events {
	uint16_t n;
	uint16_t ids[MAX_EVENTS];
};

/* There is one graph at a time, the one being explored. */
struct graph {
	uint16_t n_events, n_threads, n_locations;
	struct event events[MAX_EVENTS];
	struct thread_events threads[MAX_THREADS];
	struct location locations[MAX_LOCATIONS];
};

extern struct graph graph;

static inline unsigned
event_id(const struct event *e)
{
	return (unsigned)(e - graph.events);
}

static inline struct event *
event_of(unsigned thread, unsigned index)
{
	return &graph.events[graph.threads[thread].ids[index]];
}

/* The event before it in program order, or null. */
static inline struct event *
event_before(const struct event *e)
{
	return e->index == 0 ? NULL : event_of(e->thread, e->index - 1u);
}

static inline bool
event_is_access(const struct event *e)
{
	return e->op.kind <= WRITE;
}

static inline struct location *
event_location(const struct event *e)
{
	return &graph.locations[e->op.location];
}

/* The place in modification order of what an access reads or writes. */
static inline unsigned
event_place(const struct event *e)
{
	if (e->op.kind == WRITE)
		return e->place;
	return e->from == NONE ? 0 : graph.events[e->from].place;
}

/* a happens before b. */
static inline bool
event_hb(const struct event *a, const struct event *b)
{
	return a != b && b->hb[a->thread] > a->index;
}

/* There is a path of program order and reads-from from a to b. */
static inline bool
event_porf(const struct event *a, const struct event *b)
{
	return a != b && b->porf[a->thread] > a->index;
}

/* READ: is it the read half of an RMW that writes? */
bool event_rmw_writes(const struct event *read);
/* Its order: that of failure, for an RMW whose condition did not hold. */
unsigned event_order(const struct event *e);
/* Can its thread not go on in this execution, unless the search gives it another write? */
bool event_blocks(const struct event *e);
/* An access that reads, or is, the newest write of its location. */
bool event_is_newest(const struct event *e);
/* The oldest write that was there when the read was added, and is newer than what it reads. */
const struct event *event_missed(const struct event *read);

/* An empty graph of so many threads, none of which has begun. */
void graph_reset(unsigned threads);
/* Makes the location known, with its value before any write of this graph. */
void graph_location(unsigned location, word initial);
/* Appends an event, without clocks, source or place. */
struct event *graph_append(unsigned thread, const struct op *op);
/* Takes away all events after number `last`. */
void graph_cut(unsigned last);

/* Gives the read its write, or NONE: value and clocks follow. */
void graph_set_from(struct event *read, unsigned write);
/* Clocks from the event before and what is read. */
void graph_set_clocks(struct event *e);
/* Where the write half of the RMW that reads `write` (or NONE) is kept. */
uint16_t *graph_rmw_after(unsigned write, unsigned location);
/* Puts a write at a place of modification order, from 1 to one past the last. */
void graph_place(struct event *write, unsigned place);
void graph_unplace(struct event *write);

/* What other threads' events an event that is no access rests on, and its clocks. */
void graph_set_source(struct event *e);
/* The write half of an RMW whose read half is the thread's last event, not placed yet. */
struct event *graph_append_rmw_write(const struct event *read);
/* Straight after what the read half reads; false if another RMW has taken that place. */
bool graph_place_rmw_write(struct event *write);

/*
 * The graph turns into the one in which the read of number `read` takes the write of
 * number `write`: what came up to the read stays, and what the write rests on, and the
 * write, now the newest event and without a place. All else goes.
 */
void graph_revisit(unsigned read, unsigned write);

/* A graph set aside: its events and its modification orders; the rest follows from them. */
struct saved_graph {
	uint16_t n_events, n_threads, n_locations;
	struct event *events;
	word *initial;
	uint16_t *orders, *order_sizes;
};

void graph_save(struct saved_graph *saved);
/* Brings it back, and frees what it holds. */
void graph_restore(struct saved_graph *saved);
void saved_graph_free(struct saved_graph *saved);

/* Ends the program: what it asks for is past what weft-model does. Status 3. */
__attribute__((noreturn, format(printf, 1, 2))) void refuse(const char *format, ...);

#endif
