/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* consistency.h: which execution graphs the memory model allows. */
#ifndef WEFT_MODEL_CONSISTENCY_H
#define WEFT_MODEL_CONSISTENCY_H

#include <stdbool.h>

#include "graph.h"

/*
 * RC11 allows a graph when it is coherent, its RMWs are atomic, program order and
 * reads-from have no cycle (which the search never builds), and psc, the order among
 * sequentially consistent events, has none.
 */

/* The axiom of psc, which was written down differently over the years (sc_axiom.c). */
enum sc_axiom { SC_RC11, SC_CXX20, SC_GENMC };
extern enum sc_axiom sc_axiom;

/*
 * Coherence: the newest place of modification order that the event's past knows of. A
 * read may read that or later, a write may only come after it. Nothing may happen after
 * the event yet.
 */
unsigned coherence_floor(const struct event *e);
/* Atomicity: would a write at that place part an RMW from what it read? */
bool place_parts_rmw(unsigned location, unsigned place);
/*
 * Has psc no cycle, if it had none before `e`? Nothing may come after e in happens-before,
 * but what reads it: each new step of psc leaves or reaches e, or leaves a fence before e.
 */
bool sc_holds(const struct event *e);

#endif
