/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * chain.c: scan and pack. Each item is read from memory once, and written once.
 *
 * Threads take blocks in order, by tickets. A block whose prefix (the sum of all before it)
 * is known when it is taken is written at once. Another is summed, and written once its
 * prefix is known: it is put aside, and as a rule written right after the next block was
 * summed, while it is still in the cache. Nobody waits for anybody.
 *
 * The state of a block has two bits, set once each.
 *   SUMMED: sum holds the block's own sum. Set by whoever took it, if it had no PREFIX.
 *   PREFIX: prefix holds the sum of all before it.
 * Whoever sets the second of the two makes the next block's prefix. The first block has its
 * PREFIX from the beginning; and a block that was taken with PREFIX gets no SUMMED: who took it
 * makes the next one's prefix, by writing. So each prefix is made by one thread, once, and
 * when all blocks that were taken are summed or written, all their prefixes are there.
 */
#include "chain.h"

#include "../base/memory.h"
#include "cut.h"

#include <string.h>
#include <weft/time.h>

#define SUMMED 1u
#define PREFIX 2u

/* A second pass finds a block, and what it writes, in half a cache of 512 KiB. */
#define BLOCK_BYTES 65536
/* Long enough for what a block costs by itself, some 0.1 us, not to matter. */
#define BLOCK_NS 20000
/* Less is not worth an idle thread's waking up. */
#define ALONE_NS 30000
#define PROBE_NS 4000
/* Ordered, blocks are the same for any number of threads. */
#define ORDERED_BLOCKS 64

typedef struct block {
	weft_atomic_u32 state;       /* both bits, set by threads as said above               */
	size_t aside;                /* the next one put aside, + 1; 0: none. Its taker's own */
	/* Then sum, prefix, and a copy of prefix that write changes: its taker's own. */
} block;

typedef struct chain {
	const weft_chain_work_ *work;
	void *ctx;
	weft_cut_ blocks;
	char *table;                 /* one more block than there are: its prefix is the total */
	size_t stride, sum_at;
	bool fuse;                   /* a block whose prefix is known is not summed first      */
	void *total;
	weft_atomic_size tickets;    /* blocks taken; whoever takes one counts it up           */
} chain;

static block *
block_of(const chain *c, size_t i)
{
	return (block *)(void *)(c->table + i * c->stride);
}

/* 0: sum; 1: prefix; 2: the copy. */
static void *
acc_of(const chain *c, block *b, unsigned which)
{
	return (char *)b + c->sum_at + which * c->work->size;
}

/* The prefix of i has been written: this thread alone does so. Goes on while sums are there. */
static void
publish_prefix(const chain *c, size_t i)
{
	for (;; i++) {
		block *b = block_of(c, i);
		void *next;

		/*
		 * A1, R1: the sum, or the prefix, to whoever has the other; pairs with R1, A1, A2.
		 */
		if ((weft_fetch_or_acq_rel(&b->state, PREFIX) & SUMMED) == 0)
			return;
		next = acc_of(c, block_of(c, i + 1), 1);
		memcpy(next, acc_of(c, b, 1), c->work->size);
		c->work->merge(next, acc_of(c, b, 0), c->ctx);
	}
}

static bool
has_prefix(block *b)
{
	/* A2: the prefix; pairs with R1. */
	return (weft_load_acquire(&b->state) & PREFIX) != 0;
}

static void
write_block(const chain *c, size_t i, void (*write)(void *, size_t, size_t, void *))
{
	block *b = block_of(c, i);

	/* Another may be reading the prefix. */
	memcpy(acc_of(c, b, 2), acc_of(c, b, 1), c->work->size);
	write(acc_of(c, b, 2), weft_cut_begin_(&c->blocks, i), weft_cut_end_(&c->blocks, i),
	    c->ctx);
}

/* True: the block has been written. False: it has been summed, and its prefix is not there. */
static bool
do_block(const chain *c, size_t i)
{
	block *b = block_of(c, i);
	void *sum = acc_of(c, b, 0), *next = acc_of(c, block_of(c, i + 1), 1);

	if (c->fuse && has_prefix(b)) {
		write_block(c, i, c->work->both);
		memcpy(next, acc_of(c, b, 2), c->work->size);
		publish_prefix(c, i + 1);
		return true;
	}
	c->work->make(sum, c->ctx);
	c->work->sum(sum, weft_cut_begin_(&c->blocks, i), weft_cut_end_(&c->blocks, i), c->ctx);
	/* A1, R1: as in publish_prefix. */
	if ((weft_fetch_or_acq_rel(&b->state, SUMMED) & PREFIX) == 0)
		return false;
	memcpy(next, acc_of(c, b, 1), c->work->size);
	c->work->merge(next, sum, c->ctx);
	publish_prefix(c, i + 1);
	write_block(c, i, c->work->write);
	return true;
}

/* Writes those put aside whose prefixes are there by now. */
static void
write_aside(const chain *c, size_t *aside)
{
	while (*aside != 0) {
		size_t i = *aside - 1;
		block *b = block_of(c, i);

		if (has_prefix(b)) {
			*aside = b->aside;
			write_block(c, i, c->work->write);
		} else {
			aside = &b->aside;
		}
	}
}

/* acc: the first of those put aside, + 1. Which items they are told does not matter. */
static void
chain_piece(void *acc, size_t begin, size_t end, void *ctx)
{
	size_t *aside = acc;
	chain *c = ctx;

	for (; begin < end; begin++) {
		/* relaxed: it only gives each block to one; the state orders what is in it. */
		size_t i = weft_fetch_add_relaxed(&c->tickets, 1);

		if (!do_block(c, i)) {
			block_of(c, i)->aside = *aside;
			*aside = i + 1;
		}
		write_aside(c, aside);
	}
}

static void
make_aside(void *acc, void *ctx)
{
	(void)ctx;
	*(size_t *)acc = 0;
}

static void
merge_aside(void *left, void *right, void *ctx)
{
	const chain *c = ctx;
	size_t *last = left;

	while (*last != 0)
		last = &block_of(c, *last - 1)->aside;
	*last = *(size_t *)right;
}

/* The plain loop: in order, on one thread, so that one accumulator does. */
static void
alone_piece(void *acc, size_t begin, size_t end, void *ctx)
{
	const chain *c = ctx;

	(void)acc;
	c->work->both(c->total, weft_cut_begin_(&c->blocks, begin),
	    weft_cut_end_(&c->blocks, end - 1), c->ctx);
}

static void
run_alone(chain *c, const weft_par_options *how, size_t first, size_t n)
{
	const weft_range_work_ work = { .piece = alone_piece };

	weft_cut_init_(&c->blocks, how, first, n, c->work->unit, 1);
	c->blocks.how.serial = true;
	weft_ignore(weft_range_run_(&c->blocks.how, c->blocks.count, &work, NULL, c));
}

/*
 * Alone, until it is known what an item costs. How many items are done; *size: how many are
 * worth a block, or 0: the rest is not worth a second thread.
 */
static size_t
probe(chain *c, const weft_par_options *how, size_t n, size_t *size)
{
	size_t done = 0, step = c->work->unit, most = BLOCK_BYTES / c->work->size + 1;
	weft_time begin = weft_now();
	int64_t ns = 0;
	double each;

	for (; done < n && ns < PROBE_NS; step *= 4) {
		size_t end;

		if (how != NULL && how->max_grain != 0 && step > how->max_grain)
			step = (how->max_grain + c->work->unit - 1) / c->work->unit * c->work->unit;
		if (done != 0 && how != NULL && weft_cancel_is_set(how->cancel))
			break;
		end = n - done > step ? done + step : n;
		c->work->both(c->total, done, end, c->ctx);
		done = end;
		ns = weft_time_since(weft_now(), begin);
	}
	each = (double)(ns + 1) / (double)done;
	*size = each * (double)most > BLOCK_NS ? (size_t)(BLOCK_NS / each) : most;
	if (each * (double)(n - done) < ALONE_NS)
		*size = 0;
	return done;
}

static bool
make_table(chain *c, size_t *size)
{
	const weft_chain_work_ *w = c->work;
	size_t align = w->align > alignof(block) ? w->align : alignof(block);

	c->sum_at = (sizeof(block) + align - 1) / align * align;
	c->stride = (c->sum_at + 3 * w->size + align - 1) / align * align;
	if (c->blocks.count >= PTRDIFF_MAX / c->stride)
		return false;
	*size = (c->blocks.count + 1) * c->stride;
	c->table = weft_memory_alloc_(NULL, *size, align);
	if (c->table == NULL)
		return false;
	if (w->prepare != NULL && !w->prepare(c->ctx)) {
		weft_memory_free_(NULL, c->table, *size, align);
		return false;
	}
	for (size_t i = 0; i <= c->blocks.count; i++)
		/* relaxed: nobody else is there yet. */
		weft_store_relaxed(&block_of(c, i)->state, i == 0 ? PREFIX : 0);
	memcpy(acc_of(c, block_of(c, 0), 1), c->total, w->size);
	return true;
}

static void
run_blocks(chain *c, size_t table_size)
{
	const weft_chain_work_ *w = c->work;
	const weft_range_work_ work = { .piece = chain_piece,
		.make = make_aside,
		.merge = merge_aside,
		.acc_size = sizeof(size_t),
		.acc_align = alignof(size_t) };
	size_t aside = 0, taken;

	weft_ignore(weft_range_run_(&c->blocks.how, c->blocks.count, &work, &aside, c));
	write_aside(c, &aside);
	/* relaxed: all that took any are done. */
	taken = weft_load_relaxed(&c->tickets);
	memcpy(c->total, acc_of(c, block_of(c, taken), 1), w->size);
	weft_memory_free_(NULL, c->table, table_size,
	    w->align > alignof(block) ? w->align : alignof(block));
}

void
weft_chain_run_(const weft_par_options *how, size_t n, const weft_chain_work_ *work, void *total,
    void *ctx)
{
	bool ordered = how != NULL && how->ordered;
	unsigned threads = weft_range_threads_(how);
	chain c = { .work = work, .ctx = ctx, .total = total, .fuse = !ordered };
	size_t first = 0, size = n / ORDERED_BLOCKS, table_size;

	if (!ordered && threads > 1 && !(how != NULL && weft_cancel_is_set(how->cancel))) {
		first = probe(&c, how, n, &size);
		if (size > (n - first) / threads / 4)
			size = (n - first) / threads / 4;
	} else if (!ordered) {
		size = 0;
	}
	if (size != 0) {
		size = weft_cut_clamp_(how, size);
		size = (size + work->unit - 1) / work->unit * work->unit;
		weft_cut_init_(&c.blocks, how, first, n, size, 1);
		c.blocks.how.ordered = false;
		if (make_table(&c, &table_size)) {
			run_blocks(&c, table_size);
			return;
		}
	}
	if (first < n)
		run_alone(&c, how, first, n);
}
