// SPDX-License-Identifier: MIT OR Apache-2.0
// moodycamel_queue.cpp: moodycamel::ConcurrentQueue without tokens: in order by producer only.
#include "../../queue_work.h"

#if __has_include(<concurrentqueue/concurrentqueue.h>)
#include <concurrentqueue/concurrentqueue.h>
#else
#include <concurrentqueue/moodycamel/concurrentqueue.h>
#endif

struct queue {
	moodycamel::ConcurrentQueue<item> *q;
};

static void
queue_open(struct queue *q, size_t)
{
	q->q = new moodycamel::ConcurrentQueue<item>();
}

static inline bool
queue_push(struct queue *q, item v)
{
	return q->q->enqueue(v);
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	return q->q->try_dequeue(*v);
}

static void
queue_close(struct queue *q)
{
	delete q->q;
}

#include "../../queue_main.h"
