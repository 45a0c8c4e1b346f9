/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* stress_spsc_queue.c: one producer, one consumer; pushes, batches, and values made in place. */
#define WEFT_CHECKED   /* a false alarm of the check for a second producer would show here */
#include "chaos.h"

#include <stdlib.h>
#include <string.h>

#include <weft/spsc_queue.h>

#include "fifo.h"

#define QUEUE(name, T)                                                                            \
	WEFT_SPSC_QUEUE(name, T);                                                                 \
	FIFO_ADAPT(name, T)                                                                       \
	FIFO_ADAPT_IS_FULL(name)
QUEUE(q1, unsigned char)
QUEUE(q8, uint64_t)
QUEUE(q24, struct fifo_24)
QUEUE(q64, struct fifo_64)
QUEUE(q200, struct fifo_200)

/*
 * The same queues by reserve and commit, claim and release: a batch is what can be had in
 * one piece. Commits less than it reserved now and then, and looks at a claim twice.
 */
static size_t
commit_n(void *q, const void *vs, size_t n)
{
	struct fifo_64 *slots;
	size_t room = n;

	if ((slots = q64_reserve(q, &room)) == NULL)
		return 0;
	for (size_t i = 0; i < room; i++)
		slots[i].words[0] = ~UINT64_C(0);   /* what is not committed must not come out */
	room = room > 2 ? room - 1 : room;
	memcpy(slots, vs, room * sizeof(*slots));
	q64_commit(q, room);
	return room;
}

static size_t
release_n(void *q, void *vs, size_t n)
{
	struct fifo_64 *slots, *again;
	size_t there = n, there_again = n;

	if ((slots = q64_claim(q, &there)) == NULL)
		return 0;
	q64_release(q, 0);
	if ((again = q64_claim(q, &there_again)) != slots || there_again < there)
		abort();   /* what was claimed and not released is still there */
	memcpy(vs, slots, there * sizeof(*slots));
	memset(slots, 0xee, there * sizeof(*slots));
	q64_release(q, there);
	return there;
}

static weft_status
commit_one(void *q, const void *v)
{
	return commit_n(q, v, 1) == 1 ? WEFT_OK : WEFT_FULL;
}

static weft_status
release_one(void *q, void *v)
{
	return release_n(q, v, 1) == 1 ? WEFT_OK : WEFT_EMPTY;
}

#define ROW(q) FIFO_CALLS(q), .is_full = q##_do_is_full, .is_spsc = true

/* clang-format off: a table reads best as one. */
static const struct fifo fifos[] = {
	{ .name = "1", .size = 1, ROW(q1) },
	{ .name = "8", .size = 8, ROW(q8) },
	{ .name = "24", .size = 24, ROW(q24) },
	{ .name = "64", .size = 64, ROW(q64) },
	{ .name = "200", .size = 200, ROW(q200) },
	{ .name = "in-place", .size = 64, .make = q64_make, .drop = q64_unmake, .is_spsc = true,
	    .push = commit_one, .pop = release_one, .push_n = commit_n, .pop_n = release_n },
};
/* clang-format on */

int
main(int argc, char **argv)
{
	return fifo_main(argc, argv, fifos, WEFT_COUNT(fifos));
}
