/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* revisit.c: which reads may take a write that was added after them. */

/*
 * The condition of TruSt (Kokologiannakis, Marmanis, Gladstein and Vafeiadis, "Truly
 * stateless, optimal dynamic partial order reduction", 2022). When a read is given a
 * later write, the events that came after the read, and that the write does not rest on,
 * go. Other graphs, with other choices at these events, would lead to the same result.
 * It is reached from one of them only: where the read and each event that goes had been
 * added *maximally*, with the newest choice, among what is previous to it: what was added
 * no later than it, or what the write rests on.
 */
#include "revisit.h"

static bool
is_previous(const struct event *x, const struct event *e, const struct event *write)
{
	return x <= e || event_porf(x, write);
}

/* The write e must not have come there by a revisit itself. */
static bool
is_read_by_previous(const struct event *e, const struct event *write)
{
	const struct location *l = event_location(e);

	for (unsigned i = 0; i < l->n_accesses; i++) {
		const struct event *r = &graph.events[l->accesses[i]];

		if (r->op.kind == READ && r->from == event_id(e) && is_previous(r, e, write))
			return true;
	}
	return false;
}

static bool
added_maximally(const struct event *e, const struct event *write)
{
	const struct location *l;

	if (e->op.kind == CHOOSE)
		return e->value == 0;
	if (!event_is_access(e))
		return true;
	if (e->op.kind == WRITE && is_read_by_previous(e, write))
		return false;
	if (e->op.kind == READ && e->from != NONE &&
	    !is_previous(&graph.events[e->from], e, write))
		return false;
	/* Nor was there anything newer to take. */
	l = event_location(e);
	for (unsigned i = event_place(e); i < l->n_order; i++) {
		const struct event *newer = &graph.events[l->order[i]];

		if (newer != e && newer != write && is_previous(newer, e, write))
			return false;
	}
	return true;
}

bool
may_revisit(const struct event *read, const struct event *write)
{
	if (!added_maximally(read, write))
		return false;
	for (const struct event *e = read + 1; e < &graph.events[graph.n_events]; e++)
		if (e != write && !event_porf(e, write) && !added_maximally(e, write))
			return false;
	return true;
}
