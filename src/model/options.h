/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* options.h: how to explore, from the environment variable WEFT_MODEL_OPTIONS. */
#ifndef WEFT_MODEL_OPTIONS_H
#define WEFT_MODEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "consistency.h"

/* How executions are come by: search.h, walk.h. */
enum mode { MODE_EXHAUSTIVE, MODE_RANDOM, MODE_PCT, MODE_PREEMPTIONS, MODE_REPLAY };

struct options {
	enum mode mode;		/* --random, --pct, --preemptions=N, --replay=TOKEN */
	enum sc_axiom sc;	/* --sc=rc11|c++20 */
	double limit;		/* --limit=SECONDS; 0: none, or 10 by chance */
	uint64_t executions;	/* --executions=N, at most; 0: no bound */
	unsigned operations;	/* --operations=N, at most in one execution */
	uint64_t seed;		/* --seed=N, of --random and --pct */
	unsigned depth;		/* --depth=N: changes of priority of --pct */
	unsigned preemptions;	/* at most, of --preemptions=N */
	bool fail_memory;	/* --fail-memory: any allocation may fail */
	bool reuse;		/* --reuse: freed memory comes back */
	bool spurious;		/* --spurious: sleepers may wake by themselves */
	bool leaks;		/* --no-leaks clears it */
	bool await, retry;	/* --no-await, --no-retry clear them (retry.h) */
	bool give_up;		/* --no-give-up clears it: hopeless runs are run */
	bool mutate;		/* --mutate */
	const char *known_mutants;	/* --known-mutants=FILE: those not to be tried */
	const char *atomics;	/* --atomics=FILE: a header of wrapped atomics (mutate.h) */
	bool quiet;		/* --quiet: the last line only */
	const char *token;	/* of --replay */
};
extern struct options options;

/* Reads them; what it does not know is refused with a sentence. */
void options_read(const char *text);

#endif
