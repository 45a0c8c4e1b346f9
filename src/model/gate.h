/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate.h: an exploration of litmus programs, held against what their files say. */
#ifndef WEFT_MODEL_GATE_H
#define WEFT_MODEL_GATE_H

#include <stdint.h>

#include "litmus.h"
#include "number_set.h"

/*
 * A program passes when the exploration finds the outcomes that are expected of it, none
 * missed and none extra, in as many executions as the file says, and none of them twice.
 */
struct findings {
	struct number_set outcomes;
	struct number_set prints;	/* numbers by which execution graphs are told apart */
	uint64_t executions, twice;
};

/*
 * The exploration: gate_search.c has the one straight on the search. It may end after
 * `enough` executions, if that is not 0. *found is empty before.
 */
void gate_explore(const struct litmus *p, struct findings *found, uint64_t enough);

/* What main does with its arguments. */
int gate_main(int argc, char **argv);

#endif
