/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/pool.h: a work-stealing pool: fork and join, groups of tasks, tasks by themselves. */
#ifndef WEFT_POOL_H
#define WEFT_POOL_H

#include "alloc.h"
#include "cancel.h"
#include "time.h"

WEFT_C_BEGIN_

/*
 * Which pool? The one whose worker is running, else the process's own, made on first
 * use. So no call below needs one; weft_pool_run runs a function on another.
 *
 * Size: as many threads as the process may use: its affinity and its cgroup's CPU quota
 * count. WEFT_NUM_THREADS=4 overrides that, or =physical: a thread for each core, though it
 * runs two at once. Anything else there is as if it were not set. Whoever calls takes part,
 * and counts as one of them while others work for it; so the work is done even where no
 * thread can be had. Nested calls add no threads. Workers without work sleep, and cost nothing.
 *
 * WEFT_TRACE=FILE: what each worker did, as Chrome-trace JSON, is written there when a pool
 * is freed, and when the program exits: calls that it ran for others, its sleep, its
 * blocking sections; the first 16,384 of each worker. Child processes write none.
 *
 * Waiting for what one has forked helps, but only with descendants of it: holding a lock
 * there cannot deadlock with a stranger's task that needs it. (With one's own it can: a body
 * that takes the lock that its waiter holds waits for ever.) Any other wait through weft, in
 * a channel, a latch or a lock, gives the worker's place to another thread until it is over;
 * so does what stands between weft_pool_blocking_begin and _end.
 *
 * After fork() the child has workers of its own, as soon as it needs them: the process's pool
 * is made again, and with it the pools of the user's that the child calls. A child that was
 * made inside a body may start new work, but may not return into what it was part of in the
 * parent: where others might have taken part there, that stops it with a sentence. Under
 * ThreadSanitizer, which lets no such child start threads, it works alone.
 */
typedef struct weft_pool weft_pool;

typedef struct weft_pool_options {
	unsigned threads WEFT_0;     /* 0: as above                                         */
	unsigned max_spare WEFT_0;   /* threads in place of blocked ones, at most; 0: 64    */
	size_t stack_size WEFT_0;    /* 0: the system's                                     */
	const char *name WEFT_0;     /* "weft": threads are weft-0, weft-1, ...             */
	bool pinned WEFT_0;          /* worker i stays on the i-th CPU allowed              */
	bool no_spare WEFT_0;        /* blocked ones are not replaced                       */
	bool caller_waits WEFT_0;    /* callers from outside sleep, instead of taking part  */
	/* On each worker, before its first task and after its last. May be NULL. */
	void (*on_start)(unsigned worker, void *ctx) WEFT_0;
	void (*on_exit)(unsigned worker, void *ctx) WEFT_0;
	void *ctx WEFT_0;
	uintptr_t reserved_[4] WEFT_0;
} weft_pool_options;

/*
 * NULL: no memory. Threads that the system refuses are missing, not an error: see
 * weft_pool_usage. free waits for tasks by themselves, with what they have started; a worker
 * of its own may not call it, nor anyone while a group of the pool's is to be waited for.
 */
WEFT_API WEFT_MUST_USE weft_pool *weft_pool_new(const weft_pool_options *options);
WEFT_API void weft_pool_free(weft_pool *p);

/*
 * The pool that a call would use, here and now (NULL: no memory for one); how many threads
 * it works with, p NULL: the current one; which worker this thread is: -1, none.
 */
WEFT_API weft_pool *weft_pool_current(void);
WEFT_API unsigned weft_pool_threads(const weft_pool *p);
WEFT_API int weft_pool_worker(void);

/*
 * fn(ctx), on this thread, as a worker of p: all that it starts runs there. With
 * caller_waits a worker of p runs it, and this thread sleeps until it is done.
 */
WEFT_API void weft_pool_run(weft_pool *p, void (*fn)(void *ctx), void *ctx);

/*
 * fn(worker, ctx) once on each thread of p (NULL: the current pool), spare ones excepted;
 * returns when all have. Each runs it at the end of what it does now: one that waits for
 * the caller never comes there. A worker that calls runs its own at once, and those of
 * others that call meanwhile. Where p has no thread, the caller runs it, as worker 0.
 */
WEFT_API void weft_pool_broadcast(weft_pool *p, void (*fn)(unsigned worker, void *ctx), void *ctx);

/*
 * One piece of other work of the pool, if there is any: a stranger's, so hold no lock that
 * it might need. False: there was none, or this thread is no worker.
 */
WEFT_API bool weft_pool_yield(void);

/*
 * Around a call that may sleep (a read, another library's lock): meanwhile another thread
 * takes this worker's place. Outside a pool they do nothing. They nest.
 */
WEFT_API void weft_pool_blocking_begin(void);
WEFT_API void weft_pool_blocking_end(void);

/*
 * Groups of tasks. WEFT_TASKS(t) declares t; what was spawned in it has been done when
 * weft_tasks_wait returns, and when t goes out of sight.
 *
 *	WEFT_TASKS(t);
 *	for (size_t i = 0; i < n; i++)
 *		parse_spawn(&t, &files[i]);
 *	weft_status s = weft_tasks_wait(&t);
 *
 * Anyone may spawn, while the group is there: its tasks, and other threads. Spawning does
 * not fail. Where there is no memory, the task runs at once, in the caller: so hold no lock
 * there that the task needs. wait runs tasks of the group, and what they fork, and no
 * others; one thread waits at a time, and no task waits for its own group.
 *
 * wait returns WEFT_OK, or the failure of the task that was spawned first of those that
 * failed. WEFT_CANCELLED comes after all others: from a task, or since tasks did not begin.
 * After it the group may be used again, and its memory given back.
 *
 * The fields above the line are to be set before the first spawn; stop may be set at any
 * time, and what is set stays set. Zeroes mean the usual. The group belongs to the pool of
 * who spawns first, which must be there until it has been waited for.
 */
#define WEFT_TASKS(t)                                                                             \
	weft_tasks t __attribute__((cleanup(weft_tasks_leave_))) = WEFT_ZERO_

typedef enum weft_lane {
	WEFT_NORMAL,
	WEFT_URGENT,                 /* before all that is normal, forks included           */
	WEFT_BACKGROUND              /* by those for whom nothing else is to be done        */
} weft_lane;

typedef struct weft_task weft_task;

typedef struct weft_tasks {
	weft_cancel stop;            /* when set, tasks that have not begun do not begin     */
	weft_lane lane;
	bool fifo;                   /* oldest first; by default newest first: warm caches   */
	bool stop_on_error;          /* the first failure sets stop                          */
	/* The pool's: under the lock of its board, which is set by the first spawn. */
	weft_atomic_ptr board_;
	weft_task *first_, *last_;   /* that wait, in the order in which they are to run     */
	weft_task *running_;
	struct weft_tasks *before_, *next_;   /* in a ring of those that have tasks waiting  */
	uint64_t spawned_, failed_;  /* counts, and which is the first that failed           */
	size_t unfinished_;
	void *sleeper_;              /* who waits for it and sleeps                          */
	weft_status status_;
	weft_atomic_u32 generation_; /* of the process that has spawned, from 1; 0: none has  */
	uintptr_t reserved_[2];
} weft_tasks;

typedef weft_status weft_task_fn(void *ctx);

WEFT_API void weft_tasks_spawn(weft_tasks *t, weft_task_fn *fn, void *ctx);
WEFT_API WEFT_MUST_USE weft_status weft_tasks_wait(weft_tasks *t);
WEFT_API void weft_tasks_leave_(weft_tasks *t);

/*
 * A task by itself, oldest first. NULL: no memory, and it will not run. wait returns its
 * status, once, and ends the handle: it runs the task, if that has not begun. drop ends
 * the handle, and lets the task run on; weft_pool_free waits for it, the end of the process
 * does not. Where the pool has no thread, spawn runs it.
 */
WEFT_API WEFT_MUST_USE weft_task *weft_task_spawn(weft_task_fn *fn, void *ctx, weft_lane lane);
WEFT_API bool weft_task_is_done(const weft_task *task);
WEFT_API WEFT_MUST_USE weft_status weft_task_wait(weft_task *task);
WEFT_API void weft_task_drop(weft_task *task);

/* Two calls that may run at the same time. Returns when both have. */
WEFT_API void weft_join(void (*a)(void *ctx), void *a_ctx, void (*b)(void *ctx), void *b_ctx);

/*
 * What a pool has done so far; p NULL: the current one. Exact while nobody works there. A
 * thread is busy while it runs what it found, though it may be blocked there; idle while it
 * looks for work, or sleeps. Callers from outside count in steals alone.
 */
typedef struct weft_pool_stats {
	unsigned threads;    /* that it has, without spare ones                           */
	unsigned missing;    /* that it should have, but the system refused them          */
	unsigned spares;     /* threads that were started in place of blocked ones        */
	uint64_t tasks;      /* of groups, and detached ones, that were run               */
	uint64_t steals;     /* forks that another worker ran than the one who forked     */
	uint64_t sleeps;     /* times that a thread found no work, and slept              */
	uint64_t busy_ns, idle_ns;   /* of its threads, added up, spare ones too          */
} weft_pool_stats;

WEFT_API weft_pool_stats weft_pool_usage(weft_pool *p);

WEFT_C_END_

#include "detail/pool_inl.h"

/*
 * WEFT_TASK(fib, struct fib, fib_run) declares, for void fib_run(struct fib *),
 *
 *   fib_join(a, b)        fib_run(a) and fib_run(b), which may run at the same time.
 *   f = fib_fork(a)       offers fib_run(a) to others: some 2 ns, no allocation.
 *   fib_unfork(f, a)      runs it here, if nobody took it; else waits for it. Forks end in
 *                         the reverse of their order, in the function that made them.
 *   fib_spawn(t, a)       a task of a group. a lives until the group has been waited for.
 *
 * What was done before the fork happens before fib_run(a), and that before unfork returns;
 * so with spawn and wait.
 *
 * WEFT_TRY_TASK(parse, struct file, parse_file), for weft_status parse_file(struct file *),
 *
 *   parse_spawn(t, file)  a task of a group: its failure is the group's.
 *   parse_join(a, b)      both are called; a's failure, else b's.
 */
#define WEFT_TASK(name, Ctx, fn)                                                                  \
	WEFT_ASSERT_(WEFT_IS_(fn, void (*)(Ctx *)),                                               \
	    #name ": " #fn " must be: void " #fn "(" #Ctx " *)");                                 \
	WEFT_GEN_ void name##_call_(void *ctx_) { fn((Ctx *)ctx_); }                              \
	WEFT_GEN_ weft_status name##_task_(void *ctx_) { fn((Ctx *)ctx_); return WEFT_OK; }       \
	WEFT_GEN_ void name##_spawn(weft_tasks *t, Ctx *a)                                        \
	{ weft_tasks_spawn(t, name##_task_, a); }                                                 \
	WEFT_INLINE_ WEFT_MUST_USE weft_fork name##_fork(Ctx *a)                                  \
	{ return weft_fork_begin_(name##_call_, a); }                                             \
	WEFT_INLINE_ void name##_unfork(weft_fork f, Ctx *a)                                      \
	{ if (weft_fork_end_(f)) name##_call_(a); }                                               \
	WEFT_GEN_ void name##_join(Ctx *a, Ctx *b)                                                \
	{ weft_fork f_ = name##_fork(b); name##_call_(a); name##_unfork(f_, b); }                 \
	WEFT_END_

#define WEFT_TRY_TASK(name, Ctx, fn)                                                              \
	WEFT_ASSERT_(WEFT_IS_(fn, weft_status (*)(Ctx *)),                                        \
	    #name ": " #fn " must be: weft_status " #fn "(" #Ctx " *)");                          \
	struct name##_try_ { Ctx *ctx_; weft_status status_; };                                   \
	WEFT_GEN_ weft_status name##_task_(void *ctx_) { return fn((Ctx *)ctx_); }                \
	WEFT_GEN_ void name##_call_(void *try_)                                                   \
	{                                                                                         \
		struct name##_try_ *t = (struct name##_try_ *)try_;                               \
		t->status_ = name##_task_(t->ctx_);                                               \
	}                                                                                         \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_join(Ctx *a, Ctx *b)                           \
	{                                                                                         \
		struct name##_try_ t = { b, WEFT_OK };                                            \
		weft_fork f = weft_fork_begin_(name##_call_, &t);                                 \
		weft_status s = name##_task_(a);                                                  \
		if (weft_fork_end_(f))                                                            \
			name##_call_(&t);                                                         \
		return s != WEFT_OK ? s : t.status_;                                              \
	}                                                                                         \
	WEFT_GEN_ void name##_spawn(weft_tasks *t, Ctx *a)                                        \
	{ weft_tasks_spawn(t, name##_task_, a); }                                                 \
	WEFT_END_

#endif
