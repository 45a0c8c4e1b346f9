/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ledger.c: a byte for each value. */
#include "ledger.h"

#include <stdlib.h>

#include "element.h"

enum { SENT = 1, FAILED = 2, GOT = 4, DROPPED = 8 };

void
ledger_init(struct ledger *l, struct stress *s, unsigned streams, unsigned quota, size_t size)
{
	*l = (struct ledger){ s, streams, quota, size, NULL };
	l->fates = calloc((size_t)streams * quota + 1, sizeof(*l->fates));
	if (l->fates == NULL)
		stress_fail(s, "there is no memory");
}

uint64_t
ledger_value(unsigned stream, uint64_t number)
{
	return (uint64_t)(stream + 1) << MONITOR_PRODUCER | number;
}

unsigned
ledger_stream(uint64_t value)
{
	return (unsigned)(value >> MONITOR_PRODUCER) - 1;
}

uint64_t
ledger_number(uint64_t value)
{
	return value & ((UINT64_C(1) << MONITOR_PRODUCER) - 1);
}

void
ledger_write(const struct ledger *l, void *element, uint64_t value)
{
	element_fill(element, l->size, value);
}

uint64_t
ledger_read(const struct ledger *l, const void *element)
{
	return element_read(l->stress, element, l->size);
}

/* Adds to what is known of a value; what was known before. */
static unsigned
add(struct ledger *l, uint64_t value, unsigned what)
{
	unsigned stream = ledger_stream(value);
	uint64_t number = ledger_number(value);

	if (stream >= l->streams || number >= l->quota)
		stress_fail(l->stress, "value from nowhere: %#llx", (unsigned long long)value);
	/* relaxed: it orders nothing, so that it hides no race. */
	return weft_fetch_or_relaxed(&l->fates[(size_t)stream * l->quota + number], (uint8_t)what);
}

void
ledger_sent(struct ledger *l, uint64_t value, bool ok)
{
	if (add(l, value, ok ? SENT : FAILED) & (SENT | FAILED))
		stress_fail(l->stress, "the stress program sends %#llx twice",
		    (unsigned long long)value);
}

bool
ledger_was_sent(const struct ledger *l, uint64_t value)
{
	size_t at = (size_t)ledger_stream(value) * l->quota + ledger_number(value);

	/* relaxed: the threads that write it are gone. */
	return (weft_load_relaxed(&l->fates[at]) & SENT) != 0;
}

static void
leaves(struct ledger *l, uint64_t value, unsigned how)
{
	static const char *const names[] = { [GOT] = "received", [DROPPED] = "dropped" };
	unsigned before = add(l, value, how);

	if (before & (GOT | DROPPED))
		stress_fail(l->stress, "value twice: %llu of stream %u is %s, and was %s before",
		    (unsigned long long)ledger_number(value), ledger_stream(value), names[how],
		    names[before & GOT ? GOT : DROPPED]);
	if (before & FAILED)
		stress_fail(l->stress, "value %llu of stream %u is %s: its send had failed",
		    (unsigned long long)ledger_number(value), ledger_stream(value), names[how]);
}

void
ledger_got(struct ledger *l, uint64_t value)
{
	leaves(l, value, GOT);
}

void
ledger_dropped(struct ledger *l, uint64_t value)
{
	leaves(l, value, DROPPED);
}

bool
ledger_is_even(const struct ledger *l)
{
	for (size_t i = 0; i < (size_t)l->streams * l->quota; i++) {
		/* relaxed: it orders nothing, so that it hides no race. */
		unsigned fate = weft_load_relaxed(&l->fates[i]);

		if ((fate & SENT) && !(fate & (GOT | DROPPED)))
			return false;
	}
	return true;
}

struct ledger_sum
ledger_settle(struct ledger *l)
{
	struct ledger_sum sum = { 0, 0, 0 };

	for (size_t i = 0; i < (size_t)l->streams * l->quota; i++) {
		/* relaxed: the threads that write it are gone. */
		unsigned fate = weft_load_relaxed(&l->fates[i]);

		if ((fate & SENT) && !(fate & (GOT | DROPPED)))
			stress_fail(l->stress,
			    "value lost: %zu of stream %zu was sent, and is gone", i % l->quota,
			    i / l->quota);
		if (!(fate & SENT) && (fate & (GOT | DROPPED)))
			stress_fail(l->stress, "value %zu of stream %zu came out, and was not sent",
			    i % l->quota, i / l->quota);
		sum.sent += (fate & SENT) != 0;
		sum.got += (fate & GOT) != 0;
		sum.dropped += (fate & DROPPED) != 0;
	}
	free(l->fates);
	l->fates = NULL;
	return sum;
}
