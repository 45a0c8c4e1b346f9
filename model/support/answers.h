/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* answers.h: is there an order of a few operations that explains all of their answers? */
#ifndef MODEL_ANSWERS_H
#define MODEL_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is checked. An execution of a memory model is a graph: it has no clock, and two
 * operations of different threads may have no order at all. So what is asked here is not
 * "within their intervals of time", but this: is there one order of all operations that
 *
 *	- a sequential structure could have answered in, each answer as it was;
 *	- contains each thread's own order;
 *	- contains what main() did before it started the threads, first, and what it did after it
 *	  had joined them, last;
 *	- contains each hand-over that was observed: a thread marks, by a release store, how far
 *	  it has come; another one looks, by an acquire load, and all that it found marked comes
 *	  before what it does next;
 *	- contains the raising of each flag, and the looks at it: seq_cst operations of their own,
 *	  which tell a structure whose calls take effect in the order of all seq_cst operations
 *	  from one whose calls do so in an order of their own.
 *
 * All of these are happens-before in the sense of the C standard, so whoever finds no such
 * order has found a fault: there are no false alarms. And it is as strong as C11 lets it be: a
 * caller can tell two operations of different threads apart in time only by making the
 * one happen before the other, and the marks are the most general way of doing so. A
 * script without marks asks less (what the threads can see of each other by the structure
 * alone); with marks, in those executions where a look finds one, the same as
 * linearizability. Looks that find nothing are explored as well.
 *
 * Not contained: what the structure itself makes happen before, where no value tells of it.
 */

#define ANSWER_KINDS(X)                                                                           \
	X(PUSH, "push")             /* value goes in, at the end                             */   \
	X(FULL, "full")             /* there was no room                                     */   \
	X(POP, "pop")               /* value was the oldest                                  */   \
	X(EMPTY, "empty")                                                                         \
	X(SOME, "not empty")                                                                      \
	X(PEEK, "peek")             /* value is the oldest, and stays                        */   \
	X(POP_FULL, "pop of a full one")   /* the oldest, at a moment when it was full       */   \
	X(TAKE_PLACE, "place taken")       /* the halves of calls that hold a place          */   \
	X(GIVE_PLACE, "place given back")                                                         \
	X(POP_NEWEST, "pop, newest")       /* of a deque                                     */   \
	X(CLOSE, "close")                                                                         \
	X(CLOSED, "closed")         /* a send was refused                                    */   \
	X(DRAINED, "drained")       /* closed, and nothing left                              */   \
	X(JOIN, "join")             /* value: the role, below ANSWER_ROLES                   */   \
	X(LEAVE, "leave")           /* the last of a role closes                             */   \
	X(PUSH_URGENT, "push, urgent")     /* before all that are not                        */   \
	X(FULL_URGENT, "full, urgent")     /* the capacity is that of each of the two lanes  */   \
	X(ADD, "add")               /* of a number                                           */   \
	X(READ, "read")             /* gave value                                            */   \
	X(TAKE, "take")             /* gave value, and left 0                                */   \
	X(LENGTH, "length")         /* value: so many are in it                              */   \
	X(ROOM, "not full")                                                                       \
	X(RAISE, "flag raised")     /* value: of that row; beside the structure              */   \
	X(UP, "flag seen")                                                                        \
	X(DOWN, "flag not seen")

enum answer_kind {
#define ANSWER_ENUM_(name, text) ANSWER_##name,
	ANSWER_KINDS(ANSWER_ENUM_)
#undef ANSWER_ENUM_
};

/* Rows of operations: main's before and after are rows of their own. */
#define ANSWER_BEFORE 0u
#define ANSWER_THREADS 4u
#define ANSWER_AFTER (ANSWER_THREADS + 1)
#define ANSWER_ROWS (ANSWER_THREADS + 2)
#define ANSWER_OPS 12u        /* at most, in a row            */
#define ANSWER_ITEMS 12u      /* at most, in the structure    */
#define ANSWER_ROLES 2u

/* Small, since the checker looks at each byte that is written. */
struct answer_op {
	uint8_t kind;          /* enum answer_kind */
	uint8_t row;
	uint16_t value;
	uint8_t after[ANSWER_ROWS];   /* so many of each other row come before */
};

/* Of any sequential structure. */
struct answer_state {
	uint64_t items[ANSWER_ITEMS];   /* oldest first */
	unsigned n;
	unsigned places;                /* in the hands of calls under way */
	unsigned urgent;                /* of n: the first */
	unsigned joined[ANSWER_ROLES];
	bool closed;
	unsigned raised;                /* flags, a bit a row */
};

/* May it be done now, with this answer? If so the state becomes the one after it. */
typedef bool answer_step(struct answer_state *s, const struct answer_op *op, unsigned capacity);

/* A queue, a channel; capacity 0: unbounded. */
bool answer_queue(struct answer_state *s, const struct answer_op *op, unsigned capacity);
/* The same, where full is when each place has a value or is in the hands of a call. */
bool answer_places(struct answer_state *s, const struct answer_op *op, unsigned capacity);
/* A rendezvous: nothing comes between a push and its pop. */
bool answer_meeting(struct answer_state *s, const struct answer_op *op, unsigned capacity);
/* POP_NEWEST and PUSH at one end, POP at the other. */
bool answer_deque(struct answer_state *s, const struct answer_op *op, unsigned capacity);
/* ADD, READ, TAKE of a number that begins at 0. */
bool answer_number(struct answer_state *s, const struct answer_op *op, unsigned capacity);

/* By the thread of that row, after the call has returned. */
void answer_did(unsigned row, enum answer_kind kind, uint64_t value);

/* All that this row did so far may be found by a look. */
void answer_mark(unsigned row);
/* What row `at` is found to have marked comes before all that this row does from now on. */
void answer_look(unsigned row, unsigned at);

/* Flags, one a row, for structures that say seq_cst of themselves. */
void answer_raise(unsigned row);
void answer_look_at_flag(unsigned row, unsigned at);

/*
 * After the joins. Without such an order: prints all, and aborts. without: an answer that is
 * left out, or ANSWER_ALL. Where "full" and "empty" are each right by themselves and need not
 * fit each other, each is to be checked without the other.
 */
#define ANSWER_ALL ((enum answer_kind)-1)
void answer_check(answer_step *step, unsigned capacity, enum answer_kind without);

/* After answer_check: the order that it found. */
size_t answer_order(const struct answer_op **order);

#endif
