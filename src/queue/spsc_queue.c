/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * spsc_queue.c: the queue from one thread to one other; its algorithm is in
 * weft/detail/spsc_queue_inl.h. Here is what allocates, and the untyped functions.
 */
#include <weft/spsc_queue.h>

#include "../base/memory.h"

static void
release(weft_spsc_queue *q)
{
	weft_memory_free_(q->allocator_, q->slots_, q->capacity_ * q->type_->size, q->type_->align);
}

weft_status
weft_spsc_queue_init_with(weft_spsc_queue *q, const weft_type *type,
    const weft_spsc_queue_options *options)
{
	size_t capacity = options == NULL ? 0 : options->capacity;
	const weft_allocator *own = options == NULL ? NULL : options->allocator;
	weft_status s;
	void *slots;

	if (!weft_spsc_queue_fits_(type, capacity))
		return WEFT_INVALID;
	slots = weft_memory_alloc_(own, capacity * type->size, type->align);
	if (slots == NULL)
		return WEFT_NO_MEMORY;
	s = weft_spsc_queue_init_over_(q, type, slots, capacity * type->size, capacity);
	q->allocator_ = own;
	q->release_ = release;
	return s;
}

weft_status
weft_spsc_queue_init(weft_spsc_queue *q, const weft_type *type, size_t capacity)
{
	weft_spsc_queue_options options = { .capacity = capacity };

	return weft_spsc_queue_init_with(q, type, &options);
}

weft_status
weft_spsc_queue_init_over(weft_spsc_queue *q, const weft_type *type, void *memory, size_t bytes,
    size_t capacity)
{
	return weft_spsc_queue_init_over_(q, type, memory, bytes, capacity);
}

void
weft_spsc_queue_fini(weft_spsc_queue *q)
{
	weft_spsc_queue_fini_(q, q->type_);
}

bool
weft_spsc_queue_push(weft_spsc_queue *q, const void *v)
{
	return weft_spsc_queue_push_(q, q->type_, v);
}

bool
weft_spsc_queue_pop(weft_spsc_queue *q, void *v)
{
	return weft_spsc_queue_pop_(q, q->type_, v);
}

size_t
weft_spsc_queue_push_n(weft_spsc_queue *q, const void *vs, size_t n)
{
	return weft_spsc_queue_push_n_(q, q->type_, vs, n);
}

size_t
weft_spsc_queue_pop_n(weft_spsc_queue *q, void *vs, size_t n)
{
	return weft_spsc_queue_pop_n_(q, q->type_, vs, n);
}

void *
weft_spsc_queue_reserve(weft_spsc_queue *q, size_t *n)
{
	return weft_spsc_queue_reserve_(q, q->type_, n);
}

void
weft_spsc_queue_commit(weft_spsc_queue *q, size_t n)
{
	weft_spsc_queue_commit_(q, n);
}

void *
weft_spsc_queue_claim(weft_spsc_queue *q, size_t *n)
{
	return weft_spsc_queue_claim_(q, q->type_, n);
}

void
weft_spsc_queue_release(weft_spsc_queue *q, size_t n)
{
	weft_spsc_queue_release_(q, n);
}

size_t
weft_spsc_queue_drain(weft_spsc_queue *q, void *spare, void (*fn)(void *v, void *ctx), void *ctx)
{
	size_t n = 0;

	for (; weft_spsc_queue_pop(q, spare); n++)
		fn(spare, ctx);
	return n;
}

size_t
weft_spsc_queue_len(const weft_spsc_queue *q)
{
	return weft_spsc_queue_len_(q);
}

size_t
weft_spsc_queue_capacity(const weft_spsc_queue *q)
{
	return weft_spsc_queue_capacity_(q);
}

bool
weft_spsc_queue_is_empty(const weft_spsc_queue *q)
{
	return weft_spsc_queue_len_(q) == 0;
}

bool
weft_spsc_queue_is_full(const weft_spsc_queue *q)
{
	return weft_spsc_queue_len_(q) == weft_spsc_queue_capacity_(q);
}
