/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* history.h: who did what when: the record that the monitors judge. */
#ifndef STRESS_HISTORY_H
#define STRESS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define HISTORY_KINDS(X)                                                                          \
	X(PUSH, "push")               /* of value: it happened           */                       \
	X(FULL, "push: full")         /* a push that said full           */                       \
	X(POP, "pop")                 /* gave value                      */                       \
	X(EMPTY, "pop: empty")                                                                    \
	X(STEAL, "steal")             /* gave value, from the old end    */                       \
	X(STEAL_EMPTY, "steal: empty")                                                            \
	X(WRITE, "write")                                                                         \
	X(READ, "read")               /* gave value                      */                       \
	X(ADD, "add")

enum history_kind {
#define HISTORY_ENUM_(name, text) HISTORY_##name,
	HISTORY_KINDS(HISTORY_ENUM_)
#undef HISTORY_ENUM_
};

/*
 * An operation ran within [call, ret]: somewhere between the two it took effect. After
 * history_seal the times are ranks: 0 … 2n-1, each used once. A history holds each
 * thread's operations in that thread's order. A batch is recorded as one operation for
 * each value, all within the batch's interval, in the batch's order.
 */
struct history_op {
	uint64_t call, ret;
	uint64_t value;
	uint32_t thread;
	enum history_kind kind;
};

struct history {
	struct history_op *ops;
	size_t n, room;
};

/*
 * Where times come from. An interval must never look shorter than it was: else two calls
 * that overlapped seem to follow each other, and a right structure is blamed.
 *
 * HISTORY_TICKET, the default: one counter that every call and return adds to. Take a
 * return that drew 7 and a call that drew 9: additions to one counter are in one order,
 * and each, being acquire and release, sees what all before it did. So the first
 * operation happens before the second in the very sense of the C standard, and a
 * structure has no excuse for not seeing it. The intervals are exact; the price is that
 * the counter orders the threads a little, which hides races from ThreadSanitizer.
 *
 * HISTORY_CLOCK: CLOCK_MONOTONIC, which Linux keeps the same on all CPUs. Two things
 * would shorten an interval: stores that still wait in the store buffer when the return
 * is timed (so a full barrier comes first), and a clock that is read a little late or
 * early (so HISTORY_SLACK is taken off every call and put on every return). It orders
 * no thread after another; it is what ThreadSanitizer builds use.
 */
enum history_clock { HISTORY_TICKET, HISTORY_CLOCK };
#define HISTORY_SLACK 200   /* ns; the CPUs' clocks differ by tens, a barrier takes tens */

void history_use(enum history_clock clock);
/* The moment of a call, taken before it; and of its return, taken after. */
uint64_t history_call(void);
uint64_t history_return(void);

/* Room for this many, so that recording never allocates. */
void history_init(struct history *h, size_t room);
void history_fini(struct history *h);
void history_clear(struct history *h);
bool history_is_full(const struct history *h);

/* Append; grows when there is no room. */
void history_add(struct history *h, struct history_op op);
void history_append(struct history *h, const struct history *from);

/* Make ranks of times. Of two equal times a call comes before a return: they overlap. */
void history_seal(struct history *h);

const char *history_kind_name(enum history_kind kind);
/* Prints these operations in order of their calls, in columns. */
void history_print(FILE *out, const struct history *h, const size_t *which, size_t n);

#endif
