/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* span.h: the life of one value in a history: its push and its pop side by side. */
#ifndef STRESS_SPAN_H
#define STRESS_SPAN_H

#include "monitor_queue.h"

#define SPAN_NONE SIZE_MAX        /* no such operation */
#define SPAN_NEVER UINT64_MAX     /* its time          */

struct span {
	uint64_t value;
	uint64_t push_call, push_ret;
	uint64_t pop_call, pop_ret;   /* SPAN_NEVER: still there at the end */
	size_t push, pop;             /* indices of operations */
};

/*
 * One span for each value pushed, by value; takes, pops as well as steals, end it. Finds
 * the faults that need no more than pairing: NOWHERE, TWICE, and LOST where drained.
 * NULL then, and *verdict says which; else the caller frees the spans.
 */
struct span *span_pair(const struct history *h, bool is_drained, size_t *n,
    struct monitor_verdict *verdict);

/*
 * FALSE_EMPTY, for any structure at all: at every moment of one of the empty operations
 * some value was certainly there. kinds: a bit for each kind that says empty.
 */
struct monitor_verdict span_false_empty(const struct history *h, const struct span *spans, size_t n,
    unsigned kinds);

struct monitor_verdict monitor_ok(void);
void monitor_blame(struct monitor_verdict *v, enum monitor_fault fault);
/* Adds to the explanation, while there is room; SPAN_NONE adds nothing. */
void monitor_because(struct monitor_verdict *v, size_t op);

#endif
