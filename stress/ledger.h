/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ledger.h: what became of each value: sent or not, received once, dropped once, never lost. */
#ifndef STRESS_LEDGER_H
#define STRESS_LEDGER_H

#include "harness.h"

#include <weft/atomic.h>

/*
 * A value names its stream (a producer, or a producer's lane) from MONITOR_PRODUCER up, from
 * 1 on, and its number below. Of each number one value is tried, and sent or not. All calls
 * but init and settle may be made by any thread: they order nothing, so they hide no race.
 */
struct ledger {
	struct stress *stress;
	unsigned streams, quota; /* numbers of a stream: below quota */
	size_t size; /* of an element                    */
	weft_atomic_u8 *fates; /* by stream and number             */
};

/* What settle counted. */
struct ledger_sum {
	uint64_t sent, got, dropped;
};

#define LEDGER_SIZE 200 /* of an element, at most */

void ledger_init(struct ledger *l, struct stress *s, unsigned streams, unsigned quota, size_t size);
uint64_t ledger_value(unsigned stream, uint64_t number);
unsigned ledger_stream(uint64_t value);
uint64_t ledger_number(uint64_t value);
/* The element of a value; the value of an element, which fails the round when it is torn. */
void ledger_write(const struct ledger *l, void *element, uint64_t value);
uint64_t ledger_read(const struct ledger *l, const void *element);
/* The send returned: it was OK, or it was not. */
void ledger_sent(struct ledger *l, uint64_t value, bool ok);
bool ledger_was_sent(const struct ledger *l, uint64_t value);
/* It came out; it was dropped. A second time fails the round. */
void ledger_got(struct ledger *l, uint64_t value);
void ledger_dropped(struct ledger *l, uint64_t value);
/* All that was sent, as far as this thread sees, is out. */
bool ledger_is_even(const struct ledger *l);
/* All threads are gone, and the channels: what was sent came out, and nothing else did. */
struct ledger_sum ledger_settle(struct ledger *l);

#endif
