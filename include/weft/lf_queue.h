/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/lf_queue.h: a bounded queue in which a thread stopped anywhere stops nobody. */
#ifndef WEFT_LF_QUEUE_H
#define WEFT_LF_QUEUE_H

#include "atomic.h"

/*
 * WEFT_LF_QUEUE(ring, struct event)             declares `ring`, a queue of struct event.
 * WEFT_LF_QUEUE(ring, struct event, event_drop) the same, for values that own something:
 *                                               void event_drop(struct event *).
 *
 *   ring_init(q, capacity)     status: WEFT_INVALID when capacity is 0 or too large to
 *                              address, WEFT_NO_MEMORY. Any capacity from 1, exactly.
 *   ring_init_with(q, options)
 *   ring_init_over(q, memory, bytes, capacity)
 *                              over memory of the caller's, which outlives the queue:
 *                              WEFT_LF_QUEUE_BYTES(struct event, capacity) bytes, aligned
 *                              for the type and to 8. WEFT_INVALID when there are fewer.
 *                              Such a queue needs no library to link with.
 *   ring_fini(q)               drops what is left.
 *
 *   ring_push(q, v)            bool: false when full.
 *   ring_pop(q, &v)            bool: false when empty; then v is as it was.
 *   ring_push_n(q, vs, n)      how many, from the first on: the rest found no room.
 *   ring_pop_n(q, vs, n)       how many came out, oldest first. One by one, both.
 *   ring_force_push(q, v, &old, &had)
 *                              bool: pushes; when full, the oldest makes room: it goes to
 *                              *old and *had is true. With NULL, NULL it is dropped. It
 *                              counts as a pop, and a push after it. False, and nothing
 *                              changed, when every place is in the hands of other calls.
 *   ring_drain(q, fn, ctx)     pops until empty, fn(&v, ctx) each; how many.
 *
 *   ring_len(q)  ring_capacity(q)  ring_is_empty(q)  ring_is_full(q)
 *                              len walks the queue. Exact when nothing else runs; else
 *                              it counts each value that was there throughout, and of
 *                              those that came or went meanwhile, some.
 *
 * Any number of threads (up to 65,536 inside at one moment) may call any of these at
 * once, init and fini excepted. Values leave in the order in which their pushes took
 * effect. "Empty" is true at one moment between call and return. "Full" means that at one
 * such moment each of the places held a value or was in the hands of a push or pop under
 * way: a place is free again only when the pop that empties it is over. What a thread did
 * before a push happens before the pop that takes its value returns.
 *
 * Progress: lock-free in the strict sense. A thread that is stopped anywhere, for ever,
 * takes one place with it at most, and stops nobody: all others complete. Under
 * contention some push or pop always completes in a bounded number of steps of all
 * together; a single one has no bound of its own.
 *
 * Cost: sizeof(T) and 32 to 64 bytes a place; four locked instructions a push or pop,
 * twice those of weft/array_queue.h, which is the faster one when threads run.
 */

WEFT_C_BEGIN_

typedef struct weft_lf_queue_options {
	size_t capacity WEFT_0;                 /* at least 1                       */
	const struct weft_allocator *allocator WEFT_0; /* NULL: as weft_set_allocator says */
	uintptr_t reserved_[4] WEFT_0;
} weft_lf_queue_options;

WEFT_C_END_

#include "detail/lf_queue_inl.h"

WEFT_C_BEGIN_

/* The untyped functions: v points to type->size bytes, and type outlives the queue. */
WEFT_API WEFT_MUST_USE weft_status weft_lf_queue_init(weft_lf_queue *q, const weft_type *type,
    size_t capacity);
WEFT_API WEFT_MUST_USE weft_status weft_lf_queue_init_with(weft_lf_queue *q, const weft_type *type,
    const weft_lf_queue_options *options);
WEFT_API WEFT_MUST_USE weft_status weft_lf_queue_init_over(weft_lf_queue *q, const weft_type *type,
    void *memory, size_t bytes, size_t capacity);
WEFT_API void weft_lf_queue_fini(weft_lf_queue *q);
WEFT_API WEFT_MUST_USE bool weft_lf_queue_push(weft_lf_queue *q, const void *v);
WEFT_API WEFT_MUST_USE bool weft_lf_queue_pop(weft_lf_queue *q, void *v);
WEFT_API WEFT_MUST_USE size_t weft_lf_queue_push_n(weft_lf_queue *q, const void *vs, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_lf_queue_pop_n(weft_lf_queue *q, void *vs, size_t n);
WEFT_API WEFT_MUST_USE bool weft_lf_queue_force_push(weft_lf_queue *q, const void *v, void *old,
    bool *had);
/* spare: room for a value, in which each is handed to fn. */
WEFT_API size_t weft_lf_queue_drain(weft_lf_queue *q, void *spare, void (*fn)(void *v, void *ctx),
    void *ctx);
WEFT_API size_t weft_lf_queue_len(const weft_lf_queue *q);
WEFT_API size_t weft_lf_queue_capacity(const weft_lf_queue *q);
WEFT_API bool weft_lf_queue_is_empty(const weft_lf_queue *q);
WEFT_API bool weft_lf_queue_is_full(const weft_lf_queue *q);

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_LF_QUEUE(name, ...) WEFT_PICK_(WEFT_LF_QUEUE_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_LF_QUEUE_1_(name, T) WEFT_TYPE_0_(name, T, 0); WEFT_LF_QUEUE_GEN_(name, T)
#define WEFT_LF_QUEUE_2_(name, T, drop) WEFT_TYPE_1_(name, T, drop); WEFT_LF_QUEUE_GEN_(name, T)

/* `of_` stores nothing: it tells a debugger what the queue holds. */
#define WEFT_LF_QUEUE_GEN_(name, T)                                                               \
	typedef struct name { union { weft_lf_queue raw; T *of_; }; } name;                       \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init(name *q, size_t capacity)                 \
	{ WEFT_ABI_(); return weft_lf_queue_init(&q->raw, &name##_type_, capacity); }             \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_with(name *q,                             \
	    const weft_lf_queue_options *options)                                                 \
	{ WEFT_ABI_(); return weft_lf_queue_init_with(&q->raw, &name##_type_, options); }         \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_over(name *q, void *memory, size_t bytes, \
	    size_t capacity)                                                                      \
	{ return weft_lf_queue_init_over_(&q->raw, &name##_type_, memory, bytes, capacity); }     \
	WEFT_GEN_ void name##_fini(name *q) { weft_lf_queue_fini_(&q->raw, &name##_type_); }      \
	WEFT_GEN_ WEFT_MUST_USE bool name##_push(name *q, T v)                                    \
	{ return weft_lf_queue_push_(&q->raw, &name##_type_, &v); }                               \
	WEFT_GEN_ WEFT_MUST_USE bool name##_pop(name *q, T *v)                                    \
	{ return weft_lf_queue_pop_(&q->raw, &name##_type_, v); }                                 \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_push_n(name *q, T const *vs, size_t n)              \
	{ return weft_lf_queue_push_n_(&q->raw, &name##_type_, vs, n); }                          \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_pop_n(name *q, T *vs, size_t n)                     \
	{ return weft_lf_queue_pop_n_(&q->raw, &name##_type_, vs, n); }                           \
	WEFT_GEN_ WEFT_MUST_USE bool name##_force_push(name *q, T v, T *old, bool *had)           \
	{ return weft_lf_queue_force_push_(&q->raw, &name##_type_, &v, old, had); }               \
	WEFT_GEN_ size_t name##_drain(name *q, void (*fn)(T *v, void *ctx), void *ctx)            \
	{ size_t n = 0; T v; while (name##_pop(q, &v)) { fn(&v, ctx); n++; } return n; }          \
	WEFT_GEN_ size_t name##_len(const name *q) { return weft_lf_queue_len_(&q->raw); }        \
	WEFT_GEN_ size_t name##_capacity(const name *q)                                           \
	{ return weft_lf_queue_capacity_(&q->raw); }                                              \
	WEFT_GEN_ bool name##_is_empty(const name *q)                                             \
	{ return weft_lf_queue_is_empty_(&q->raw); }                                              \
	WEFT_GEN_ bool name##_is_full(const name *q)                                              \
	{ return weft_lf_queue_len_(&q->raw) == weft_lf_queue_capacity_(&q->raw); }               \
	WEFT_END_

/* clang-format on */

#endif
