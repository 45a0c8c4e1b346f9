/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* consistency.c: coherence and atomicity of execution graphs. */
#include "consistency.h"

unsigned
coherence_floor(const struct event *e)
{
	const struct location *l = event_location(e);
	unsigned newest = 0;

	for (unsigned i = 0; i < l->n_accesses; i++) {
		const struct event *a = &graph.events[l->accesses[i]];

		if (event_hb(a, e) && event_place(a) > newest)
			newest = event_place(a);
	}
	return newest;
}

bool
place_parts_rmw(unsigned location, unsigned place)
{
	unsigned before = place == 1 ? NONE : graph.locations[location].order[place - 2];

	return *graph_rmw_after(before, location) != NONE;
}
