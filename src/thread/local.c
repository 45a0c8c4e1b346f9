/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * local.c: a value for each thread that asks.
 *
 * A thread has a place, the same in every local: its slot, or 0 when there are too many
 * threads. A local has an array of places, in buckets of which each has four times the places
 * of the one before, so that a value that is there is found by three loads, and no thread
 * remembers anything of a local: there is nothing that could be stale after fini.
 *
 * A slot is another thread's after its thread has ended. So a place holds a stack of values, the
 * newest first, and each says whose it is: by a number that no other thread ever has. A
 * thread takes its number while it has its slot, and puts values in that place only while it
 * has it; so the numbers in a place (but 0) go down from the top, and a thread whose value is
 * not on the top has none there, unless it is at its end and has given its slot back. From then
 * on it puts what it makes in place 0, where all who have no slot put theirs, in any order.
 *
 * All values of a local are also in one list, for next and fini. Linearization points: of the
 * making of a value, the CAS of all_ for next, its thread's alone for get.
 */
#include <weft/local.h>

#include <string.h>

#include "../base/memory.h"

typedef weft_local_value_ value;

WEFT_THREAD_LOCAL_ weft_local_self_ weft_local_me_;

/* Numbers given so far; each thread adds 1 at its first use of any local. */
static weft_atomic_u64 numbers_given;

/* What this thread is making; values that are made for others' making are above. */
struct making {
	const weft_local *local;
	const struct making *outer;
};
static _Thread_local const struct making *making;

#define FIRST_PLACES 16u

static uint32_t
places_of(uint32_t bucket)
{
	return FIRST_PLACES << 2 * bucket;
}

static void
introduce(void)
{
	/* In the model all threads meet in place 0. */
	uint32_t slot = WEFT_MODEL_ ? WEFT_SLOT_NONE_ : weft_slot_take_();
	uint32_t place = slot == WEFT_SLOT_NONE_ ? 0 : slot, bucket = 0;

	while (place >= places_of(bucket))
		place -= places_of(bucket++);
	weft_local_me_.bucket = bucket;
	weft_local_me_.index = place;
	/* relaxed: a number that no other thread gets; the slot's mutex orders those of a slot. */
	weft_local_me_.number = weft_fetch_add_relaxed(&numbers_given, 1) + 1;
}

/* NULL: no memory. */
static weft_atomic_ptr *
places_new(weft_local *l, uint32_t bucket)
{
	size_t size = places_of(bucket) * sizeof(weft_atomic_ptr);
	/* A1: as in weft_local_get_. */
	void *seen = weft_load_acquire(&l->buckets_[bucket]), *places;

	if (seen != NULL)
		return seen;
	places = weft_memory_alloc_(NULL, size, alignof(weft_atomic_ptr));
	if (places == NULL)
		return NULL;
	memset(places, 0, size);
	/* R1: the NULLs; pairs with A1. */
	if (weft_cas_release(&l->buckets_[bucket], &seen, places))
		return places;
	weft_memory_free_(NULL, places, size, alignof(weft_atomic_ptr));
	/* A1: as in weft_local_get_; another thread's. */
	return weft_load_acquire(&l->buckets_[bucket]);
}

/* This thread's value in a place. descending: below a lower number than its own is none. */
static value *
find(const weft_local *l, uint32_t bucket, uint32_t index, bool descending)
{
	/* A1: as in weft_local_get_. */
	weft_atomic_ptr *places = weft_load_acquire(&l->buckets_[bucket]);
	value *v;

	if (places == NULL)
		return NULL;
	/* A2: as in weft_local_get_, and of all below it: each was put there by a CAS. */
	v = weft_load_acquire(&places[index]);
	while (v != NULL && v->owner != weft_local_me_.number)
		v = descending && v->owner < weft_local_me_.number ? NULL : v->older;
	return v;
}

static size_t
offset_of(const weft_local_type *type)
{
	return (sizeof(value) + type->align - 1) & ~(type->align - 1);
}

/* Whole lines, which no other memory shares. */
static size_t
size_of(const weft_local_type *type)
{
	return (offset_of(type) + type->size + WEFT_LINE - 1) & ~((size_t)WEFT_LINE - 1);
}

static size_t
align_of(const weft_local_type *type)
{
	return type->align > WEFT_LINE ? type->align : WEFT_LINE;
}

static void
check(const weft_local *l, const weft_local_type *type, const char *call)
{
	if (l == NULL || type == NULL)
		weft_misuse_(call, "there is no local, or no type: give the address of each");
	if (type->size == 0 || type->align == 0 || (type->align & (type->align - 1)) != 0 ||
	    type->size > PTRDIFF_MAX / 4 || type->align > PTRDIFF_MAX / 4)
		weft_misuse_(call, "the type's size is at least 1, its align a power of two");
}

static void
run_make(const weft_local *l, const weft_local_type *type, void *v)
{
	const struct making here = { l, making };

	making = &here;
	type->make(v);
	making = here.outer;
}

static value *
value_new(const weft_local *l, const weft_local_type *type)
{
	char *block = weft_memory_alloc_(NULL, size_of(type), align_of(type));
	value *v;

	if (block == NULL)
		return NULL;
	memset(block, 0, size_of(type));
	v = (value *)(void *)(block + offset_of(type)) - 1;
	v->owner = weft_local_me_.number;
	if (type->make != NULL)
		run_make(l, type, v + 1);
	return v;
}

/* link: the member that holds what was there before. */
static void
put(weft_atomic_ptr *top, value *v, value **link)
{
	/* relaxed: only an address to compare. */
	void *seen = weft_load_relaxed(top);

	do {
		*link = seen;
		/* R2: the value and its header; as a read-modify-write it keeps what is below;
		 * pairs with A2. */
	} while (!weft_cas_weak_release(top, &seen, v));
}

void *
weft_local_get_slow_(weft_local *l, const weft_local_type *type)
{
	uint32_t bucket, index;
	weft_atomic_ptr *places;
	value *v;

	check(l, type, "weft_local_get");
	if (weft_local_me_.number == 0)
		introduce();
	bucket = weft_local_me_.bucket;
	index = weft_local_me_.index;
	v = find(l, bucket, index, bucket != 0 || index != 0);
	/* A thread at its end: its place may be another's. */
	if (v == NULL && weft_slot_ == WEFT_SLOT_NONE_) {
		bucket = index = 0;
		v = find(l, bucket, index, false);
	}
	if (v != NULL)
		return v + 1;
	for (const struct making *m = making; m != NULL; m = m->outer)
		if (m->local == l)
			weft_misuse_("weft_local_get",
			    "make asks for the value that it is making: fill what it is given");
	places = places_new(l, bucket);
	v = places == NULL ? NULL : value_new(l, type);
	if (v == NULL)
		return NULL;
	put(&l->all_, v, &v->next);
	put(&places[index], v, &v->older);
	return v + 1;
}

void *
(weft_local_get)(weft_local *l, const weft_local_type *type)
{
	if (l == NULL)
		return weft_local_get_slow_(l, type);
	return weft_local_get_(l, type);
}

void *
weft_local_next(const weft_local *l, const void *prev)
{
	/* A2: the values, and their headers; pairs with R2. */
	value *v = prev == NULL ? weft_load_acquire(&l->all_) : ((const value *)prev - 1)->next;

	return v == NULL ? NULL : v + 1;
}

size_t
weft_local_len(const weft_local *l)
{
	size_t n = 0;

	for (void *v = NULL; (v = weft_local_next(l, v)) != NULL;)
		n++;
	return n;
}

void
weft_local_fini(weft_local *l, const weft_local_type *type)
{
	value *v, *next;

	check(l, type, "weft_local_fini");
	/* relaxed: nobody else uses the local any more; the same for the rest. */
	for (v = weft_load_relaxed(&l->all_); v != NULL; v = next) {
		next = v->next;
		if (type->drop != NULL)
			type->drop(v + 1);
		weft_memory_free_(NULL, (char *)(v + 1) - offset_of(type), size_of(type),
		    align_of(type));
	}
	/* relaxed: as above. */
	weft_store_relaxed(&l->all_, NULL);
	for (uint32_t i = 0; i < WEFT_LOCAL_BUCKETS_; i++) {
		/* relaxed: as above. */
		void *places = weft_load_relaxed(&l->buckets_[i]);

		if (places != NULL)
			weft_memory_free_(NULL, places, places_of(i) * sizeof(weft_atomic_ptr),
			    alignof(weft_atomic_ptr));
		/* relaxed: as above. */
		weft_store_relaxed(&l->buckets_[i], NULL);
	}
}
