/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ck_ring_queue.c: Concurrency Kit's ring of many to many; with -DSPSC, of one to one. */
#include "../../queue_work.h"

#include <ck_ring.h>

#ifdef SPSC
#define RING_ENQUEUE ck_ring_enqueue_spsc_bench
#define RING_DEQUEUE ck_ring_dequeue_spsc_bench
#else
#define RING_ENQUEUE ck_ring_enqueue_mpmc_bench
#define RING_DEQUEUE ck_ring_dequeue_mpmc_bench
#endif

struct element {
	item value;
};

CK_RING_PROTOTYPE(bench, element)

struct queue {
	ck_ring_t ring;
	struct element *slots;
};

/* The ring holds one less than its size, which is a power of two: 1023 of 1024. */
static void
queue_open(struct queue *q, size_t capacity)
{
	q->slots = calloc(capacity, sizeof *q->slots);
	if (q->slots == NULL)
		bench_die("no memory");
	ck_ring_init(&q->ring, (unsigned int)capacity);
}

static inline bool
queue_push(struct queue *q, item v)
{
	struct element e = { v };

	return RING_ENQUEUE(&q->ring, q->slots, &e);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	struct element e;

	if (!RING_DEQUEUE(&q->ring, q->slots, &e))
		return false;
	*v = e.value;
	return true;
}

static void
queue_close(struct queue *q)
{
	free(q->slots);
}

#include "../../queue_main.h"
