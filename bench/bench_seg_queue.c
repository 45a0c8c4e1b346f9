/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_seg_queue.c: weft's seg_queue. */
#include "queue_work.h"

#include <weft/seg_queue.h>

WEFT_SEG_QUEUE(inbox, item);

struct queue {
	inbox q;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	(void)capacity;
	weft_must(inbox_init(&q->q));
}

static inline bool
queue_push(struct queue *q, item v)
{
	return inbox_push(&q->q, v);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	return inbox_pop(&q->q, v);
}

static void
queue_close(struct queue *q)
{
	inbox_fini(&q->q);
}

#include "queue_main.h"
