// SPDX-License-Identifier: MIT OR Apache-2.0
// cds_moir_queue.cpp: cds::container::MoirQueue with hazard pointers: lock-free, and unbounded.
#include "../../queue_work.h"

#include <cds/container/moir_queue.h>
#include <cds/gc/hp.h>
#include <cds/init.h>

struct queue {
	cds::gc::HP *gc;
	cds::container::MoirQueue<cds::gc::HP, item> *q;
};

static void
queue_open(struct queue *q, size_t)
{
	cds::Initialize();
	q->gc = new cds::gc::HP();
	cds::threading::Manager::attachThread();
	q->q = new cds::container::MoirQueue<cds::gc::HP, item>();
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
	cds::threading::Manager::detachThread();
	delete q->gc;
	cds::Terminate();
}

#define QUEUE_ENTER() cds::threading::Manager::attachThread()
#define QUEUE_LEAVE() cds::threading::Manager::detachThread()
#include "../../queue_main.h"
