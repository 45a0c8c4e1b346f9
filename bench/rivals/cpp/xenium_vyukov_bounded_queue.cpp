// SPDX-License-Identifier: MIT OR Apache-2.0
// xenium_vyukov_bounded_queue.cpp: in its strong form, whose full and empty are certain.
#include "../../queue_work.h"

#include <xenium/vyukov_bounded_queue.hpp>

struct queue {
	xenium::vyukov_bounded_queue<item> *q;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	q->q = new xenium::vyukov_bounded_queue<item>(capacity);
}

static inline bool
queue_push(struct queue *q, item v)
{
	return q->q->try_push_strong(v);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	return q->q->try_pop_strong(*v);
}

static void
queue_close(struct queue *q)
{
	delete q->q;
}

#include "../../queue_main.h"
