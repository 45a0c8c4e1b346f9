/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* axioms.h: the memory model as it is written on paper. */
#ifndef AXIOMS_H
#define AXIOMS_H

#include "relation.h"

/* All of an execution but its modification orders. The sets have a bit an event. */
struct execution {
	uint64_t reads, writes, fences, sc, releases, acquires;
	relation sb, same_location, rmw, rf;
	relation hb;		/* axioms_find_hb finds it from the others */
};

void axioms_find_hb(struct execution *x);
/* Is the execution allowed with these modification orders, under sc_axiom? */
bool axioms_hold(const struct execution *x, relation mo);

#endif
