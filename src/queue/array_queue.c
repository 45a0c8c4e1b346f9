/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * array_queue.c: the bounded queue of tickets and turns; its algorithm is in
 * weft/detail/array_queue_inl.h. Here is what allocates, and the untyped functions.
 */
#include <weft/array_queue.h>

#include "../base/memory.h"

static size_t
align_of_slots(const weft_type *type)
{
	return WEFT_ARRAY_QUEUE_AT_(type->align);
}

static size_t
bytes_of_slots(const weft_type *type, size_t capacity)
{
	return capacity * WEFT_ARRAY_QUEUE_STRIDE_(type->size, type->align);
}

static void
release(weft_array_queue *q)
{
	weft_memory_free_(q->allocator_, q->slots_, bytes_of_slots(q->type_, q->last_ + 1),
	    align_of_slots(q->type_));
}

weft_status
weft_array_queue_init_with(weft_array_queue *q, const weft_type *type,
    const weft_array_queue_options *options)
{
	size_t capacity = options == NULL ? 0 : options->capacity;
	const weft_allocator *own = options == NULL ? NULL : options->allocator;
	weft_status s;
	void *slots;

	if (!weft_array_queue_fits_(type, capacity))
		return WEFT_INVALID;
	slots = weft_memory_alloc_(own, bytes_of_slots(type, capacity), align_of_slots(type));
	if (slots == NULL)
		return WEFT_NO_MEMORY;
	s = weft_array_queue_init_over_(q, type, slots, bytes_of_slots(type, capacity), capacity);
	q->allocator_ = own;
	q->release_ = release;
	return s;
}

weft_status
weft_array_queue_init(weft_array_queue *q, const weft_type *type, size_t capacity)
{
	weft_array_queue_options options = { .capacity = capacity };

	return weft_array_queue_init_with(q, type, &options);
}

weft_status
weft_array_queue_init_over(weft_array_queue *q, const weft_type *type, void *memory, size_t bytes,
    size_t capacity)
{
	return weft_array_queue_init_over_(q, type, memory, bytes, capacity);
}

void
weft_array_queue_fini(weft_array_queue *q)
{
	weft_array_queue_fini_(q, q->type_);
}

bool
weft_array_queue_push(weft_array_queue *q, const void *v)
{
	return weft_array_queue_push_(q, q->type_, v);
}

bool
weft_array_queue_pop(weft_array_queue *q, void *v)
{
	return weft_array_queue_pop_(q, q->type_, v);
}

weft_status
weft_array_queue_try_push(weft_array_queue *q, const void *v)
{
	return weft_array_queue_try_push_(q, q->type_, v);
}

weft_status
weft_array_queue_try_pop(weft_array_queue *q, void *v)
{
	return weft_array_queue_try_pop_(q, q->type_, v);
}

size_t
weft_array_queue_push_n(weft_array_queue *q, const void *vs, size_t n)
{
	return weft_array_queue_push_n_(q, q->type_, vs, n);
}

size_t
weft_array_queue_pop_n(weft_array_queue *q, void *vs, size_t n)
{
	return weft_array_queue_pop_n_(q, q->type_, vs, n);
}

void
weft_array_queue_force_push(weft_array_queue *q, const void *v, void *old, bool *had)
{
	weft_array_queue_force_push_(q, q->type_, v, old, had);
}

bool
weft_array_queue_peek(const weft_array_queue *q, void *v)
{
	return weft_array_queue_peek_(q, q->type_, v);
}

size_t
weft_array_queue_drain(weft_array_queue *q, void *spare, void (*fn)(void *v, void *ctx), void *ctx)
{
	size_t n = 0;

	for (; weft_array_queue_pop(q, spare); n++)
		fn(spare, ctx);
	return n;
}

size_t
weft_array_queue_len(const weft_array_queue *q)
{
	return weft_array_queue_len_(q);
}

size_t
weft_array_queue_capacity(const weft_array_queue *q)
{
	return weft_array_queue_capacity_(q);
}

bool
weft_array_queue_is_empty(const weft_array_queue *q)
{
	return weft_array_queue_is_empty_(q);
}

bool
weft_array_queue_is_full(const weft_array_queue *q)
{
	return weft_array_queue_is_full_(q);
}
