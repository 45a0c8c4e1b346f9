/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* traffic.h: what a sender and a receiver of a channel may do next, and what they note of it. */
#ifndef STRESS_TRAFFIC_H
#define STRESS_TRAFFIC_H

#include "ledger.h"

#include <weft/channel.h>

#define TRAFFIC_LANES 3 /* of a channel of lanes            */
#define TRAFFIC_BATCH 8 /* values in a call, at most        */
#define TRAFFIC_HANDS 64
#define TRAFFIC_GLANCES 64

/* A channel with its ledger: all that the hands share. Constant while they run. */
struct traffic {
	weft_channel channel;
	struct ledger ledger;
	weft_channel_options options;
	weft_type type;
	unsigned sends, recvs; /* masks of the calls that are made: by draw_traffic     */
	bool is_fifo; /* one lane: FULL and EMPTY are told to the monitor      */
	bool discards; /* receivers go early: empty may be because of that      */
	bool is_poor; /* memory may be refused                                 */
	weft_atomic_u64 evicted; /* forced out                                            */
};

/* A value that somebody peeked at, and when. */
struct glance {
	uint64_t value, call, ret;
};

/* One thread's. */
struct hand {
	struct stress_thread *thread;
	struct traffic *traffic;
	struct history *log; /* NULL: a counted round                                 */
	struct glance *glances; /* of a monitored round: the first TRAFFIC_GLANCES      */
	size_t glanced;
	unsigned producer;
	uint64_t next; /* number of its next value                              */
	bool ended; /* it met CLOSED                                         */
	const char *doing; /* for who asks why it hangs                             */
	uint64_t call, ret; /* of the operation under way                            */
	uint64_t last[TRAFFIC_HANDS * TRAFFIC_LANES]; /* by stream: 1 + the last number    */
	alignas(16) unsigned char elements[TRAFFIC_BATCH * LEDGER_SIZE];
};

/* How soon a thread owns a side of it: soon, or as usual, where threads may own one. */
void traffic_draw_patience(weft_channel *c, struct dice *d);

/* Draws which calls a round makes: all kinds, few, or only those that wait. */
void traffic_draw(struct traffic *t, struct dice *d);
void traffic_send(struct hand *h);
void traffic_recv(struct hand *h);
/* A call that CLOSED is the answer of, and nothing else any more. */
void traffic_after_end(struct hand *h);

#endif
