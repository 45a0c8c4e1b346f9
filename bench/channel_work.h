/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_work.h: the work of every channel cell: streams, ping-pong, idling, one thread alone. */
#ifndef BENCH_CHANNEL_WORK_H
#define BENCH_CHANNEL_WORK_H

/*
 * A program includes this, says what its channel is, and includes channel_main.h:
 *
 *	struct channel                                       the channel
 *	void channel_open(struct channel *, struct channel_kind)
 *	void channel_send(struct channel *, item)            waits while it is full
 *	void channel_recv(struct channel *, item *)          waits while it is empty
 *	void channel_close(struct channel *)
 *
 * and, if it defines CHANNEL_BATCHES, of up to CHANNEL_BATCH at once:
 *
 *	void channel_send_n(struct channel *, const item *, size_t)
 *	size_t channel_recv_n(struct channel *, item *, size_t)    at least one
 *
 * The works, where C is a capacity, 0 for a rendezvous, or `unbounded`:
 *
 *	NpMc-C          N producers, M consumers; an operation is one value through the channel
 *	NpMc-C-batch    the same, by channel_send_n and channel_recv_n
 *	NpMc-C-declared the same, the channel being told that there is one on either side
 *	NpMc-C-1cpu     the same, all threads on one CPU
 *	ping-pong-C     two threads, two channels; an operation is there and back (also -1cpu)
 *	uncontended     one thread sends a value and receives it
 *	idle            a value each 100 us; the figure is CPU time, of all threads
 *
 * Compiled with -DITEM_BYTES=64 it is the cell of 64-byte elements.
 * twin: rivals/rust/src/channel.rs
 */
#include "queue_work.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define CHANNEL_UNBOUNDED SIZE_MAX
#define CHANNEL_BATCH 16
#define CHANNEL_IDLE_NS 100000

struct channel_kind {
	size_t capacity;
	bool declared;          /* one sender, one receiver */
};

#endif
