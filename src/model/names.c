/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* names.c: numbers of atomic objects, the same in every run. */

/*
 * An object is known by its address, its sort and its incarnation: how often, in this run, the
 * memory at that address has begun anew as another object. Addresses follow from a thread's
 * past, and so does the incarnation, so the number that the three were given once is right in
 * every run.
 */
#include "names.h"

#include <stdlib.h>

#include "fiber.h"
#include "graph.h"
#include "shadow.h"
#include "value.h"

struct name {
	uintptr_t address;	/* 0: a free entry */
	uint32_t run;		/* the last in which it was used; what follows is of it */
	uint16_t incarnation;
	uint8_t sort, size;	/* 0: not in use since its incarnation began */
	uint16_t n_numbers;
	uint16_t *numbers;	/* by incarnation */
};

/* By address and sort; entries stay. The size is a power of 2. */
static struct name *names;
static size_t n_names, room;

/* By number; and those that are, or were, in use in this run. */
static struct location_name objects[MAX_LOCATIONS];
static unsigned n_objects;
static uint16_t used[MAX_LOCATIONS];
static unsigned n_used;
static uint32_t used_run;

static struct name *
entry_of(uintptr_t address, unsigned sort)
{
	uint64_t hash = (address ^ (uint64_t)sort << 60) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(hash >> 32) & (room - 1);

	while (names[i].address != 0 && (names[i].address != address || names[i].sort != sort))
		i = (i + 1) & (room - 1);
	return &names[i];
}

static void
grow(void)
{
	struct name *old = names;
	size_t n = room;

	room = room == 0 ? 1024 : 2 * room;
	names = calloc(room, sizeof *names);
	if (names == NULL)
		refuse("no memory for the names of locations");
	for (size_t i = 0; i < n; i++)
		if (old[i].address != 0)
			*entry_of(old[i].address, old[i].sort) = old[i];
	free(old);
}

/* The entry, which may be a free one, as it is in this run. */
static struct name *
find(uintptr_t address, unsigned sort)
{
	struct name *e;

	if (room == 0)
		grow();
	e = entry_of(address, sort);
	if (e->address != 0 && e->run != run_number) {
		e->run = run_number;
		e->incarnation = 0;
		e->size = 0;
	}
	return e;
}

/* The number of this incarnation: perhaps a new one. */
static unsigned
number(struct name *e)
{
	while (e->n_numbers <= e->incarnation) {
		uint16_t *more = realloc(e->numbers, (e->n_numbers + 1u) * sizeof *more);

		if (more == NULL)
			refuse("no memory for the names of locations");
		if (n_objects == MAX_LOCATIONS - 1)
			refuse("more than %u atomic objects", n_objects);
		objects[n_objects].address = e->address;
		objects[n_objects].sort = e->sort;
		objects[n_objects].size = e->size;
		more[e->n_numbers++] = (uint16_t)n_objects++;
		e->numbers = more;
	}
	return e->numbers[e->incarnation];
}

/* The object is used for the first time in its life. */
static unsigned
begin_life(uintptr_t address, unsigned size, enum sort sort)
{
	struct name *e;
	unsigned location;

	if (2 * (n_names + 1) > room)
		grow();
	e = find(address, sort);
	if (e->address == 0) {
		*e = (struct name){ .address = address, .run = run_number, .sort = (uint8_t)sort };
		n_names++;
	}
	e->size = (uint8_t)size;
	location = number(e);
	if (used_run != run_number)
		n_used = 0;
	used_run = run_number;
	used[n_used++] = (uint16_t)location;
	graph_location(location, sort == SORT_DATA ? value_at(address, size) : 0);
	if (sort == SORT_DATA && !shadow_mark_atomic(address, size))
		refuse("the %u bytes at %p are part of another atomic object: "
		       "atomics of mixed sizes are not modelled", size, (void *)address);
	return location;
}

unsigned
location_of(uintptr_t address, unsigned size, enum sort sort)
{
	const struct name *e = find(address, sort);

	if (e->address == 0 || e->size == 0)
		return begin_life(address, size, sort);
	if (e->size != size)
		refuse("the atomic object at %p is used with %u and with %u bytes: "
		       "atomics of mixed sizes are not modelled", (void *)address, e->size, size);
	return e->numbers[e->incarnation];
}

int
location_at(uintptr_t address, unsigned *size)
{
	const struct name *e = find(address, SORT_DATA);

	if (e->address == 0 || e->size == 0)
		return -1;
	*size = e->size;
	return e->numbers[e->incarnation];
}

static void
end_life(uintptr_t address, enum sort sort)
{
	struct name *e = find(address, sort);

	if (e->address == 0 || e->size == 0)
		return;
	if (e->sort == SORT_DATA)
		shadow_clear_atomic(address, e->size);
	e->size = 0;
	e->incarnation++;
}

void
location_ends(uintptr_t address)
{
	end_life(address, SORT_DATA);
}

void
forget_locations(uintptr_t address, size_t size)
{
	for (unsigned i = 0; used_run == run_number && i < n_used; i++) {
		const struct location_name *o = &objects[used[i]];

		if (o->address - address < size)
			end_life(o->address, o->sort);
	}
}

const struct location_name *
location_name_of(unsigned location)
{
	return &objects[location];
}

void
locations_to_memory(void)
{
	for (unsigned i = 0; used_run == run_number && i < n_used; i++) {
		const struct location *l = &graph.locations[used[i]];
		uintptr_t address = objects[used[i]].address;
		unsigned size;

		/* Those that were forgotten are plain memory again. */
		if (l->n_order != 0 && location_at(address, &size) == used[i])
			value_set(address, size, graph.events[l->order[l->n_order - 1]].value);
	}
}
