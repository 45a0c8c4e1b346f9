/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * deque.c: the work-stealing deque; its algorithm is in weft/detail/deque_inl.h. Here is what
 * allocates: init, growth, fini; and the untyped functions.
 *
 * Growth. The owner alone grows the deque, and alone writes slots, so what it copies stands
 * still. Thieves go on meanwhile: they may take what is being copied, from either buffer. An
 * outgrown buffer is never written again, so a thief who still reads there reads what was
 * right when it looked at bottom; top then says whether it still is. Nobody knows when the
 * last such thief is gone, and to know it would cost each steal two more shared writes: so
 * outgrown buffers wait in a list for fini. Their sizes halve along the list: together they
 * are smaller than the one in use.
 */
#include <weft/deque.h>

#include "../base/memory.h"

#define USUAL_CAPACITY 64

static size_t
bytes_of_slot(const weft_type *type)
{
	return WEFT_DEQUE_WORDS_(type->size) * sizeof(uint64_t);
}

static size_t
bytes_of_buffer(const weft_type *type, uint64_t capacity)
{
	return sizeof(weft_deque_buffer_) + (size_t)capacity * bytes_of_slot(type);
}

/* The capacities that can be, and so few that neither bytes nor a doubling overflow. */
static bool
fits(const weft_type *type, uint64_t capacity)
{
	return capacity <= (SIZE_MAX / 4 - sizeof(weft_deque_buffer_)) / bytes_of_slot(type);
}

static weft_deque_buffer_ *
buffer_new(const weft_allocator *own, const weft_type *type, uint64_t capacity)
{
	weft_deque_buffer_ *buffer = weft_memory_alloc_(own, bytes_of_buffer(type, capacity),
	    alignof(max_align_t));

	if (buffer != NULL)
		buffer->mask_ = capacity - 1;
	return buffer;
}

/* The owner's next pushes and pops, and the thieves' next steals, use it. */
static void
put_into_use(weft_deque *d, weft_deque_buffer_ *buffer)
{
	d->mask_ = buffer->mask_;
	d->slots_ = weft_deque_slots_(buffer);
	/* R2: publishes the mask and the values copied; pairs with A2. */
	weft_store_release(&d->buffer_, buffer);
}

weft_status
weft_deque_init_with(weft_deque *d, const weft_type *type, const weft_deque_options *options)
{
	size_t wanted = options == NULL || options->capacity == 0 ? USUAL_CAPACITY
								  : options->capacity;
	const weft_allocator *own = options == NULL ? NULL : options->allocator;
	weft_seg_queue_options injected = { .allocator = own };
	weft_deque_buffer_ *buffer;
	uint64_t capacity = 1;
	weft_status s;

	if (type->size == 0 || type->size > WEFT_DEQUE_VALUE_MAX_ || type->align == 0 ||
	    (type->align & (type->align - 1)) != 0 || type->size % type->align != 0 ||
	    !fits(type, wanted))
		return WEFT_INVALID;
	while (capacity < wanted)
		capacity *= 2;
	s = weft_seg_queue_init_with(&d->injected_, type, &injected);
	if (s != WEFT_OK)
		return s;
	buffer = buffer_new(own, type, capacity);
	if (buffer == NULL) {
		weft_seg_queue_fini(&d->injected_);
		return WEFT_NO_MEMORY;
	}
	buffer->older_ = NULL;
	d->type_ = type;
	d->allocator_ = own;
	put_into_use(d, buffer);
	weft_deque_begin_at_(d, 0);
	/* relaxed: nobody else knows the deque yet. */
	weft_store_relaxed(&d->inside_, 0);
	d->alive_.self = d;
	return WEFT_OK;
}

weft_status
weft_deque_init(weft_deque *d, const weft_type *type)
{
	return weft_deque_init_with(d, type, NULL);
}

static bool
grow(weft_deque *d)
{
	/* relaxed: the owner alone writes it. */
	weft_deque_buffer_ *old = weft_load_relaxed(&d->buffer_), *twice;
	uint64_t capacity = 2 * (old->mask_ + 1), bottom = weft_deque_own_(d);
	uint64_t copy[WEFT_DEQUE_WORDS_MAX_];

	if (!fits(d->type_, capacity))
		return false;
	twice = buffer_new(d->allocator_, d->type_, capacity);
	if (twice == NULL)
		return false;
	for (uint64_t i = d->top_seen_; i != bottom; i++) {
		weft_deque_get_(weft_deque_slot_(d->slots_, d->mask_, d->type_, i), d->type_, copy);
		weft_deque_put_(weft_deque_slot_(weft_deque_slots_(twice), twice->mask_, d->type_,
				    i),
		    d->type_, copy);
	}
	twice->older_ = old;
	put_into_use(d, twice);
	return true;
}

bool
weft_deque_make_room_(weft_deque *d)
{
	/*
	 * relaxed: a thief read its slot before the compare-and-swap that is seen here, and the
	 * stores into that slot hang on what is seen: they do not come first (design page).
	 */
	d->top_seen_ = weft_load_relaxed(&d->top_);
	return weft_deque_own_(d) - d->top_seen_ <= d->mask_ || grow(d);
}

static void
drop_all(weft_deque *d)
{
	alignas(WEFT_DEQUE_VALUE_MAX_) uint64_t copy[WEFT_DEQUE_WORDS_MAX_];
	uint64_t bottom = weft_deque_own_(d);

	/* relaxed: nobody else uses the deque any more. */
	for (uint64_t i = weft_load_relaxed(&d->top_); i != bottom; i++) {
		weft_deque_get_(weft_deque_slot_(d->slots_, d->mask_, d->type_, i), d->type_, copy);
		d->type_->drop(copy);
	}
}

void
weft_deque_fini(weft_deque *d)
{
	weft_deque_buffer_ *buffer, *older;

	weft_alive_check_(&d->alive_, d, "fini of a deque");
	if (d->type_->drop != NULL)
		drop_all(d);
	weft_seg_queue_fini(&d->injected_);
	d->alive_.self = NULL;
	/* relaxed: nobody else uses the deque any more. */
	for (buffer = weft_load_relaxed(&d->buffer_); buffer != NULL; buffer = older) {
		older = buffer->older_;
		weft_memory_free_(d->allocator_, buffer,
		    bytes_of_buffer(d->type_, buffer->mask_ + 1), alignof(max_align_t));
	}
}

bool
weft_deque_push(weft_deque *d, const void *v)
{
	return weft_deque_push_(d, d->type_, v);
}

bool
weft_deque_pop(weft_deque *d, void *v)
{
	return weft_deque_pop_(d, d->type_, v);
}

weft_status
weft_deque_steal(weft_deque *d, void *v)
{
	return weft_deque_steal_(d, d->type_, v);
}

size_t
weft_deque_steal_n(weft_deque *d, void *vs, size_t n)
{
	return weft_deque_steal_n_(d, d->type_, vs, n);
}

bool
weft_deque_inject(weft_deque *d, const void *v)
{
	weft_alive_check_(&d->alive_, d, "inject into a deque");
	return weft_seg_queue_push(&d->injected_, v);
}

bool
weft_deque_pop_injected(weft_deque *d, void *v)
{
	weft_alive_check_(&d->alive_, d, "pop_injected from a deque");
	return weft_seg_queue_pop(&d->injected_, v);
}

size_t
weft_deque_len(const weft_deque *d)
{
	return weft_deque_len_(d);
}

bool
weft_deque_is_empty(const weft_deque *d)
{
	return weft_deque_is_empty_(d);
}
