/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_par.c: the chained blocks of scan and pack, and progress, through every execution. */
#include "../src/par/chain.c"
#include "../src/par/range.c"

#include <assert.h>

#include "support/script.h"

/* As a loop of ordered options: each block is summed before it is written. */
#define ORDERED 1u
/* Items that are told of together. */
#define EVERY(n) ((unsigned)(n) << 4)

enum { MOST = 4 };

/*
 * Blocks of one item. All of it is plain, as are the sums and prefixes in the table: what is
 * not seen whole, or is done by two at a time, is a race.
 */
static chain blocks;
static size_t table_size;
static uint64_t total;
static unsigned given[MOST], summed[MOST], written[MOST];
static uint64_t out[MOST];
static size_t aside[ANSWER_ROWS];      /* each by its row's thread */

/* A loop that tells how far it is. */
static range_run loop;
static weft_par_options how;
static size_t told_last, told_times;   /* plain: two that tell at a time are a race */

static void
make_sum(void *acc, void *ctx)
{
	(void)ctx;
	*(uint64_t *)acc = 0;
}

/* What it leaves for write is beside the accumulator, as pack's marks are. */
static void
sum_block(void *acc, size_t begin, size_t end, void *ctx)
{
	(void)ctx;
	for (; begin < end; begin++) {
		*(uint64_t *)acc += given[begin];
		summed[begin]++;
	}
}

static void
merge_sums(void *into, const void *next, void *ctx)
{
	(void)ctx;
	*(uint64_t *)into += *(const uint64_t *)next;
}

static void
write_items(uint64_t *acc, size_t begin, size_t end)
{
	for (; begin < end; begin++) {
		*acc += given[begin];
		out[begin] = *acc;
		written[begin]++;
	}
}

static void
write_summed(void *acc, size_t begin, size_t end, void *ctx)
{
	(void)ctx;
	assert(summed[begin] == 1);
	write_items(acc, begin, end);
}

static void
write_unsummed(void *acc, size_t begin, size_t end, void *ctx)
{
	(void)ctx;
	assert(summed[begin] == 0);
	write_items(acc, begin, end);
}

static const weft_chain_work_ work = {
	.size = sizeof(uint64_t),
	.align = alignof(uint64_t),
	.make = make_sum,
	.sum = sum_block,
	.merge = merge_sums,
	.write = write_summed,
	.both = write_unsummed,
	.unit = 1,
};

static void
progress(size_t done, size_t n, void *ctx)
{
	(void)ctx;
	assert(done <= n && done >= told_last + how.progress_every);
	told_last = done;
	told_times++;
}

/* capacity: how many blocks, or items. */
static void
init(const struct script *s)
{
	blocks = (chain){ .work = &work, .total = &total, .fuse = (s->variant & ORDERED) == 0 };
	weft_cut_init_(&blocks.blocks, NULL, 0, s->capacity, 1, 1);
	/* No two sums of neighbours are the same. */
	for (unsigned i = 0; i < MOST; i++)
		given[i] = 1u << i;
	if (!make_table(&blocks, &table_size))
		abort();
	how.progress = progress;
	how.progress_every = s->variant >> 4;
	loop = (range_run){ .how = &how, .n = s->capacity };
}

/* As run_blocks does when its loop is over. */
static void
end_chain(void)
{
	uint64_t sum = 0;
	size_t taken;

	for (unsigned row = 2; row <= ANSWER_THREADS; row++)
		merge_aside(&aside[1], &aside[row], &blocks);
	write_aside(&blocks, &aside[1]);
	assert(aside[1] == 0);
	/* relaxed: the threads are joined. */
	taken = weft_load_relaxed(&blocks.tickets);
	for (size_t i = 0; i < blocks.blocks.count; i++) {
		assert(written[i] == (i < taken));
		sum += i < taken ? given[i] : 0;
		assert(i >= taken || out[i] == sum);
	}
	assert(*(uint64_t *)acc_of(&blocks, block_of(&blocks, taken), 1) == sum);
	weft_memory_free_(NULL, blocks.table, table_size, alignof(block));
}

/* Whoever finds another one telling leaves it: so the last items may not have been told of. */
static void
end_loop(void)
{
	/* relaxed: the threads are joined. */
	assert(weft_load_relaxed(&loop.done) == loop.n);
	assert(told_times != 0 && loop.told == told_last);
	/* relaxed: as above. */
	assert(!weft_load_relaxed(&loop.telling));
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 'b':
		chain_piece(&aside[row], 0, 1, &blocks);
		break;
	case 'w':
		write_aside(&blocks, &aside[row]);
		break;
	case 'B':
		end_chain();
		break;
	case 't':
		tell(&loop, 1);
		break;
	case 'T':
		end_loop();
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * b takes a block, w writes what was put aside, if its prefixes are there; B: at the end each
 * that was taken is right. t has done an item, and tells of it; T: at the end all are counted.
 */
static const struct script scripts[] = {
	{ "chain-2", 2, .threads = { "b", "b" }, .after = "B" },
	{ "chain-3", 3, .threads = { "bb", "b" }, .after = "B" },
	{ "chain-3t", 3, .threads = { "b", "b", "b" }, .after = "B" },
	{ "chain-4", 4, .threads = { "bb", "bb" }, .after = "B" },
	{ "aside", 3, .threads = { "bw", "bbw" }, .after = "B" },
	{ "left-out", 3, .threads = { "b", "bw" }, .after = "B" },
	{ "ordered-2", 2, .threads = { "b", "b" }, .after = "B", .variant = ORDERED },
	{ "ordered-3", 3, .threads = { "bb", "b" }, .after = "B", .variant = ORDERED },
	{ "ordered-3t", 3, .threads = { "b", "b", "b" }, .after = "B", .variant = ORDERED },
	{ "tell", 2, .threads = { "t", "t" }, .after = "T", .variant = EVERY(1) },
	{ "tell-x2", 4, .threads = { "tt", "tt" }, .after = "T", .variant = EVERY(1) },
	{ "tell-3t", 3, .threads = { "t", "t", "t" }, .after = "T", .variant = EVERY(1) },
	{ "tell-every", 4, .threads = { "tt", "tt" }, .after = "T", .variant = EVERY(2) },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
