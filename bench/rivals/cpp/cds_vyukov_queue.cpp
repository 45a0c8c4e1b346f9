// SPDX-License-Identifier: MIT OR Apache-2.0
// cds_vyukov_queue.cpp: cds::container::VyukovMPMCCycleQueue: bounded, not strictly lock-free.
#include "../../queue_work.h"

#include <cds/container/vyukov_mpmc_cycle_queue.h>

struct queue {
	cds::container::VyukovMPMCCycleQueue<item> *q;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	q->q = new cds::container::VyukovMPMCCycleQueue<item>(capacity);
}

static inline bool
queue_push(struct queue *q, item v)
{
	return q->q->enqueue(v);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	return q->q->dequeue(*v);
}

static void
queue_close(struct queue *q)
{
	delete q->q;
}

#include "../../queue_main.h"
