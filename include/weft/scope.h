/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/scope.h: threads that may borrow the caller's stack, and are joined in time. */
#ifndef WEFT_SCOPE_H
#define WEFT_SCOPE_H

#include "cancel.h"
#include "latch.h"

WEFT_C_BEGIN_

/*
 * WEFT_SCOPE(s) declares a local variable s, a scope. Threads that are spawned in it may use
 * whatever was declared before it: they are joined by weft_scope_join, or else when s goes
 * out of sight, whichever way its block is left.
 *
 *	struct part left = { ... }, right = { ... };
 *	WEFT_SCOPE(s);
 *
 *	if (add_up_spawn(&s, &left) != WEFT_OK || add_up_spawn(&s, &right) != WEFT_OK)
 *		return false;                      those that run are joined first
 *	return weft_scope_join(&s) == WEFT_OK;
 *
 * Each thread runs a function that returns a weft_status, and has a ctx, which is its
 * argument and the place for its result. What was done before spawn happens before the
 * function begins; all that a thread did, what it wrote to its ctx above all, happens before
 * the join that waits for it returns. Give each thread a ctx of its own.
 *
 * join waits for all threads, and returns WEFT_OK, or of all failures the one that was spawned
 * first; a spawn that failed is a failure like the others. After it the scope is as new.
 *
 * The threads' function may spawn more threads into the scope that it runs in, also while join
 * waits. But for them, one thread uses a scope: the one that declared it.
 *
 * To ask the threads to stop: weft_scope_stop, or stop_on_error, which asks at the first
 * failure. It is up to them to look: weft_cancel_is_set(&s->stop). A parent or a deadline for
 * `stop` is set before the first spawn: s.stop = weft_cancel_child(&mine, weft_after_s(2)).
 *
 * How a block is left: return, break, goto, and in C++ an exception, all join first. Where
 * nothing runs on the way out (longjmp; pthread_exit or pthread_cancel in C that is not
 * compiled with -fexceptions), the program is stopped with a sentence when the thread that
 * declared the scope ends. A child that fork made in the block has none of the threads: it
 * calls _exit or exec; a join or a spawn there stops it with a sentence. exit joins nothing.
 *
 * A zeroed weft_scope is a scope too, for one that is a member of something. It may be joined
 * by another thread than the one that spawned, and nothing joins it by itself: a thread of it
 * that ends after the scope's memory is gone stops the program, where it can still see that.
 *
 * A wait for threads is no point of cancellation. An exception that leaves a thread's function
 * ends the program, as it does with std::thread. A function that does not return (pthread_exit,
 * pthread_cancel) counts as WEFT_CANCELLED.
 */
#define WEFT_SCOPE(s) \
	weft_scope s __attribute__((cleanup(weft_scope_leave_))) = weft_scope_enter_()

typedef struct weft_scope {
	weft_cancel stop;            /* the threads' token; weft_scope_stop sets it            */
	bool stop_on_error;          /* the first failure sets it, too; set before they run    */
	bool counted_;               /* its owner's end is watched; by the owner               */
	weft_latch running_;         /* threads that have not come to their end                */
	weft_alive_ alive_;          /* its address, from the first spawn to the join          */
	const void *owner_;          /* of the thread that declared it; NULL: a zeroed one     */
	uint64_t process_;           /* that the threads are of; by the first spawn            */
	weft_atomic_u64 spawned_;    /* how many so far; each spawn adds 1                     */
	weft_atomic_u64 failed_;     /* the failure of the lowest spawn; each failure adds its */
	weft_atomic_ptr ended_;      /* those to be joined; each puts itself in at its end     */
} weft_scope;

typedef weft_status weft_thread_fn(void *ctx);

/* How a thread is made. All zeroes, or NULL: the usual. */
typedef struct weft_thread_options {
	const char *name WEFT_0;     /* seen in ps, top, gdb: its first 15 bytes on Linux      */
	size_t stack_size WEFT_0;    /* 0: the system's; too little is raised to what it needs */
	int cpu_plus_1 WEFT_0;       /* 0: any; n: bound to CPU n - 1, where the system can    */
	uintptr_t reserved_[4] WEFT_0;
} weft_thread_options;

/*
 * Start a thread that runs fn(ctx). WEFT_NO_THREADS, WEFT_NO_MEMORY, or WEFT_INVALID for a CPU
 * that is not there or not allowed: fn will not run, and join will say so as well.
 */
WEFT_API WEFT_MUST_USE weft_status weft_thread_spawn(weft_scope *s, weft_thread_fn *fn, void *ctx);
WEFT_API WEFT_MUST_USE weft_status weft_thread_spawn_with(weft_scope *s, weft_thread_fn *fn,
    void *ctx, const weft_thread_options *options);
/* Wait for all threads of s. WEFT_OK, or the failure that was spawned first. */
WEFT_API WEFT_MUST_USE weft_status weft_scope_join(weft_scope *s);
/* Ask the threads of s to stop. Anyone may, from anywhere; it waits for nobody. */
WEFT_API void weft_scope_stop(weft_scope *s);

WEFT_API WEFT_MUST_USE weft_scope weft_scope_enter_(void);
WEFT_API void weft_scope_leave_(weft_scope *s);

WEFT_C_END_

/*
 * WEFT_THREAD(add_up, struct part, add_up_part) declares, for
 * weft_status add_up_part(struct part *),
 *
 *   add_up_spawn(s, part)                 as weft_thread_spawn, but typed
 *   add_up_spawn_with(s, part, options)
 */
#define WEFT_THREAD(name, Ctx, fn)                                                                \
	WEFT_CHECK_FN_(name, fn, weft_status (*)(Ctx *), "weft_status " #fn "(" #Ctx " *)");      \
	WEFT_GEN_ weft_status name##_thread_(void *ctx_) { return fn((Ctx *)ctx_); }              \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_spawn(weft_scope *s, Ctx *ctx)                 \
	{ return weft_thread_spawn(s, name##_thread_, ctx); }                                     \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_spawn_with(weft_scope *s, Ctx *ctx,            \
	    const weft_thread_options *options)                                                   \
	{ return weft_thread_spawn_with(s, name##_thread_, ctx, options); }                       \
	WEFT_END_

#endif
