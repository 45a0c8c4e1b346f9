/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* heap.c: the memory that the program under test allocates. */

/*
 * Each thread has an arena, and takes one block after the other from it. A block begins after
 * a red zone. A map tells, of each 16 bytes, how many belong to a live block: from the first
 * on, the others are red.
 */
#include "heap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fiber.h"
#include "graph.h"
#include "names.h"
#include "options.h"
#include "record.h"
#include "replay.h"
#include "retry.h"
#include "shadow.h"
#include "snapshot.h"
#include "verdict.h"

enum { GRAIN = 16, RED_ZONE = 32, FREED = 0xff };
#define ARENA ((size_t)1 << 30)
#define HEAP ((uintptr_t)0x4000000000)

struct heap_block {
	uintptr_t address;
	size_t size;
	bool is_live, is_reached;
};

static struct arena {
	size_t used;
	struct heap_block *blocks;
	unsigned n, room;
	unsigned *freed;	/* blocks, in the order in which this thread freed them */
	unsigned n_freed, room_freed;
} arenas[MAX_THREADS];

static uint8_t *map;

static void
set_up(void)
{
	int protection = PROT_READ | PROT_WRITE;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

	if (mmap((void *)HEAP, ARENA * MAX_THREADS, protection, flags | MAP_FIXED_NOREPLACE, -1,
	        0) != (void *)HEAP)
		refuse("no address space for the program's heap");
	map = mmap(NULL, ARENA * MAX_THREADS / GRAIN, protection, flags, -1, 0);
	if (map == MAP_FAILED)
		refuse("no address space for the program's heap");
}

static bool
is_heap(uintptr_t address)
{
	return address - HEAP < ARENA * MAX_THREADS;
}

bool
heap_has(const void *p)
{
	return is_heap((uintptr_t)p);
}

static uint8_t *
map_of(uintptr_t address)
{
	return &map[(address - HEAP) / GRAIN];
}

void
heap_reset(void)
{
	if (map == NULL)
		set_up();
	for (unsigned t = 0; t < MAX_THREADS; t++) {
		struct arena *a = &arenas[t];

		if (a->used != 0)
			memset(map_of(HEAP + t * ARENA), 0, a->used / GRAIN + 1);
		a->used = 0;
		a->n = a->n_freed = 0;
	}
}

static void *
one_more(void *array, unsigned n, unsigned *room, size_t size)
{
	if (n < *room)
		return array;
	*room = *room == 0 ? 64 : 2 * *room;
	array = realloc(array, *room * size);
	if (array == NULL)
		refuse("no memory for the list of the program's blocks");
	return array;
}

/* The block that begins there, or null. */
static struct heap_block *
block_at(uintptr_t address)
{
	struct arena *a;
	unsigned low = 0, high;

	if (map == NULL || !is_heap(address))
		return NULL;
	a = &arenas[(address - HEAP) / ARENA];
	high = a->n;
	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (a->blocks[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 || a->blocks[low - 1].address != address ? NULL : &a->blocks[low - 1];
}

/* The block in which, or after which, the address is; null if there is none. */
static const struct heap_block *
block_before(uintptr_t address)
{
	const struct arena *a = &arenas[(address - HEAP) / ARENA];
	const struct heap_block *found = NULL;

	for (unsigned i = 0; i < a->n && a->blocks[i].address <= address; i++)
		found = &a->blocks[i];
	return found;
}

/* All of its bytes are the program's now, and hold nothing that it knows. */
static void
give(const struct heap_block *b)
{
	uint8_t *m = map_of(b->address);

	memset(m, GRAIN, b->size / GRAIN);
	if (b->size % GRAIN != 0)
		m[b->size / GRAIN] = (uint8_t)(b->size % GRAIN);
	memset((void *)b->address, 0xa5, b->size);
}

static struct heap_block *
new_block(size_t size, size_t align)
{
	struct arena *a = &arenas[running->id];
	uintptr_t base = HEAP + running->id * ARENA;
	uintptr_t address = (base + a->used + RED_ZONE + align - 1) & ~(align - 1);
	size_t end = address - base + ((size + GRAIN - 1) & ~(size_t)(GRAIN - 1)) + RED_ZONE;

	if (size > ARENA || end > ARENA)
		return NULL;
	a->used = end;
	a->blocks = one_more(a->blocks, a->n, &a->room, sizeof *a->blocks);
	a->blocks[a->n] = (struct heap_block){ .address = address, .size = size };
	return &a->blocks[a->n++];
}

/* The block of that size that the thread freed last, if it is to be used again. */
static struct heap_block *
reused_block(size_t size, size_t align)
{
	const struct arena *a = &arenas[running->id];

	for (unsigned i = a->n_freed; i-- > 0;) {
		struct heap_block *b = block_at(HEAP + a->freed[i] * (uintptr_t)GRAIN);

		if (b->is_live || b->size != size || (b->address & (align - 1)) != 0)
			continue;
		return replay_choose(2) == 0 ? NULL : b;
	}
	return NULL;
}

void *
heap_alloc(size_t size, size_t align)
{
	struct heap_block *b = NULL;

	effect();
	if (align < GRAIN)
		align = GRAIN;
	if (options.fail_memory && replay_choose(2) == 1)
		return NULL;
	if (options.reuse)
		b = reused_block(size, align);
	if (b == NULL)
		b = new_block(size, align);
	if (b == NULL)
		return NULL;
	b->is_live = true;
	give(b);
	running->doing = "allocates";
	record_plain(b->address, size, true);
	return (void *)b->address;
}

void
heap_free(void *p)
{
	struct arena *a = &arenas[running->id];
	struct heap_block *b = block_at((uintptr_t)p);

	effect();
	if (b == NULL)
		fail(BUG_MISUSE, "thread %u frees %p, which no allocation returned",
		    running->id, p);
	if (!b->is_live)
		fail(BUG_DOUBLE_FREE, "thread %u frees %p, which was freed before", running->id,
		    p);
	running->doing = "frees";
	record_plain(b->address, b->size, true);
	shadow_free(b->address, b->size);
	forget_locations(b->address, b->size);
	b->is_live = false;
	memset(map_of(b->address), FREED, (b->size + GRAIN - 1) / GRAIN);
	a->freed = one_more(a->freed, a->n_freed, &a->room_freed, sizeof *a->freed);
	a->freed[a->n_freed++] = (unsigned)((b->address - HEAP) / GRAIN);
}

size_t
heap_size(const void *p)
{
	const struct heap_block *b = block_at((uintptr_t)p);

	return b == NULL ? 0 : b->size;
}

static void __attribute__((noreturn))
fail_address(uintptr_t address, size_t size, const char *does, bool freed)
{
	const struct heap_block *b = block_before(address);

	if (freed)
		fail(BUG_USE_AFTER_FREE, "thread %u %s %zu bytes at %p, which were freed",
		    running->id, does, size, (void *)address);
	if (b == NULL)
		fail(BUG_OVERFLOW, "thread %u %s %zu bytes at %p, where nothing was allocated",
		    running->id, does, size, (void *)address);
	fail(BUG_OVERFLOW, "thread %u %s %zu bytes at %p, outside of every block: "
	     "%zu bytes after the beginning of one of %zu", running->id, does, size,
	    (void *)address, (size_t)(address - b->address), b->size);
}

void
heap_check(uintptr_t address, size_t size, const char *does)
{
	uintptr_t end = address + size;

	if (!is_heap(address) || size == 0)
		return;
	for (uintptr_t a = address & ~(uintptr_t)(GRAIN - 1); a < end; a += GRAIN) {
		uint8_t valid = *map_of(a);
		size_t wanted = end - a < GRAIN ? end - a : GRAIN;

		if (valid == FREED || valid < wanted)
			fail_address(address, size, does, valid == FREED);
	}
}

/* Leaks: the live blocks that can be reached, from the program's variables and each other. */

/* The live block that the address is in, or right behind; null: none. */
static struct heap_block *
live_block_of(uintptr_t address)
{
	struct arena *a;
	unsigned low = 0, high;
	struct heap_block *b;

	if (!is_heap(address))
		return NULL;
	a = &arenas[(address - HEAP) / ARENA];
	high = a->n;
	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (a->blocks[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	b = &a->blocks[low - 1];
	return b->is_live && address - b->address <= b->size ? b : NULL;
}

static struct heap_block **reached;
static unsigned n_reached, room_reached;

/* All blocks that these bytes point into are reached. */
static void
reach_from(const char *bytes, size_t size)
{
	uintptr_t begin = ((uintptr_t)bytes + sizeof(uintptr_t) - 1) & ~(sizeof(uintptr_t) - 1);

	for (uintptr_t p = begin; p + sizeof p <= (uintptr_t)bytes + size; p += sizeof p) {
		struct heap_block *b = live_block_of(*(const uintptr_t *)p);

		if (b == NULL || b->is_reached)
			continue;
		b->is_reached = true;
		reached = one_more(reached, n_reached, &room_reached, sizeof *reached);
		reached[n_reached++] = b;
	}
}

/* Some block is live: then it is worth looking at all variables. */
static bool
any_is_live(void)
{
	bool any = false;

	for (unsigned t = 0; t < MAX_THREADS; t++) {
		for (unsigned i = 0; i < arenas[t].n; i++) {
			any = any || arenas[t].blocks[i].is_live;
			arenas[t].blocks[i].is_reached = false;
		}
	}
	return any;
}

static void
reach_from_thread(const struct fiber *f)
{
	size_t size;
	const char *block;

	if (f->state == UNBORN)
		return;
	block = fiber_tls_block(f, &size);
	reach_from(block, size);
	if (f->state != ENDED)
		reach_from(f->stack_pointer,
		    (size_t)(f->stack + STACK_SIZE - (char *)f->stack_pointer));
}

const void *
heap_leak(size_t *size, unsigned *by_thread)
{
	const char *piece;

	if (!any_is_live())
		return NULL;
	locations_to_memory();
	n_reached = 0;
	for (unsigned i = 0; (piece = snapshot_piece(i, size)) != NULL; i++)
		reach_from(piece, *size);
	for (unsigned t = 0; t < MAX_THREADS; t++)
		reach_from_thread(&fibers[t]);
	for (unsigned i = 0; i < n_reached; i++)
		reach_from((const char *)reached[i]->address, reached[i]->size);
	for (unsigned t = 0; t < MAX_THREADS; t++) {
		for (unsigned i = 0; i < arenas[t].n; i++) {
			const struct heap_block *b = &arenas[t].blocks[i];

			if (!b->is_live || b->is_reached)
				continue;
			*size = b->size;
			*by_thread = t;
			return (const void *)b->address;
		}
	}
	return NULL;
}
