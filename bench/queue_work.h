/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* queue_work.h: the work of every queue cell: `uncontended`; `NpMc`, N producers, M consumers. */
#ifndef BENCH_QUEUE_WORK_H
#define BENCH_QUEUE_WORK_H

#include "bench.h"

/*
 * A program includes this, says what its queue is, and includes queue_main.h:
 *
 *	struct queue                                  the queue
 *	void queue_open(struct queue *, size_t)       for that many items, where it is bounded
 *	bool queue_push(struct queue *, item)         false: full
 *	bool queue_pop(struct queue *, item *)        false: empty
 *	void queue_close(struct queue *)
 *	QUEUE_ENTER(), QUEUE_LEAVE()                  what each thread must call, if anything
 *
 * Compiled with -DITEM_BYTES=64 it is the cell of 64-byte elements. twin: rivals/rust/src/queue.rs
 */
#define QUEUE_CAPACITY 1024

#ifndef ITEM_BYTES
#define ITEM_BYTES 8
#endif

#if ITEM_BYTES == 8
typedef uint64_t item;

static inline item
item_of(uint64_t v)
{
	return v;
}

static inline uint64_t
item_sum(const item *i)
{
	return *i;
}
#else
typedef struct item {
	uint64_t word[ITEM_BYTES / 8];
} item;

/* Every word is written and every word is read, so that no copy can be left out. */
static inline item
item_of(uint64_t v)
{
	item i;

	for (size_t w = 0; w < ITEM_BYTES / 8; w++)
		i.word[w] = v;
	return i;
}

static inline uint64_t
item_sum(const item *i)
{
	uint64_t sum = 0;

	for (size_t w = 0; w < ITEM_BYTES / 8; w++)
		sum += i->word[w];
	return sum;
}
#endif

#endif
