/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* stress_seg_queue.c: the unbounded queue, with all the memory it wants and with little. */
#include "chaos.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/alloc.h>
#include <weft/seg_queue.h>

#include "fifo.h"

#define QUEUE(name, T)                                                                            \
	WEFT_SEG_QUEUE(name, T);                                                                  \
	FIFO_ADAPT_UNBOUNDED(name, T)
QUEUE(q1, unsigned char)
QUEUE(q8, uint64_t)
QUEUE(q24, struct fifo_24)
QUEUE(q64, struct fifo_64)
QUEUE(q200, struct fifo_200)

/* A queue whose allocator refuses at random, and counts what is out. The queue comes first. */
struct poor {
	q200 queue;
	weft_allocator allocator;
	weft_atomic_i64 out;
	weft_atomic_u64 calls;
};

static void *
poor_alloc(size_t size, size_t align, void *ctx)
{
	struct poor *p = ctx;
	/* relaxed: a number to draw from. */
	uint64_t call = weft_fetch_add_relaxed(&p->calls, 1);
	void *memory;

	if (call > 0 && dice_mix(call) % 3 == 0)
		return NULL;
	align = align < sizeof(void *) ? sizeof(void *) : align;
	memory = aligned_alloc(align, (size + align - 1) / align * align);
	if (memory != NULL)
		/* relaxed: a count, read when all threads are gone. */
		weft_fetch_add_relaxed(&p->out, 1);
	return memory;
}

static void
poor_free(void *memory, size_t size, size_t align, void *ctx)
{
	struct poor *p = ctx;

	(void)size;
	(void)align;
	free(memory);
	/* relaxed: as above. */
	weft_fetch_sub_relaxed(&p->out, 1);
}

static void *
poor_make(size_t capacity)
{
	struct poor *p = calloc(1, sizeof(*p));
	weft_seg_queue_options options = { .allocator = NULL };

	(void)capacity;
	if (p == NULL)
		abort();
	p->allocator = (weft_allocator){ .alloc = poor_alloc, .free = poor_free, .ctx = p };
	options.allocator = &p->allocator;
	if (q200_init_with(&p->queue, &options) != WEFT_OK)
		abort();
	return p;
}

static void
poor_unmake(void *q)
{
	struct poor *p = q;
	/* relaxed: all threads are gone. */
	long long drained = (long long)weft_load_relaxed(&p->out), left;

	q200_fini(&p->queue);
	/* relaxed: as above. */
	left = (long long)weft_load_relaxed(&p->out);
	if (drained > 2 || left != 0) {
		fprintf(stderr,
		    "a drained seg_queue held %lld segments (2 at most), and after fini "
		    "%lld\n",
		    drained, left);
		abort();
	}
	free(p);
}

/* A push that fails has no other cause than that. */
static weft_status
poor_push(void *q, const void *v)
{
	return q200_do_push(q, v) == WEFT_OK ? WEFT_OK : WEFT_NO_MEMORY;
}

#define ROW(q) FIFO_CALLS(q), .is_unbounded = true, .batch_tells = true

/* clang-format off: a table reads best as one. */
static const struct fifo fifos[] = {
	{ .name = "1", .size = 1, ROW(q1) },
	{ .name = "8", .size = 8, ROW(q8) },
	{ .name = "24", .size = 24, ROW(q24) },
	{ .name = "64", .size = 64, ROW(q64) },
	{ .name = "200", .size = 200, ROW(q200) },
	{ .name = "poor", .size = 200, .is_unbounded = true, .batch_tells = true,
	    .make = poor_make, .drop = poor_unmake, .push = poor_push, .pop = q200_do_pop,
	    .push_n = q200_do_push_n, .pop_n = q200_do_pop_n, .is_empty = q200_do_is_empty },
};
/* clang-format on */

int
main(int argc, char **argv)
{
	return fifo_main(argc, argv, fifos, WEFT_COUNT(fifos));
}
