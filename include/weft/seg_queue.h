/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/seg_queue.h: an unbounded queue for any number of threads. */
#ifndef WEFT_SEG_QUEUE_H
#define WEFT_SEG_QUEUE_H

#include "atomic.h"
#include "detail/linked_inl.h"

/*
 * WEFT_SEG_QUEUE(inbox, struct letter [, letter_drop]) declares `inbox`.
 *
 *   inbox_init(q)              status: WEFT_INVALID when a value is too large for a
 *                              segment (over 64 KiB), WEFT_NO_MEMORY.
 *   inbox_init_with(q, options)
 *   inbox_fini(q)              drops what is left.
 *
 *   inbox_push(q, v)           bool: false when there is no memory, and then only.
 *   inbox_pop(q, &v)           bool: false when empty; then v is as it was.
 *   inbox_push_n(q, vs, n)     how many: fewer than n only for want of memory.
 *   inbox_pop_n(q, vs, n)      how many came out, oldest first. A batch is as many pushes
 *                              or pops, for the price of few: others' may fall between.
 *   inbox_drain(q, fn, ctx)    pops until empty, fn(&v, ctx) each; how many.
 *   inbox_len(q)  inbox_is_empty(q)
 *                              true at one moment between call and return.
 *
 * Any number of threads may call any of these at once, init and fini excepted. Values
 * leave in the order in which their pushes took effect. "Empty" is true at one moment
 * between call and return. What a thread did before a push happens before the pop that
 * takes its value returns.
 *
 * Progress: no lock is held. A push or pop first claims a slot, then copies, then
 * publishes. A thread stopped between a push's claim and its publication makes the one
 * pop wait that has claimed the same slot; other pushes and pops go on. The push that
 * takes a segment's last slot links the next segment, in a few instructions (it has the
 * memory before): stopped right there it makes the pushes behind it wait, and the pop of
 * a last slot does the same to the pops behind it. Waiting is a few pauses, then giving
 * the CPU away.
 *
 * Memory grows by segments of 16 KiB or 31 values, whichever is more, and is given back
 * as it empties: a drained queue holds at most two. No thread that sleeps in the middle
 * of a call keeps more than its own segment from going back. There is no other
 * reclamation: no epoch, no hazard pointer, nothing that a sleeping thread could stall.
 */

WEFT_C_BEGIN_

typedef struct weft_seg_queue_options {
	const struct weft_allocator *allocator WEFT_0; /* NULL: as weft_set_allocator says */
	uintptr_t reserved_[4] WEFT_0;
} weft_seg_queue_options;

WEFT_C_END_

#include "detail/seg_queue_inl.h"

WEFT_C_BEGIN_

/* The untyped functions: v points to type->size bytes, and type outlives the queue. */
WEFT_API WEFT_MUST_USE weft_status weft_seg_queue_init(weft_seg_queue *q, const weft_type *type);
WEFT_API WEFT_MUST_USE weft_status weft_seg_queue_init_with(weft_seg_queue *q,
    const weft_type *type, const weft_seg_queue_options *options);
WEFT_API void weft_seg_queue_fini(weft_seg_queue *q);
WEFT_API WEFT_MUST_USE bool weft_seg_queue_push(weft_seg_queue *q, const void *v);
WEFT_API WEFT_MUST_USE bool weft_seg_queue_pop(weft_seg_queue *q, void *v);
WEFT_API WEFT_MUST_USE size_t weft_seg_queue_push_n(weft_seg_queue *q, const void *vs, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_seg_queue_pop_n(weft_seg_queue *q, void *vs, size_t n);
/* spare: room for a value, in which each is handed to fn. */
WEFT_API size_t weft_seg_queue_drain(weft_seg_queue *q, void *spare, void (*fn)(void *v, void *ctx),
    void *ctx);
WEFT_API size_t weft_seg_queue_len(const weft_seg_queue *q);
WEFT_API bool weft_seg_queue_is_empty(const weft_seg_queue *q);

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_SEG_QUEUE(name, ...) WEFT_PICK_(WEFT_SEG_QUEUE_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_SEG_QUEUE_1_(name, T) WEFT_TYPE_0_(name, T, 0); WEFT_SEG_QUEUE_GEN_(name, T)
#define WEFT_SEG_QUEUE_2_(name, T, drop) WEFT_TYPE_1_(name, T, drop); WEFT_SEG_QUEUE_GEN_(name, T)

/* `of_` stores nothing: it tells a debugger what the queue holds. */
#define WEFT_SEG_QUEUE_GEN_(name, T)                                                              \
	WEFT_ASSERT_(sizeof(T) <= WEFT_SEG_QUEUE_LARGEST_,                                        \
	    #name ": " #T " is too large for a segment: queue a pointer to it");                  \
	typedef struct name { union { weft_seg_queue raw; T *of_; }; } name;                      \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init(name *q)                                  \
	{ return weft_seg_queue_init(&q->raw, &name##_type_); }                                   \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_with(name *q,                             \
	    const weft_seg_queue_options *options)                                                \
	{ return weft_seg_queue_init_with(&q->raw, &name##_type_, options); }                     \
	WEFT_GEN_ void name##_fini(name *q) { weft_seg_queue_fini(&q->raw); }                     \
	WEFT_GEN_ WEFT_MUST_USE bool name##_push(name *q, T v)                                    \
	{ return weft_seg_queue_push_(&q->raw, &name##_type_, &v); }                              \
	WEFT_GEN_ WEFT_MUST_USE bool name##_pop(name *q, T *v)                                    \
	{ return weft_seg_queue_pop_(&q->raw, &name##_type_, v); }                                \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_push_n(name *q, T const *vs, size_t n)              \
	{ return weft_seg_queue_push_n_(&q->raw, &name##_type_, vs, n); }                         \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_pop_n(name *q, T *vs, size_t n)                     \
	{ return weft_seg_queue_pop_n_(&q->raw, &name##_type_, vs, n); }                          \
	WEFT_GEN_ size_t name##_drain(name *q, void (*fn)(T *v, void *ctx), void *ctx)            \
	{ size_t n = 0; T v; while (name##_pop(q, &v)) { fn(&v, ctx); n++; } return n; }          \
	WEFT_GEN_ size_t name##_len(const name *q) { return weft_seg_queue_len(&q->raw); }        \
	WEFT_GEN_ bool name##_is_empty(const name *q) { return weft_seg_queue_is_empty(&q->raw); } \
	WEFT_END_

/* clang-format on */

#endif
