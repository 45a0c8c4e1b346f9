/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* op.h: what a thread does next, as the search sees it. */
#ifndef WEFT_MODEL_OP_H
#define WEFT_MODEL_OP_H

#include <stdbool.h>
#include <stdint.h>

/* Values of up to 16 bytes. */
__extension__ typedef unsigned __int128 word;

enum order { RELAXED, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST };

static inline const char *
order_word(unsigned order)
{
	static const char *const words[] = { "relaxed", "acquire", "release", "acq_rel",
		"seq_cst" };

	return words[order];
}

/*
 * A read-modify-write is a READ with an `rmw`; the search adds its WRITE. CHOOSE is an
 * answer from outside, 0 ... a-1: whether memory runs out, whether a time-out comes first.
 * BEGIN and END are a thread's first and last events; CREATE and JOIN name the other
 * thread in `location`.
 */
enum kind { READ, WRITE, FENCE, CHOOSE, CREATE, BEGIN, END, JOIN };

/*
 * What an RMW writes, from the value found. Those of a condition (CAS, IF_...) write
 * nothing where it fails, and are plain reads then. The last three work on a queue of
 * sleepers, a value of one byte a thread, the first of them the lowest.
 */
enum rmw {
	NO_RMW,
	RMW_CAS,	/* a is expected: b */
	RMW_EXCHANGE,	/* a */
	RMW_ADD,	/* found + a, and so on */
	RMW_SUB,
	RMW_AND,
	RMW_OR,
	RMW_XOR,
	RMW_NAND,
	RMW_IF_BELOW,	/* where found < a: found + b */
	RMW_IF_ABOVE,	/* where found > a: found + b */
	RMW_ENQUEUE,	/* thread b goes to sleep */
	RMW_DEQUEUE,	/* the first b sleepers wake */
	RMW_LEAVE,	/* thread b leaves the queue, if it is there */
};

/* Reads that a thread cannot pass in this execution, if they read the wrong thing. */
enum block {
	NO_BLOCK,
	BLOCK_IF_FAILED,	/* the condition of the RMW does not hold */
	BLOCK_BELOW,		/* the value is below a */
	BLOCK_ASLEEP,		/* not from an RMW_DEQUEUE that woke this thread since a */
};

/* Of a FENCE, in `a`: the thread's own, or a membarrier, which is one of every thread. */
enum fence { FENCE_OWN, FENCE_OF_ALL };

/* Each field is what `kind` and `rmw` say of it, and 0 where they say nothing. */
struct op {
	uint8_t kind, order;
	uint8_t order_fail;	/* of an RMW whose condition fails */
	uint8_t size;		/* 1, 2, 4, 8 or 16 bytes */
	uint8_t rmw, block;
	uint16_t location;	/* CREATE, JOIN: the other thread */
	word a, b;		/* WRITE: a is the value */
};

static inline bool
order_acquires(unsigned order)
{
	return order == ACQUIRE || order >= ACQ_REL;
}

static inline bool
order_releases(unsigned order)
{
	return order >= RELEASE;
}

static inline word
op_mask(const struct op *op)
{
	return op->size >= 16 ? ~(word)0 : ((word)1 << 8 * op->size) - 1;
}

/*
 * What the RMW writes over `found`; *writes tells whether it does. *woken gains the
 * threads, one bit each, that an RMW_DEQUEUE wakes; it may be null.
 */
word op_result(const struct op *op, word found, bool *writes, uint16_t *woken);

#endif
