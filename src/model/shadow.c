/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* shadow.c: plain memory: who read and wrote each byte, and was it ordered. */

/*
 * Plain accesses are not in the graph. They race unless happens-before orders them, and a run
 * goes by an order that happens-before allows; so it is enough to hold each access against
 * those of the run so far. Each 8 bytes of memory that were used have a cell, with the
 * accesses that a later one may yet race with. Of an access is known its thread and how many
 * events that had then: another thread is ordered after it if it knows of one event more.
 *
 * An access is forgotten when a later one stands for it: one that comes after it in
 * happens-before, covers its bytes, and races with all that it would race with.
 */
#include "shadow.h"

#include <stdlib.h>
#include <string.h>

#include "fiber.h"
#include "graph.h"
#include "heap.h"
#include "names.h"
#include "record.h"
#include "replay.h"
#include "retry.h"
#include "value.h"
#include "source.h"
#include "verdict.h"

enum act { READS, WRITES, FREES };

struct access {
	uintptr_t caller;
	uint16_t epoch;		/* its thread's events then, and one */
	uint8_t thread, mask;	/* of the cell's bytes */
	uint8_t act;
};

struct cell {
	uintptr_t key;		/* address / 8 */
	uint32_t run;		/* the last in which it was used: else it is free */
	uint16_t n, room;
	uint8_t atomic;		/* bytes that are part of atomic objects */
	struct access *accesses;
};

static struct cell *cells;
static size_t n_cells, n_room;
static uint32_t cells_run;

struct race_place race_other;

static struct cell *
slot_of(uintptr_t key)
{
	size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (n_room - 1);

	while (cells[i].run == run_number && cells[i].key != key)
		i = (i + 1) & (n_room - 1);
	return &cells[i];
}

static void
grow(void)
{
	struct cell *old = cells;
	size_t n = n_room;

	n_room = n_room == 0 ? 1024 : 2 * n_room;
	cells = calloc(n_room, sizeof *cells);
	if (cells == NULL)
		refuse("no memory for the shadow of plain memory");
	for (size_t i = 0; i < n; i++) {
		if (old[i].run == run_number)
			*slot_of(old[i].key) = old[i];
		else
			free(old[i].accesses);
	}
	free(old);
}

static struct cell *
cell_of(uintptr_t key)
{
	struct cell *c;

	if (cells_run != run_number) {
		cells_run = run_number;
		n_cells = 0;
	}
	if (2 * (n_cells + 1) > n_room)
		grow();
	c = slot_of(key);
	if (c->run != run_number) {
		c->run = run_number;
		c->key = key;
		c->n = 0;
		c->atomic = 0;
		n_cells++;
	}
	return c;
}

static bool
knows(const struct access *a)
{
	return a->thread == running->id || (*running->hb)[a->thread] >= a->epoch;
}

static void
remember(struct cell *c, uint8_t mask, enum act act)
{
	if (c->n == c->room) {
		c->room = (uint16_t)(c->room == 0 ? 2 : 2 * c->room);
		c->accesses = realloc(c->accesses, c->room * sizeof *c->accesses);
		if (c->accesses == NULL)
			refuse("no memory for the shadow of plain memory");
	}
	c->accesses[c->n++] = (struct access){
		.caller = running->caller,
		.epoch = (uint16_t)(running->done + 1),
		.thread = (uint8_t)running->id,
		.mask = mask,
		.act = (uint8_t)act,
	};
}

/* Races. */

static const char *
word_of(enum act act)
{
	return act == READS ? "reads" : act == WRITES ? "writes" : "frees";
}

static void __attribute__((noreturn))
fail_race(uintptr_t address, size_t size, const char *does, bool frees, const struct access *other)
{
	enum bug bug = frees || other->act == FREES ? BUG_USE_AFTER_FREE : BUG_RACE;
	char name[80];

	race_other = (struct race_place){ other->caller, word_of(other->act), other->thread,
		other->epoch - 1u };
	verdict.threads = (uint16_t)(1u << running->id | 1u << other->thread);
	fail(bug, "thread %u %s %zu bytes at %s, which thread %u %s, and nothing orders the two",
	    running->id, does, size, object_name(address, name, sizeof name), other->thread,
	    race_other.does);
}

static void
check(const struct cell *c, uint8_t mask, enum act act, const char *does, uintptr_t address,
    size_t size)
{
	for (unsigned i = 0; i < c->n; i++) {
		const struct access *a = &c->accesses[i];

		if ((a->mask & mask) != 0 && (a->act != READS || act != READS) && !knows(a))
			fail_race(address, size, does, act == FREES, a);
	}
}

/* Forgets those that the running thread's access of these bytes stands for. */
static void
forget(struct cell *c, uint8_t mask, enum act act)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < c->n; i++) {
		const struct access *a = &c->accesses[i];

		if ((a->mask & ~mask) != 0 || (act == READS && a->act != READS) || !knows(a))
			c->accesses[kept++] = *a;
	}
	c->n = (uint16_t)kept;
}

/* Plain accesses of atomic objects. */

/* Is the atomic access ordered before the running thread? */
static bool
knows_event(const struct event *e)
{
	return e->thread == running->id || (*running->hb)[e->thread] > e->index;
}

/*
 * A plain access of memory that is an atomic object must be ordered with every atomic one, a
 * plain read with the writes. It then finds the newest value in memory, where atomic
 * operations do not put it; a plain write begins another object's life.
 */
static void
access_object(uintptr_t object, unsigned size, int location, enum act act)
{
	const struct location *l = &graph.locations[location];
	const struct event *newest = NULL;

	for (unsigned i = 0; i < l->n_accesses; i++) {
		const struct event *e = &graph.events[l->accesses[i]];
		bool writes = e->op.kind == WRITE;

		if (!replay_has_run(e->thread, e->index))
			continue;
		if ((act != READS || writes) && !knows_event(e)) {
			const struct record *record = record_of_event(e->thread, e->index);
			const struct access other = {
				.caller = record == NULL ? 0 : record->caller,
				.epoch = (uint16_t)(e->index + 1),
				.thread = e->thread,
				.act = writes ? WRITES : READS,
			};
			fail_race(object, size, word_of(act), act == FREES, &other);
		}
		if (writes && (newest == NULL || e->place > newest->place))
			newest = e;
	}
	if (newest != NULL)
		value_set(object, size, newest->value);
	if (act != READS)
		location_ends(object);
}

static void
access_objects(uintptr_t from, uintptr_t to, enum act act)
{
	for (uintptr_t a = (from & ~(uintptr_t)7) - 8; a < to; a++) {
		unsigned size;
		int location = location_at(a, &size);

		if (location < 0 || a + size <= from)
			continue;
		if (act != READS)
			effect();
		access_object(a, size, location, act);
	}
}

bool
shadow_mark_atomic(uintptr_t address, unsigned size)
{
	for (uintptr_t a = address; a < address + size; a++) {
		struct cell *c = cell_of(a >> 3);

		if ((c->atomic >> (a & 7) & 1) != 0)
			return false;
		c->atomic |= (uint8_t)(1u << (a & 7));
	}
	return true;
}

void
shadow_clear_atomic(uintptr_t address, unsigned size)
{
	for (uintptr_t a = address; a < address + size; a++)
		cell_of(a >> 3)->atomic &= (uint8_t) ~(1u << (a & 7));
}

/* All accesses. */

static void
access_bytes(uintptr_t address, size_t size, enum act act)
{
	uintptr_t end = address + size;

	for (uintptr_t a = address, next; a < end; a = next) {
		struct cell *c = cell_of(a >> 3);
		uint8_t mask;

		next = (a | 7) + 1 < end ? (a | 7) + 1 : end;
		mask = (uint8_t)(((1u << (next - a)) - 1) << (a & 7));
		if ((c->atomic & mask) != 0) {
			access_objects(a, next, act);
			c = cell_of(a >> 3);
		}
		check(c, mask, act, word_of(act), address, size);
		forget(c, mask, act);
		remember(c, mask, act);
	}
}

void
plain_access(uintptr_t address, size_t size, bool writes)
{
	if (size == 0)
		return;
	/* A thread's own stack is part of the state that loops are compared by. */
	if (writes && !fiber_has(running, address))
		retry_will_write(address, size);
	if (retry_is_trial())
		return;
	record_plain(address, size, writes);
	heap_check(address, size, writes ? "writes" : "reads");
	access_bytes(address, size, writes ? WRITES : READS);
}

void
atomic_access(uintptr_t address, size_t size, bool writes)
{
	uintptr_t end = address + size;

	heap_check(address, size, writes ? "writes" : "reads");
	for (uintptr_t a = address, next; a < end; a = next) {
		const struct cell *c = cell_of(a >> 3);
		uint8_t mask;

		next = (a | 7) + 1 < end ? (a | 7) + 1 : end;
		mask = (uint8_t)(((1u << (next - a)) - 1) << (a & 7));
		check(c, mask, writes ? WRITES : READS,
		    writes ? "atomically writes" : "atomically reads", address, size);
	}
}

void
shadow_free(uintptr_t address, size_t size)
{
	if (size != 0)
		access_bytes(address, size, FREES);
}
