// SPDX-License-Identifier: MIT OR Apache-2.0
// boost_queue.cpp: boost::lockfree::queue over a fixed number of nodes, set at run time.
#include "../../queue_work.h"

#include <boost/lockfree/queue.hpp>

using boost_queue = boost::lockfree::queue<item, boost::lockfree::fixed_sized<true>>;

struct queue {
	boost_queue *q;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	q->q = new boost_queue(capacity);
}

static inline bool
queue_push(struct queue *q, item v)
{
	return q->q->bounded_push(v);
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
