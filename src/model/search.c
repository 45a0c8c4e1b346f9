/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* search.c: every consistent execution graph, each by exactly one path of choices. */

/*
 * Forwards, a new read takes any write of its location, and a new write any place in
 * modification order. Backwards, a new write is given to reads that were there before it
 * (revisit.c). Each event is first added in the newest way, which is always consistent;
 * the other ways are pushed on a stack of choices, and tried, newest first, when nothing
 * can be added any more. A revisit throws events away that are wanted again later: the
 * graph is then set aside with the choices that belong to it.
 */
#include "search.h"

#include <stdlib.h>

#include "consistency.h"
#include "revisit.h"

struct search_statistics search_statistics;

/* Choices that have not been tried yet. */
enum choice_kind {
	TAKE_FROM,	/* the read `event` takes the write `arg`, or NONE */
	TAKE_PLACE,	/* the write `event` takes place `arg` */
	TAKE_ANSWER,	/* the CHOOSE `event` is answered `arg` */
	REVISIT,	/* the read `arg` takes the newer write `event` */
	REVISIT_PLACE,	/* the write `event` of a revisit takes place `arg` */
};

struct choice {
	uint8_t kind;
	uint16_t event, arg;
};

static struct choice *choices;
static size_t n_choices, room_for_choices;

/* Graphs set aside. The choices from first_choice on belong to the graph of now. */
struct frame {
	struct saved_graph graph;
	size_t first_choice;
};

static struct frame *frames;
static size_t n_frames, room_for_frames, first_choice;

static void *
with_room(void *array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return array;
	*room = *room == 0 ? 256 : 2 * *room;
	array = realloc(array, *room * size);
	if (array == NULL)
		refuse("no memory for the search");
	return array;
}

static void
push(enum choice_kind kind, unsigned event, unsigned arg)
{
	choices = with_room(choices, n_choices, &room_for_choices, sizeof *choices);
	choices[n_choices++] =
	    (struct choice){ (uint8_t)kind, (uint16_t)event, (uint16_t)arg };
}

static void
push_frame(void)
{
	frames = with_room(frames, n_frames, &room_for_frames, sizeof *frames);
	graph_save(&frames[n_frames].graph);
	frames[n_frames++].first_choice = first_choice;
	first_choice = n_choices;
	if (n_frames > search_statistics.deepest)
		search_statistics.deepest = n_frames;
}

static void
pop_frame(void)
{
	first_choice = frames[--n_frames].first_choice;
	graph_restore(&frames[n_frames].graph);
}

void
search_begin(unsigned threads)
{
	while (n_frames > 0)
		saved_graph_free(&frames[--n_frames].graph);
	n_choices = first_choice = 0;
	graph_reset(threads);
}

/* Adding events. */

static void
push_revisits(const struct event *write)
{
	const struct location *l = event_location(write);

	for (unsigned i = 0; i < l->n_accesses; i++) {
		const struct event *r = &graph.events[l->accesses[i]];

		if (r->op.kind == READ && !event_porf(r, write) && may_revisit(r, write))
			push(REVISIT, event_id(write), event_id(r));
	}
}

/*
 * Adds the write half of an RMW, straight after what its read half read. False: another
 * RMW had read the same write, or the SC axiom fails: the graph is dead. The revisits that
 * were found stay: they are how this RMW comes to be the first of the two.
 */
static bool
add_rmw_write(const struct event *read)
{
	bool newest = event_is_newest(read);
	struct event *w = graph_append_rmw_write(read);

	push_revisits(w);
	return graph_place_rmw_write(w) && (newest || sc_holds(w));
}

static word
add_read(struct event *e)
{
	const struct location *l = event_location(e);
	unsigned floor;

	/* The clocks of its past alone tell what it may read. */
	graph_set_from(e, NONE);
	floor = coherence_floor(e);
	for (unsigned p = floor; p < l->n_order; p++)
		push(TAKE_FROM, event_id(e), p == 0 ? NONE : l->order[p - 1]);
	graph_set_from(e, l->n_order == 0 ? NONE : l->order[l->n_order - 1]);
	if (event_rmw_writes(e))
		add_rmw_write(e);
	return e->value;
}

/* Pushes the places that a write may take but the newest, and takes that. */
static void
place_write(struct event *e, enum choice_kind kind)
{
	unsigned newest = event_location(e)->n_order + 1u;

	for (unsigned p = coherence_floor(e) + 1; p < newest; p++)
		if (!place_parts_rmw(e->op.location, p))
			push(kind, event_id(e), p);
	graph_place(e, newest);
}

word
search_add(unsigned thread, const struct op *op)
{
	struct event *e = graph_append(thread, op);

	search_statistics.events++;
	switch (op->kind) {
	case READ: return add_read(e);
	case WRITE:
		e->value = op->a;
		graph_set_clocks(e);
		push_revisits(e);
		place_write(e, TAKE_PLACE);
		break;
	case CHOOSE:
		graph_set_clocks(e);
		for (unsigned answer = (unsigned)op->a; --answer > 0;)
			push(TAKE_ANSWER, event_id(e), answer);
		break;
	default: graph_set_source(e);
	}
	return 0;
}

/* Going back. */

/*
 * A read that was given a write that makes its RMW succeed has no write half yet: the
 * last events of threads may be such.
 */
static bool
complete_rmws(void)
{
	for (unsigned t = 0; t < graph.n_threads; t++) {
		const struct event *last;

		if (graph.threads[t].n == 0)
			continue;
		last = event_of(t, graph.threads[t].n - 1u);
		if (last->op.kind == READ && event_rmw_writes(last) && !add_rmw_write(last))
			return false;
	}
	return true;
}

/* After a read was given the newest event, which has its place: is that consistent? */
static bool
revisit_is_consistent(void)
{
	unsigned write = graph.n_events - 1u;
	const struct location *l = event_location(&graph.events[write]);
	struct event *read = NULL;

	for (unsigned i = 0; read == NULL; i++) {
		struct event *e = &graph.events[l->accesses[i]];

		if (e->op.kind == READ && e->from == write)
			read = e;
	}
	graph_set_from(read, write);
	return coherence_floor(read) <= event_place(read) && sc_holds(&graph.events[write]) &&
	    sc_holds(read);
}

static bool
revisit(unsigned read, unsigned write)
{
	struct event *w;

	search_statistics.revisits++;
	push_frame();
	graph_revisit(read, write);
	w = &graph.events[graph.n_events - 1];
	if (w->is_rmw_write) {
		if (!graph_place_rmw_write(w))
			return false;
	} else {
		place_write(w, REVISIT_PLACE);
	}
	return revisit_is_consistent();
}

static void
move(struct event *write, unsigned place)
{
	graph_unplace(write);
	graph_place(write, place);
}

/* False: what the choice leads to is not consistent. */
static bool
take(const struct choice *c)
{
	struct event *e = &graph.events[c->event];

	switch (c->kind) {
	case TAKE_FROM:
		graph_set_from(e, c->arg);
		return sc_holds(e);
	case TAKE_PLACE:
		move(e, c->arg);
		return sc_holds(e);
	case TAKE_ANSWER:
		e->value = c->arg;
		return true;
	case REVISIT: return revisit(c->arg, c->event);
	default:
		move(e, c->arg);
		return revisit_is_consistent();
	}
}

bool
search_next(void)
{
	for (;;) {
		struct choice c;

		while (n_choices == first_choice) {
			if (n_frames == 0)
				return false;
			pop_frame();
		}
		c = choices[--n_choices];
		graph_cut(c.event);
		if (!take(&c))
			continue;
		if (complete_rmws())
			return true;
		search_statistics.dead++;
	}
}
