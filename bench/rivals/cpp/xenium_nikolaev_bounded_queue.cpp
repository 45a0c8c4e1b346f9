// SPDX-License-Identifier: MIT OR Apache-2.0
// xenium_nikolaev_bounded_queue.cpp: lock-free and bounded; in xenium after 0.0.2.
#include "../../queue_work.h"

#include <xenium/nikolaev_bounded_queue.hpp>

struct queue {
	xenium::nikolaev_bounded_queue<item> *q;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	q->q = new xenium::nikolaev_bounded_queue<item>(capacity);
}

static inline bool
queue_push(struct queue *q, item v)
{
	return q->q->try_push(v);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	return q->q->try_pop(*v);
}

static void
queue_close(struct queue *q)
{
	delete q->q;
}

#include "../../queue_main.h"
