/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * lf_queue.c: the strictly lock-free bounded queue; its algorithm is in
 * weft/detail/lf_queue_inl.h. Here is what allocates, and the untyped functions.
 */
#include <weft/lf_queue.h>

#include "../base/memory.h"

static void
release(weft_lf_queue *q)
{
	weft_memory_free_(q->allocator_, q->values_, weft_lf_queue_bytes_(q->type_, q->capacity_),
	    weft_lf_queue_align_(q->type_));
}

weft_status
weft_lf_queue_init_with(weft_lf_queue *q, const weft_type *type,
    const weft_lf_queue_options *options)
{
	size_t capacity = options == NULL ? 0 : options->capacity, bytes;
	const weft_allocator *own = options == NULL ? NULL : options->allocator;
	weft_status s;
	void *memory;

	if (!weft_lf_queue_fits_(type, capacity))
		return WEFT_INVALID;
	bytes = weft_lf_queue_bytes_(type, capacity);
	memory = weft_memory_alloc_(own, bytes, weft_lf_queue_align_(type));
	if (memory == NULL)
		return WEFT_NO_MEMORY;
	s = weft_lf_queue_init_over_(q, type, memory, bytes, capacity);
	q->allocator_ = own;
	q->release_ = release;
	return s;
}

weft_status
weft_lf_queue_init(weft_lf_queue *q, const weft_type *type, size_t capacity)
{
	weft_lf_queue_options options = { .capacity = capacity };

	return weft_lf_queue_init_with(q, type, &options);
}

weft_status
weft_lf_queue_init_over(weft_lf_queue *q, const weft_type *type, void *memory, size_t bytes,
    size_t capacity)
{
	return weft_lf_queue_init_over_(q, type, memory, bytes, capacity);
}

void
weft_lf_queue_fini(weft_lf_queue *q)
{
	weft_lf_queue_fini_(q, q->type_);
}

bool
weft_lf_queue_push(weft_lf_queue *q, const void *v)
{
	return weft_lf_queue_push_(q, q->type_, v);
}

bool
weft_lf_queue_pop(weft_lf_queue *q, void *v)
{
	return weft_lf_queue_pop_(q, q->type_, v);
}

size_t
weft_lf_queue_push_n(weft_lf_queue *q, const void *vs, size_t n)
{
	return weft_lf_queue_push_n_(q, q->type_, vs, n);
}

size_t
weft_lf_queue_pop_n(weft_lf_queue *q, void *vs, size_t n)
{
	return weft_lf_queue_pop_n_(q, q->type_, vs, n);
}

bool
weft_lf_queue_force_push(weft_lf_queue *q, const void *v, void *old, bool *had)
{
	return weft_lf_queue_force_push_(q, q->type_, v, old, had);
}

size_t
weft_lf_queue_drain(weft_lf_queue *q, void *spare, void (*fn)(void *v, void *ctx), void *ctx)
{
	size_t n = 0;

	for (; weft_lf_queue_pop(q, spare); n++)
		fn(spare, ctx);
	return n;
}

size_t
weft_lf_queue_len(const weft_lf_queue *q)
{
	return weft_lf_queue_len_(q);
}

size_t
weft_lf_queue_capacity(const weft_lf_queue *q)
{
	return weft_lf_queue_capacity_(q);
}

bool
weft_lf_queue_is_empty(const weft_lf_queue *q)
{
	return weft_lf_queue_is_empty_(q);
}

bool
weft_lf_queue_is_full(const weft_lf_queue *q)
{
	return weft_lf_queue_len_(q) == weft_lf_queue_capacity_(q);
}
