/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/deque.h: a work-stealing deque, and an injector for work from outside. */
#ifndef WEFT_DEQUE_H
#define WEFT_DEQUE_H

#include "atomic.h"
#include "seg_queue.h"

/*
 * For schedulers of your own; programs that want work done take weft/pool.h.
 *
 * WEFT_DEQUE(work, struct task)            declares `work`, a deque of struct task: one end
 *                                          is its owner's, the other everyone's.
 * WEFT_DEQUE(work, struct task, task_drop) the same, for values that own something:
 *                                          void task_drop(struct task *).
 *
 * One thread at a time is the owner; handing that part over needs a happens-before of
 * your own. Under WEFT_CHECKED a second owner that meets the first stops the program with
 * a sentence. A value has at most 64 bytes: thieves copy it before they know it is theirs.
 *
 *   work_init(d)               status: WEFT_NO_MEMORY; WEFT_INVALID when a value has more
 *                              than 64 bytes, which the macro refuses to compile.
 *   work_init_with(d, options) also WEFT_INVALID: more capacity than can be addressed.
 *   work_fini(d)               drops what is left, what was injected last.
 *
 * The owner
 *   work_push(d, v)            bool: false when there is no memory to grow.
 *   work_pop(d, &v)            bool: the newest; false when empty: then v is as it was.
 *
 * Anyone
 *   work_steal(d, &v)          status: WEFT_OK, the oldest; WEFT_EMPTY; WEFT_BUSY, another
 *                              took it first: try here again, or elsewhere. Unless it is
 *                              WEFT_OK, v is as it was.
 *   work_steal_n(d, vs, n)     how many, oldest first: at most half of what is there,
 *                              rounded up. It is so many steals, one after the other, and
 *                              stops where one is lost; 0 only when the deque was empty.
 *   work_len(d)  work_is_empty(d)
 *                              true at one moment between call and return; what was
 *                              injected does not count.
 *
 * Work from outside: a queue beside the deque, as weft/seg_queue.h has it
 *   work_inject(d, v)          bool: false when there is no memory. From any thread, for
 *                              the owner and for thieves alike, oldest first.
 *   work_pop_injected(d, &v)   bool: false when empty. From any thread.
 *
 * All of these may be called at once, init and fini excepted. A value that was reported as
 * pushed or injected comes out once. "Empty" is true at one moment between call and return, for
 * whoever sees the pushes: a thread sees each push that happens before its call. (A push
 * is a release store. An owner that pushes, and then asks a word of its own whether some
 * thief sleeps, must ask by a read-modify-write.) What a thread did before a push or inject
 * happens before the call that takes the value returns.
 *
 * Progress: push, pop, steal and is_empty have no loop: they are wait-free, but for the
 * push that grows the deque, which calls the allocator and copies. steal_n and len are
 * lock-free. A thread that is stopped anywhere stops nobody. For inject and pop_injected
 * see weft/seg_queue.h.
 *
 * Memory: it grows by doubling and does not shrink. What it outgrew is kept until fini,
 * since a thief may still look there; all of that together is less than what is in use.
 *
 * Cost: the size of a value, rounded up to 8; and 16 KiB for the injector. A push writes one
 * line and as a rule reads no other; a pop has one locked instruction, and two for the last
 * value; a steal, one.
 */

WEFT_C_BEGIN_

typedef struct weft_deque_options {
	size_t capacity WEFT_0;                        /* to begin with; 0: 64. It grows   */
	const struct weft_allocator *allocator WEFT_0; /* NULL: as weft_set_allocator says */
	uintptr_t reserved_[4] WEFT_0;
} weft_deque_options;

WEFT_C_END_

#include "detail/deque_inl.h"

WEFT_C_BEGIN_

/* The untyped functions: v points to type->size bytes, and type outlives the deque. */
WEFT_API WEFT_MUST_USE weft_status weft_deque_init(weft_deque *d, const weft_type *type);
WEFT_API WEFT_MUST_USE weft_status weft_deque_init_with(weft_deque *d, const weft_type *type,
    const weft_deque_options *options);
WEFT_API void weft_deque_fini(weft_deque *d);
WEFT_API WEFT_MUST_USE bool weft_deque_push(weft_deque *d, const void *v);
WEFT_API WEFT_MUST_USE bool weft_deque_pop(weft_deque *d, void *v);
WEFT_API WEFT_MUST_USE weft_status weft_deque_steal(weft_deque *d, void *v);
WEFT_API WEFT_MUST_USE size_t weft_deque_steal_n(weft_deque *d, void *vs, size_t n);
WEFT_API WEFT_MUST_USE bool weft_deque_inject(weft_deque *d, const void *v);
WEFT_API WEFT_MUST_USE bool weft_deque_pop_injected(weft_deque *d, void *v);
WEFT_API size_t weft_deque_len(const weft_deque *d);
WEFT_API bool weft_deque_is_empty(const weft_deque *d);

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_DEQUE(name, ...) WEFT_PICK_(WEFT_DEQUE_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_DEQUE_1_(name, T) WEFT_TYPE_0_(name, T, 0); WEFT_DEQUE_GEN_(name, T)
#define WEFT_DEQUE_2_(name, T, drop) WEFT_TYPE_1_(name, T, drop); WEFT_DEQUE_GEN_(name, T)

/* `of_` stores nothing: it tells a debugger what the deque holds. */
#define WEFT_DEQUE_GEN_(name, T)                                                                  \
	WEFT_ASSERT_(sizeof(T) <= WEFT_DEQUE_VALUE_MAX_, #name ": a value of a deque has at most" \
	    " 64 bytes: make it a pointer to " #T);                                               \
	typedef struct name { union { weft_deque raw; T *of_; }; } name;                          \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init(name *d)                                  \
	{ WEFT_ABI_(); return weft_deque_init(&d->raw, &name##_type_); }                          \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_with(name *d,                             \
	    const weft_deque_options *options)                                                    \
	{ WEFT_ABI_(); return weft_deque_init_with(&d->raw, &name##_type_, options); }            \
	WEFT_GEN_ void name##_fini(name *d) { weft_deque_fini(&d->raw); }                         \
	WEFT_GEN_ WEFT_MUST_USE bool name##_push(name *d, T v)                                    \
	{ return weft_deque_push_(&d->raw, &name##_type_, &v); }                                  \
	WEFT_GEN_ WEFT_MUST_USE bool name##_pop(name *d, T *v)                                    \
	{ return weft_deque_pop_(&d->raw, &name##_type_, v); }                                    \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_steal(name *d, T *v)                           \
	{ return weft_deque_steal_(&d->raw, &name##_type_, v); }                                  \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_steal_n(name *d, T *vs, size_t n)                   \
	{ return weft_deque_steal_n_(&d->raw, &name##_type_, vs, n); }                            \
	WEFT_GEN_ WEFT_MUST_USE bool name##_inject(name *d, T v)                                  \
	{ return weft_deque_inject(&d->raw, &v); }                                                \
	WEFT_GEN_ WEFT_MUST_USE bool name##_pop_injected(name *d, T *v)                           \
	{ return weft_deque_pop_injected(&d->raw, v); }                                           \
	WEFT_GEN_ size_t name##_len(const name *d) { return weft_deque_len_(&d->raw); }           \
	WEFT_GEN_ bool name##_is_empty(const name *d) { return weft_deque_is_empty_(&d->raw); }   \
	WEFT_END_

/* clang-format on */

#endif
