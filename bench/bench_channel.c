/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_channel.c: weft's channel; with -DLOCK_FREE, its flavour without a lock. */
#define CHANNEL_BATCHES
#include "channel_work.h"

#include <weft/channel.h>

WEFT_CHANNEL(values, item);

struct channel {
	values c;
};

static void
channel_open(struct channel *c, struct channel_kind kind)
{
	weft_channel_options options = {
		.capacity = kind.capacity == CHANNEL_UNBOUNDED ? WEFT_UNBOUNDED : kind.capacity,
		.single_sender = kind.declared,
		.single_receiver = kind.declared,
#ifdef LOCK_FREE
		.lock_free = true,
#endif
	};

	weft_must(values_init_with(&c->c, &options));
}

static inline void
channel_send(struct channel *c, item v)
{
	if (values_send(&c->c, v) != WEFT_OK)
		bench_die("the channel is closed, and cannot be");
}

static inline void
channel_recv(struct channel *c, item *v)
{
	if (values_recv(&c->c, v) != WEFT_OK)
		bench_die("the channel is closed, and cannot be");
}

static inline void
channel_send_n(struct channel *c, const item *vs, size_t n)
{
	if (values_send_n(&c->c, vs, n) != n)
		bench_die("the channel is closed, and cannot be");
}

static inline size_t
channel_recv_n(struct channel *c, item *vs, size_t n)
{
	size_t got = values_recv_n(&c->c, vs, n);

	if (got == 0)
		bench_die("the channel is closed, and cannot be");
	return got;
}

static void
channel_close(struct channel *c)
{
	values_fini(&c->c);
}

#include "channel_main.h"
