/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* held.c: the locks that each thread has. */
#include "held.h"

#include <stdlib.h>

#include "fiber.h"
#include "replay.h"
#include "retry.h"

static struct {
	uint32_t run;
	unsigned n, room;
	struct held *list;
} threads[MAX_THREADS];

struct held *
held_find(const void *lock)
{
	unsigned t = running->id;

	if (threads[t].run != run_number) {
		threads[t].run = run_number;
		threads[t].n = 0;
	}
	for (unsigned i = threads[t].n; i-- > 0;)
		if (threads[t].list[i].lock == lock)
			return &threads[t].list[i];
	return NULL;
}

void
held_add(const void *lock, enum how how)
{
	unsigned t = running->id;
	struct held *held = held_find(lock);

	effect();
	if (held != NULL) {
		held->times++;
		return;
	}
	if (threads[t].n == threads[t].room) {
		threads[t].room = threads[t].room == 0 ? 8 : 2 * threads[t].room;
		threads[t].list = realloc(threads[t].list,
		    threads[t].room * sizeof *threads[t].list);
		if (threads[t].list == NULL)
			refuse("no memory for the locks of a thread");
	}
	threads[t].list[threads[t].n++] = (struct held){ lock, how, 1 };
}

unsigned
held_drop(struct held *held)
{
	unsigned t = running->id;

	if (--held->times != 0)
		return held->times;
	*held = threads[t].list[--threads[t].n];
	return 0;
}
