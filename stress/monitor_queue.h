/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* monitor_queue.h: is this history one of a FIFO queue? In n log n, with a reason when not. */
#ifndef STRESS_MONITOR_QUEUE_H
#define STRESS_MONITOR_QUEUE_H

#include "history.h"

/* What can be wrong with a history. No value is pushed twice: values tell themselves apart. */
#define MONITOR_FAULTS(X)                                                                         \
	X(OK, "some order of the operations explains every answer")                               \
	X(NOWHERE, "value from nowhere: popped, but not pushed before")                           \
	X(TWICE, "value twice: two pops gave it")                                                 \
	X(LOST, "value lost: pushed, and not there when all was drained")                         \
	X(ORDER, "order inverted: pushed one after the other, popped the other way round")        \
	X(FALSE_EMPTY, "false empty: at every moment of this pop some value was there")           \
	X(OVERFULL, "over capacity: more values in the queue than it has room for")               \
	X(FALSE_FULL, "false full: at no moment of this push the queue could be full")            \
	X(UNDECIDED, "not decided within the budget of the search")

enum monitor_fault {
#define MONITOR_ENUM_(name, text) MONITOR_##name,
	MONITOR_FAULTS(MONITOR_ENUM_)
#undef MONITOR_ENUM_
};

struct monitor_spec {
	size_t capacity;     /* 0: unbounded */
	/*
	 * What full promises. Strict, the usual: at one moment of the push the queue holds
	 * capacity values. Weak: at one moment t of the push each of the capacity places
	 * holds a value or is in the hands of a push or pop under way. Precisely: for at least
	 * capacity values, t lies between the call of the value's push and the return of its
	 * pop. (A push takes a place at some time after its call; a pop gives it back at some
	 * time before its return. Pushes and pops that fail hold no place.)
	 */
	bool weak_full;
	bool is_drained;     /* the history ends with pops until empty: nothing may be left */
	size_t budget;       /* of the search, in steps; 0: 64 an operation and 50,000 more */
};

#define MONITOR_WHY 24   /* operations that explain, at most */

struct monitor_verdict {
	enum monitor_fault fault;
	size_t n;
	size_t why[MONITOR_WHY];   /* indices into the history's operations */
};

/*
 * h is sealed, and holds pushes, fulls, pops and empties; every operation has returned.
 * For an unbounded queue the answer is exact. For a bounded one it is exact too, unless
 * the search that some bounded histories need runs out of budget: UNDECIDED, said openly.
 */
struct monitor_verdict monitor_queue(const struct history *h, const struct monitor_spec *spec);

/*
 * The weaker promise of a queue that keeps the order of each producer only. Values name
 * their producer in the bits from MONITOR_PRODUCER up, and count up below; h need not be
 * sealed, but holds each thread's operations in that thread's order. Faults: NOWHERE,
 * TWICE, LOST, ORDER (one consumer got two values of one producer in the wrong order).
 */
#define MONITOR_PRODUCER 40
struct monitor_verdict monitor_producers(const struct history *h, bool is_drained);

const char *monitor_fault_text(enum monitor_fault fault);

#endif
