/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_array_queue.c: weft's array_queue. */
#include "queue_work.h"

#include <weft/array_queue.h>

WEFT_ARRAY_QUEUE(ring, item);

struct queue {
	ring q;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	weft_must(ring_init(&q->q, capacity));
}

static inline bool
queue_push(struct queue *q, item v)
{
	return ring_push(&q->q, v);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	return ring_pop(&q->q, v);
}

static void
queue_close(struct queue *q)
{
	ring_fini(&q->q);
}

#include "queue_main.h"
