/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* record.c: what the run of now did and from where, for the report. */
#include "record.h"

#include <stdlib.h>

#include "fiber.h"

static struct {
	struct record *all;
	size_t n, room;
} records[MAX_THREADS];
static bool with_plain;

void
record_begin(bool plain_too)
{
	for (unsigned t = 0; t < MAX_THREADS; t++)
		records[t].n = 0;
	with_plain = plain_too;
}

static void
add(uintptr_t object, size_t size, bool writes, unsigned index)
{
	unsigned t = running->id;
	size_t n = records[t].n;

	if (n == records[t].room) {
		records[t].room = n == 0 ? 64 : 2 * n;
		records[t].all =
		    realloc(records[t].all, records[t].room * sizeof *records[t].all);
		if (records[t].all == NULL)
			refuse("no memory for the record of a run");
	}
	records[t].all[n] = (struct record){ running->caller, running->doing, object,
		(uint32_t)size, (uint16_t)index, (uint8_t)t, writes };
	records[t].n = n + 1;
}

void
record_event(unsigned index)
{
	add(running->object, 0, false, index);
}

void
record_plain(uintptr_t address, size_t size, bool writes)
{
	if (with_plain)
		add(address, size, writes, running->done);
}

void
record_note(const char *text, uint64_t number)
{
	running->doing = text;
	if (with_plain)
		add((uintptr_t)number, RECORD_NOTE, false, running->done);
}

const struct record *
records_of(unsigned thread, size_t *n)
{
	*n = records[thread].n;
	return records[thread].all;
}

const struct record *
record_of_event(unsigned thread, unsigned index)
{
	for (size_t i = 0; i < records[thread].n; i++) {
		const struct record *r = &records[thread].all[i];

		if (r->size == 0 && r->index == index)
			return r;
	}
	return NULL;
}
