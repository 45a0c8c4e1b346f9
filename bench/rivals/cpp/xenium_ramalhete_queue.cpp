// SPDX-License-Identifier: MIT OR Apache-2.0
// xenium_ramalhete_queue.cpp: reclaimed by epochs. It holds pointers: the value is in one.
#include "../../queue_work.h"

#include <xenium/ramalhete_queue.hpp>
#include <xenium/reclamation/generic_epoch_based.hpp>

using xenium_queue = xenium::ramalhete_queue<uint64_t *,
    xenium::policy::reclaimer<xenium::reclamation::epoch_based<>>>;

struct queue {
	xenium_queue *q;
};

static void
queue_open(struct queue *q, size_t)
{
	q->q = new xenium_queue();
}

static inline bool
queue_push(struct queue *q, item v)
{
	q->q->push(reinterpret_cast<uint64_t *>(v));
	return true;
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	uint64_t *p;

	if (!q->q->try_pop(p))
		return false;
	*v = reinterpret_cast<uint64_t>(p);
	return true;
}

static void
queue_close(struct queue *q)
{
	delete q->q;
}

#include "../../queue_main.h"
