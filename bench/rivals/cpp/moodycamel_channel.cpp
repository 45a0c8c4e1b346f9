// SPDX-License-Identifier: MIT OR Apache-2.0
// moodycamel_channel.cpp: moodycamel::BlockingConcurrentQueue: no bound, in order by producer.
#include "../../channel_work.h"

#if __has_include(<concurrentqueue/blockingconcurrentqueue.h>)
#include <concurrentqueue/blockingconcurrentqueue.h>
#else
#include <concurrentqueue/moodycamel/blockingconcurrentqueue.h>
#endif

struct channel {
	moodycamel::BlockingConcurrentQueue<item> *q;
};

static void
channel_open(struct channel *c, struct channel_kind kind)
{
	if (kind.capacity != CHANNEL_UNBOUNDED)
		bench_die("this channel is unbounded");
	c->q = new moodycamel::BlockingConcurrentQueue<item>();
}

static inline void
channel_send(struct channel *c, item v)
{
	if (!c->q->enqueue(v))
		bench_die("no memory");
}

static inline void
channel_recv(struct channel *c, item *v)
{
	c->q->wait_dequeue(*v);
}

static void
channel_close(struct channel *c)
{
	delete c->q;
}

#include "../../channel_main.h"
