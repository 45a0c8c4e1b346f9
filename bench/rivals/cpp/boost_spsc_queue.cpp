// SPDX-License-Identifier: MIT OR Apache-2.0
// boost_spsc_queue.cpp: boost::lockfree::spsc_queue, its capacity set at run time.
#include "../../queue_work.h"

#include <boost/lockfree/spsc_queue.hpp>

struct queue {
	boost::lockfree::spsc_queue<item> *q;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	q->q = new boost::lockfree::spsc_queue<item>(capacity);
}

static inline bool
queue_push(struct queue *q, item v)
{
	return q->q->push(v);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	return q->q->pop(*v);
}

static void
queue_close(struct queue *q)
{
	delete q->q;
}

#include "../../queue_main.h"
