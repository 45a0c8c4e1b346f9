/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* oracle_ck.c: ck_ring of Concurrency Kit, its form for many producers and consumers. */
#include <ck_ring.h>
#include <stdlib.h>

#include "oracle.h"

struct ring {
	ck_ring_t ring;
	ck_ring_buffer_t buffer[];
};

/* It has a power of two of slots, one of which stays empty. */
static bool
takes(size_t capacity)
{
	return ((capacity + 1) & capacity) == 0;
}

static void *
make(size_t capacity)
{
	struct ring *r = aligned_alloc(64,
	    (sizeof *r + (capacity + 1) * sizeof r->buffer[0] + 63) / 64 * 64);

	if (r == NULL)
		abort();
	ck_ring_init(&r->ring, (unsigned)capacity + 1);
	return r;
}

static bool
push(void *q, uint64_t v)
{
	struct ring *r = q;

	return ck_ring_enqueue_mpmc(&r->ring, r->buffer, (const void *)(uintptr_t)v);
}

static bool
pop(void *q, uint64_t *v)
{
	struct ring *r = q;
	void *entry;

	if (!ck_ring_dequeue_mpmc(&r->ring, r->buffer, &entry))
		return false;
	*v = (uintptr_t)entry;
	return true;
}

static size_t
len(void *q)
{
	return ck_ring_size(&((struct ring *)q)->ring);
}

static const struct subject ck = {
	.name = "ck_ring",
	.takes = takes,
	.make = make,
	.unmake = free,
	.push = push,
	.pop = pop,
	.len = len,
	.bounded = true,
};

const struct subject *const oracle = &ck;
