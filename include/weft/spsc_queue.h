/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/spsc_queue.h: a bounded wait-free queue from one thread to one other. */
#ifndef WEFT_SPSC_QUEUE_H
#define WEFT_SPSC_QUEUE_H

#include "atomic.h"

/*
 * WEFT_SPSC_QUEUE(ticks, struct tick [, tick_drop]) declares `ticks`.
 *
 * One thread at a time may be the producer, and one the consumer; handing a side over
 * needs a happens-before of your own. Under WEFT_CHECKED a second thread that meets the
 * first on one side stops the program with a sentence.
 *
 *   ticks_init(q, capacity)    status: WEFT_INVALID when capacity is 0 or too large to
 *                              address, WEFT_NO_MEMORY. Exactly capacity, from 1.
 *   ticks_init_with(q, options)
 *   ticks_init_over(q, memory, bytes, capacity)
 *                              over memory of the caller's, which outlives the queue:
 *                              WEFT_SPSC_QUEUE_BYTES(struct tick, capacity) bytes, aligned
 *                              for the type. WEFT_INVALID when there are fewer. Such a
 *                              queue needs no library to link with.
 *   ticks_fini(q)              drops what is left.
 *
 * The producer
 *   ticks_push(q, v)           bool: false when full.
 *   ticks_push_n(q, vs, n)     how many, from the first on.
 *   ticks_reserve(q, &n)       free slots in the queue itself, next to each other: a
 *                              pointer to the first; n, the number wanted, becomes the
 *                              number there is. NULL when full. &n may be NULL: one.
 *                              Fewer than wanted also where the slots come to the end of
 *                              the array: then reserve again after the commit.
 *   ticks_commit(q, n)         the first n of the reserved are pushed. 0 gives up.
 *
 * The consumer
 *   ticks_pop(q, &v)           bool: false when empty; then v is as it was.
 *   ticks_pop_n(q, vs, n)      how many came out.
 *   ticks_claim(q, &n)         the oldest values, in place: a pointer to the first, to
 *                              look at and to change; a loan until release. NULL: empty.
 *   ticks_release(q, n)        the first n of the claimed are gone; the rest stay, so a
 *                              release of 0 is a peek.
 *   ticks_drain(q, fn, ctx)    pops until empty; how many.
 *
 *   ticks_len(q)  ticks_capacity(q)  ticks_is_empty(q)  ticks_is_full(q)     anyone
 *
 * Progress: wait-free, both sides: no loop, no locked instruction. What the producer did
 * before a push or commit happens before the pop or claim that sees its value returns;
 * what the consumer did before a pop or release, before the push or reserve that uses
 * the slot again.
 */

WEFT_C_BEGIN_

typedef struct weft_spsc_queue_options {
	size_t capacity WEFT_0;                 /* at least 1                       */
	const struct weft_allocator *allocator WEFT_0; /* NULL: as weft_set_allocator says */
	uintptr_t reserved_[4] WEFT_0;
} weft_spsc_queue_options;

WEFT_C_END_

#include "detail/spsc_queue_inl.h"

WEFT_C_BEGIN_

/* The untyped functions: v points to type->size bytes, and type outlives the queue. */
WEFT_API WEFT_MUST_USE weft_status weft_spsc_queue_init(weft_spsc_queue *q, const weft_type *type,
    size_t capacity);
WEFT_API WEFT_MUST_USE weft_status weft_spsc_queue_init_with(weft_spsc_queue *q,
    const weft_type *type, const weft_spsc_queue_options *options);
WEFT_API WEFT_MUST_USE weft_status weft_spsc_queue_init_over(weft_spsc_queue *q,
    const weft_type *type, void *memory, size_t bytes, size_t capacity);
WEFT_API void weft_spsc_queue_fini(weft_spsc_queue *q);
WEFT_API WEFT_MUST_USE bool weft_spsc_queue_push(weft_spsc_queue *q, const void *v);
WEFT_API WEFT_MUST_USE bool weft_spsc_queue_pop(weft_spsc_queue *q, void *v);
WEFT_API WEFT_MUST_USE size_t weft_spsc_queue_push_n(weft_spsc_queue *q, const void *vs, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_spsc_queue_pop_n(weft_spsc_queue *q, void *vs, size_t n);
WEFT_API WEFT_MUST_USE void *weft_spsc_queue_reserve(weft_spsc_queue *q, size_t *n);
WEFT_API void weft_spsc_queue_commit(weft_spsc_queue *q, size_t n);
WEFT_API WEFT_MUST_USE void *weft_spsc_queue_claim(weft_spsc_queue *q, size_t *n);
WEFT_API void weft_spsc_queue_release(weft_spsc_queue *q, size_t n);
/* spare: room for a value, in which each is handed to fn. */
WEFT_API size_t weft_spsc_queue_drain(weft_spsc_queue *q, void *spare,
    void (*fn)(void *v, void *ctx), void *ctx);
WEFT_API size_t weft_spsc_queue_len(const weft_spsc_queue *q);
WEFT_API size_t weft_spsc_queue_capacity(const weft_spsc_queue *q);
WEFT_API bool weft_spsc_queue_is_empty(const weft_spsc_queue *q);
WEFT_API bool weft_spsc_queue_is_full(const weft_spsc_queue *q);

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_SPSC_QUEUE(name, ...) WEFT_PICK_(WEFT_SPSC_QUEUE_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_SPSC_QUEUE_1_(name, T) WEFT_TYPE_0_(name, T, 0); WEFT_SPSC_QUEUE_GEN_(name, T)
#define WEFT_SPSC_QUEUE_2_(name, T, drop) WEFT_TYPE_1_(name, T, drop); WEFT_SPSC_QUEUE_GEN_(name, T)

/* `of_` stores nothing: it tells a debugger what the queue holds. */
#define WEFT_SPSC_QUEUE_GEN_(name, T)                                                             \
	typedef struct name { union { weft_spsc_queue raw; T *of_; }; } name;                     \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init(name *q, size_t capacity)                 \
	{ WEFT_ABI_(); return weft_spsc_queue_init(&q->raw, &name##_type_, capacity); }           \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_with(name *q,                             \
	    const weft_spsc_queue_options *options)                                               \
	{ WEFT_ABI_(); return weft_spsc_queue_init_with(&q->raw, &name##_type_, options); }       \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_over(name *q, void *memory, size_t bytes, \
	    size_t capacity)                                                                      \
	{ return weft_spsc_queue_init_over_(&q->raw, &name##_type_, memory, bytes, capacity); }   \
	WEFT_GEN_ void name##_fini(name *q) { weft_spsc_queue_fini_(&q->raw, &name##_type_); }    \
	WEFT_GEN_ WEFT_MUST_USE bool name##_push(name *q, T v)                                    \
	{ return weft_spsc_queue_push_(&q->raw, &name##_type_, &v); }                             \
	WEFT_GEN_ WEFT_MUST_USE bool name##_pop(name *q, T *v)                                    \
	{ return weft_spsc_queue_pop_(&q->raw, &name##_type_, v); }                               \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_push_n(name *q, T const *vs, size_t n)              \
	{ return weft_spsc_queue_push_n_(&q->raw, &name##_type_, vs, n); }                        \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_pop_n(name *q, T *vs, size_t n)                     \
	{ return weft_spsc_queue_pop_n_(&q->raw, &name##_type_, vs, n); }                         \
	WEFT_GEN_ WEFT_MUST_USE T *name##_reserve(name *q, size_t *n)                             \
	{ return (T *)weft_spsc_queue_reserve_(&q->raw, &name##_type_, n); }                      \
	WEFT_GEN_ void name##_commit(name *q, size_t n) { weft_spsc_queue_commit_(&q->raw, n); }  \
	WEFT_GEN_ WEFT_MUST_USE T *name##_claim(name *q, size_t *n)                               \
	{ return (T *)weft_spsc_queue_claim_(&q->raw, &name##_type_, n); }                        \
	WEFT_GEN_ void name##_release(name *q, size_t n) { weft_spsc_queue_release_(&q->raw, n); } \
	WEFT_GEN_ size_t name##_drain(name *q, void (*fn)(T *v, void *ctx), void *ctx)            \
	{ size_t n = 0; T v; while (name##_pop(q, &v)) { fn(&v, ctx); n++; } return n; }          \
	WEFT_GEN_ size_t name##_len(const name *q) { return weft_spsc_queue_len_(&q->raw); }      \
	WEFT_GEN_ size_t name##_capacity(const name *q)                                           \
	{ return weft_spsc_queue_capacity_(&q->raw); }                                            \
	WEFT_GEN_ bool name##_is_empty(const name *q)                                             \
	{ return weft_spsc_queue_len_(&q->raw) == 0; }                                            \
	WEFT_GEN_ bool name##_is_full(const name *q)                                              \
	{ return weft_spsc_queue_len_(&q->raw) == weft_spsc_queue_capacity_(&q->raw); }           \
	WEFT_END_

/* clang-format on */

#endif
