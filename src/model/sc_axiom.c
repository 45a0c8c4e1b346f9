/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sc_axiom.c: the order among sequentially consistent events has no cycle. */

/*
 * An edge of psc leads from one SC event to another that must come later in the one order
 * of all of them. Written as in Lahav, Vafeiadis, Kang, Hur and Dreyer, "Repairing
 * sequential consistency in C/C++11" (2017), with F for fences:
 *
 *	scb  = sb | sb(to another location); hb; sb(from another location) | hb|loc | mo | rb
 *	psc  = [SC accesses or F; hb?]; scb; [SC accesses or hb?; F]
 *	     | [F]; (hb | hb; eco; hb); [F]
 *
 * Edges are worked out from clocks and places when they are asked for; none is stored.
 * The newest choices of the search cannot close a cycle, so this runs only when an
 * alternative is taken.
 */
#include <string.h>

#include "consistency.h"

enum sc_axiom sc_axiom = SC_RC11;

/*
 * eco, the order of all accesses of a location: a comes before b if its key is smaller.
 * A read comes after the write of its place and before the next write.
 */
static unsigned
eco_key(const struct event *e)
{
	return 2 * event_place(e) + (e->op.kind == READ);
}

/*
 * The part of scb that the versions of the axiom disagree on, for two accesses of one
 * location: hb in RC11 as it was published; all of eco in C++20; reads-from alone in
 * GenMC, which is here to compare results with it.
 */
static bool
location_step(const struct event *a, const struct event *b)
{
	if (sc_axiom == SC_RC11)
		return event_hb(a, b);
	if (sc_axiom == SC_CXX20)
		return eco_key(a) < eco_key(b);
	return b->op.kind == READ && b->from == event_id(a);
}

/* mo or rb: b writes a later place than a's. */
static bool
overwrites(const struct event *a, const struct event *b)
{
	return b->op.kind == WRITE && event_place(a) < event_place(b);
}

static bool
is_or_hb(const struct event *a, const struct event *b)
{
	return a == b || event_hb(a, b);
}

/* F; (hb | hb; eco; hb); F. An access in the place of either fence is part of the eco, too. */
static bool
fence_to_fence(const struct event *a, const struct event *b)
{
	if (event_hb(a, b))
		return true;
	for (unsigned x = 0; x < graph.n_locations; x++) {
		const struct location *l = &graph.locations[x];
		unsigned first = ~0u, last = 0;

		for (unsigned i = 0; i < l->n_accesses; i++) {
			const struct event *e = &graph.events[l->accesses[i]];

			if (is_or_hb(a, e) && eco_key(e) < first)
				first = eco_key(e);
			if (is_or_hb(e, b) && eco_key(e) > last)
				last = eco_key(e);
		}
		if (first < last)
			return true;
	}
	return false;
}

/*
 * A membarrier is a fence, and makes each other thread have one at some place of its code,
 * wherever it is then. So it is as if there were one at all places, which counts on the way
 * from membarrier to membarrier alone: that of `a` comes before such a place of the thread,
 * and the place before that of `b`. The two may be one and the same.
 */
static bool
membarrier_to_membarrier(const struct event *a, const struct event *b)
{
	for (unsigned t = 0; t < graph.n_threads; t++) {
		unsigned first = 0, last = graph.threads[t].n;

		while (first < last && !fence_to_fence(a, event_of(t, first)))
			first++;
		while (last > first && !fence_to_fence(event_of(t, last - 1), b))
			last--;
		if (first + 1 < last)
			return true;
	}
	return false;
}

/* F; hb?; scb; access */
static bool
fence_to_access(const struct event *a, const struct event *b)
{
	const struct event *before = event_before(b);
	const struct location *l = event_location(b);

	if (before == a || (before != NULL && event_hb(a, before)))
		return true;
	for (unsigned i = 0; i < l->n_accesses; i++) {
		const struct event *e = &graph.events[l->accesses[i]];

		if (e != b && event_hb(a, e) && (location_step(e, b) || overwrites(e, b)))
			return true;
	}
	return false;
}

/* access; scb; hb?; F */
static bool
access_to_fence(const struct event *a, const struct event *b)
{
	const struct location *l = event_location(a);

	if (a->index + 1 < graph.threads[a->thread].n) {
		const struct event *after = event_of(a->thread, a->index + 1u);

		if (after == b || event_hb(after, b))
			return true;
	}
	for (unsigned i = 0; i < l->n_accesses; i++) {
		const struct event *e = &graph.events[l->accesses[i]];

		if (e != a && event_hb(e, b) && (location_step(a, e) || overwrites(a, e)))
			return true;
	}
	return false;
}

static bool
is_of_location(const struct event *e, unsigned location)
{
	return event_is_access(e) && e->op.location == location;
}

/*
 * sb(to another location); hb; sb(from another location). What follows a first in its
 * thread happens before the rest, and so for what comes last before b.
 */
static bool
through_other_locations(const struct event *a, const struct event *b)
{
	const struct thread_events *t = &graph.threads[a->thread];
	unsigned after = a->index + 1u, before = b->index;
	bool any = sc_axiom != SC_RC11;

	/* C++20 knows an RMW as one operation: nothing is sequenced between its halves. */
	if (sc_axiom == SC_CXX20) {
		after += after < t->n && event_of(a->thread, after)->is_rmw_write;
		before -= b->is_rmw_write;
	}
	while (!any && after < t->n && is_of_location(event_of(a->thread, after), a->op.location))
		after++;
	while (!any && before > 0 &&
	    is_of_location(event_of(b->thread, before - 1), b->op.location))
		before--;
	return after < t->n && before > 0 &&
	    event_hb(event_of(a->thread, after), event_of(b->thread, before - 1));
}

static bool
access_to_access(const struct event *a, const struct event *b)
{
	if (a->thread == b->thread && a->index < b->index)
		return true;
	if (a->op.location == b->op.location && (location_step(a, b) || overwrites(a, b)))
		return true;
	return through_other_locations(a, b);
}

static bool
is_membarrier(const struct event *e)
{
	return e->op.kind == FENCE && e->op.a == FENCE_OF_ALL;
}

static bool
psc_edge(const struct event *a, const struct event *b)
{
	if (is_membarrier(a) && is_membarrier(b) && membarrier_to_membarrier(a, b))
		return true;
	if (a->op.kind == FENCE)
		return b->op.kind == FENCE ? fence_to_fence(a, b) : fence_to_access(a, b);
	return b->op.kind == FENCE ? access_to_fence(a, b) : access_to_access(a, b);
}

/* By way of another thread a membarrier may lead to itself. */
static bool
comes_round(const struct event *e)
{
	return is_membarrier(e) && membarrier_to_membarrier(e, e);
}

/* The SC events of the graph, and how far the walk through them has come. */
enum { UNSEEN, ON_PATH, DONE };
static uint16_t sc_events[MAX_EVENTS];
static uint8_t sc_state[MAX_EVENTS];
static unsigned n_sc_events;

static void
find_sc_events(void)
{
	n_sc_events = 0;
	for (unsigned i = 0; i < graph.n_events; i++) {
		const struct event *e = &graph.events[i];

		if (e->op.kind <= FENCE && event_order(e) == SEQ_CST)
			sc_events[n_sc_events++] = (uint16_t)i;
	}
}

/* Does a path from event number i of sc_events[] come back to itself? */
static bool
cycle_through(unsigned i)
{
	const struct event *e = &graph.events[sc_events[i]];

	if (comes_round(e))
		return true;
	sc_state[i] = ON_PATH;
	for (unsigned j = 0; j < n_sc_events; j++) {
		if (j == i || sc_state[j] == DONE)
			continue;
		if (!psc_edge(e, &graph.events[sc_events[j]]))
			continue;
		if (sc_state[j] == ON_PATH || cycle_through(j))
			return true;
	}
	sc_state[i] = DONE;
	return false;
}

/*
 * Where a new step of psc may begin or end, at the latest; those of membarriers may lead
 * through any thread.
 */
static bool
is_touched(const struct event *sc, const struct event *e)
{
	if (is_membarrier(sc))
		return true;
	return sc == e || (sc->op.kind == FENCE && event_hb(sc, e));
}

bool
sc_holds(const struct event *e)
{
	bool is_clear = false;

	find_sc_events();
	if (n_sc_events < 2)
		return n_sc_events == 0 || !comes_round(&graph.events[sc_events[0]]);
	for (unsigned i = 0; i < n_sc_events; i++) {
		if (!is_touched(&graph.events[sc_events[i]], e))
			continue;
		if (!is_clear)
			memset(sc_state, UNSEEN, n_sc_events);
		is_clear = true;
		if (sc_state[i] == UNSEEN && cycle_through(i))
			return false;
	}
	return true;
}
