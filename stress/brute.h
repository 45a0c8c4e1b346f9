/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* brute.h: linearizability by trying every order: slow, obvious, the judge of the monitors. */
#ifndef STRESS_BRUTE_H
#define STRESS_BRUTE_H

#include "history.h"

#define BRUTE_OPS 64     /* at most, in one history */

/* The state of any sequential structure below. Equal states are equal bytes. */
struct brute_state {
	uint64_t items[BRUTE_OPS];
	uint64_t n;
};

/*
 * What a structure is, one call at a time: may this operation, with this answer, be done
 * in this state? If so the state becomes the one after it.
 */
struct brute_spec {
	const char *name;
	bool (*step)(struct brute_state *s, const struct history_op *op, size_t capacity);
};

extern const struct brute_spec brute_queue;     /* capacity 0: unbounded */
extern const struct brute_spec brute_deque;     /* owner push and pop, steals */
extern const struct brute_spec brute_counter;   /* add, read; starts at 0 */
extern const struct brute_spec brute_register;  /* write, read; starts at 0 */

/*
 * Is there an order of the operations, each within its interval, that the spec allows?
 * h is sealed. Wing and Gong's search, with Lowe's memo: a set of operations done and the
 * state they led to need be tried once only.
 */
bool brute_is_linearizable(const struct history *h, const struct brute_spec *spec, size_t capacity);

#endif
