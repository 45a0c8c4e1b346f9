/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* glib_channel.c: GLib's GAsyncQueue: unbounded, of pointers: the value is in one. */
#include "../../channel_work.h"

#include <glib.h>

struct channel {
	GAsyncQueue *q;
};

static void
channel_open(struct channel *c, struct channel_kind kind)
{
	if (kind.capacity != CHANNEL_UNBOUNDED)
		bench_die("this channel is unbounded");
	c->q = g_async_queue_new();
}

static inline void
channel_send(struct channel *c, item v)
{
	g_async_queue_push(c->q, (gpointer)(uintptr_t)v);
}

static inline void
channel_recv(struct channel *c, item *v)
{
	*v = (uint64_t)(uintptr_t)g_async_queue_pop(c->q);
}

static void
channel_close(struct channel *c)
{
	g_async_queue_unref(c->q);
}

#include "../../channel_main.h"
