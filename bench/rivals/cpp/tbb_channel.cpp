// SPDX-License-Identifier: MIT OR Apache-2.0
// tbb_channel.cpp: TBB's concurrent_bounded_queue, which has a capacity or none.
#include "../../channel_work.h"

#include <tbb/concurrent_queue.h>

struct channel {
	tbb::concurrent_bounded_queue<item> *q;
};

static void
channel_open(struct channel *c, struct channel_kind kind)
{
	c->q = new tbb::concurrent_bounded_queue<item>();
	if (kind.capacity != CHANNEL_UNBOUNDED)
		c->q->set_capacity(static_cast<std::ptrdiff_t>(kind.capacity));
}

static inline void
channel_send(struct channel *c, item v)
{
	c->q->push(v);
}

static inline void
channel_recv(struct channel *c, item *v)
{
	c->q->pop(*v);
}

static void
channel_close(struct channel *c)
{
	delete c->q;
}

#include "../../channel_main.h"
