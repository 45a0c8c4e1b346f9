/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mutate.h: which memory orders of a program are needed? */
#ifndef WEFT_MODEL_MUTATE_H
#define WEFT_MODEL_MUTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "op.h"

/* What an order is asked for. A failure order is one of its own. */
enum mutable_order { LOAD_ORDER, STORE_ORDER, RMW_ORDER, FAILURE_ORDER, FENCE_ORDER };

/*
 * The order that the running thread's operation has in the exploration of now: the one
 * that the program gives, unless it is the one being weakened.
 */
unsigned mutate_order(enum mutable_order what, unsigned order);

/*
 * After an exploration without a bug: explores the program once more for each order that
 * was met, one step weaker, and prints what came of it; the last line counts. An order is
 * known by the line of the program that asks for it. Where that is in a header of atomic
 * operations (options.atomics names it), it is the line that calls them. Returns the exit
 * status: 0 if each weaker order was noticed.
 */
int mutate_all(void);

#endif
