/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_work.h: the work of every broadcast cell: `NsMr`, N senders to M readers. */
#ifndef BENCH_BROADCAST_WORK_H
#define BENCH_BROADCAST_WORK_H

#include "bench.h"

/*
 * A program includes this, says what its broadcast is, and includes broadcast_main.h:
 *
 *	struct broadcast                              of uint64_t; nothing is lost
 *	struct reader
 *	void broadcast_open(struct broadcast *, size_t capacity)
 *	void broadcast_join(struct broadcast *, struct reader *)   before the start
 *	void broadcast_send(struct broadcast *, uint64_t)          waits
 *	uint64_t broadcast_recv(struct reader *)                   waits
 *	void broadcast_leave(struct reader *)
 *	void broadcast_close(struct broadcast *)
 *
 * An operation is a send of a value that every reader gets.
 */
#define BROADCAST_CAPACITY 1024
#define BROADCAST_READERS 16

#endif
