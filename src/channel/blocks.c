/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * blocks.c: the slots of an unbounded channel: blocks in a row, and those that are kept for reuse.
 *
 * The senders link a block and write into it, under their lock; the receivers read it and
 * leave it, under theirs. A block that the receivers leave was left by the senders before:
 * nobody has it then, and it is kept, or given back. What is kept is a stack: pushed under the
 * receivers' lock, and taken whole under the senders'.
 */
#include "../base/memory.h"
#include "core.h"

/* An unbounded channel's block: about 4 KB (bench_channel unbounded), at least 8 values. */
#define BLOCK_BYTES (WEFT_MODEL_ ? 0u : 4032u)
#define BLOCK_LEAST (WEFT_MODEL_ ? 2u : 8u)
#define SPARES_MOST 32u

typedef struct block {
	struct block *next;     /* in the channel: written before the first index in it    */
	uint32_t depth;         /* among the spares: how many there are from here down      */
} block;

/* Of an unbounded channel: c->rest_. */
typedef struct spares {
	weft_atomic_ptr given;  /* a stack: pushed under the receivers' lock, emptied under the
	                         * senders' */
	block *kept;            /* under the senders' lock                                 */
	size_t offset;          /* of the slots in a block                                 */
	size_t bytes;           /* of a block                                              */
	size_t align;
} spares;

static block *
block_of(const spares *s, unsigned char *slots)
{
	return (block *)(void *)(slots - s->offset);
}

static unsigned char *
slots_of(const spares *s, block *b)
{
	return (unsigned char *)b + s->offset;
}

static block *
block_new(weft_channel *c, spares *s)
{
	block *b = s->kept;

	if (b == NULL)
		/* A1: the receivers are through with them; pairs with R1. */
		b = s->kept = weft_swap_acquire(&s->given, NULL);
	if (b != NULL)
		s->kept = b->next;
	else
		b = weft_memory_alloc_(c->allocator_, s->bytes, s->align);
	if (b != NULL)
		b->next = NULL;
	return b;
}

static void
block_give_back(weft_channel *c, spares *s, block *b)
{
	/* relaxed: read again by the CAS. Only who empties the stack changes it meanwhile, and
	 * gives its blocks away: `depth` of the top is not read after the CAS has failed. */
	block *top = weft_load_relaxed(&s->given);
	void *seen = top;

	b->depth = top == NULL ? 1 : top->depth + 1;
	b->next = top;
	if (b->depth > SPARES_MOST) {
		weft_memory_free_(c->allocator_, b, s->bytes, s->align);
		return;
	}
	/* R1: the receivers are through with it; pairs with A1. */
	if (weft_cas_release(&s->given, &seen, b))
		return;
	b->depth = 1;
	b->next = NULL;
	/* R1: as above; under the receivers' lock nobody else pushes. */
	weft_store_release(&s->given, b);
}

bool
weft_channel_next_(weft_channel *c, weft_channel_side_ *side)
{
	spares *s = c->rest_;
	block *old = block_of(s, side->block_), *next = old->next;

	if (side == &c->sides_[WEFT_SENDER]) {
		next = block_new(c, s);
		if (next == NULL)
			return false;
		old->next = next;
	} else {
		block_give_back(c, s, old);
	}
	side->block_ = slots_of(s, next);
	side->at_ = 0;
	return true;
}

bool
weft_channel_blocks_init_(weft_channel *c)
{
	size_t size = c->type_->size, align = c->type_->align;
	spares *s = weft_memory_alloc_(c->allocator_, sizeof *s, alignof(spares));
	block *first = NULL;

	if (s == NULL)
		return false;
	c->slots_ = size * BLOCK_LEAST > BLOCK_BYTES ? BLOCK_LEAST : BLOCK_BYTES / size;
	*s = (spares){ .align = align < alignof(block) ? alignof(block) : align };
	s->offset = (sizeof(block) + s->align - 1) / s->align * s->align;
	s->bytes = s->offset + (size_t)c->slots_ * size;
	c->rest_ = s;
	first = block_new(c, s);
	if (first == NULL) {
		weft_memory_free_(c->allocator_, s, sizeof *s, alignof(spares));
		return false;
	}
	c->sides_[WEFT_SENDER].block_ = slots_of(s, first);
	c->sides_[WEFT_RECEIVER].block_ = slots_of(s, first);
	return true;
}

static void
free_all(weft_channel *c, const spares *s, block *b)
{
	while (b != NULL) {
		block *next = b->next;

		weft_memory_free_(c->allocator_, b, s->bytes, s->align);
		b = next;
	}
}

void
weft_channel_blocks_fini_(weft_channel *c)
{
	spares *s = c->rest_;

	/* relaxed: nobody else is here. */
	free_all(c, s, weft_load_relaxed(&s->given));
	free_all(c, s, s->kept);
	/* The senders may be a block ahead: of a loan that nothing was sent of. */
	free_all(c, s, block_of(s, c->sides_[WEFT_RECEIVER].block_));
	weft_memory_free_(c->allocator_, s, sizeof *s, alignof(spares));
}
