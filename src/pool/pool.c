/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* pool.c: pools, from new to free; the process's own; what becomes of them after fork(). */
#include "worker.h"

#include <string.h>

#include "../base/memory.h"

#define SPARE 64

uint32_t weft_pool_generation_;

static pthread_mutex_t process_lock = PTHREAD_MUTEX_INITIALIZER;
static weft_atomic_ptr process_pool;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t
pool_size(void)
{
	return (sizeof(weft_pool) + WEFT_PAGE - 1) / WEFT_PAGE * WEFT_PAGE;
}

/* fork() leaves one thread, and locks that others may have held. */
static void
in_child(void)
{
	pthread_mutex_init(&process_lock, NULL);
	weft_pool_generation_++;
	weft_crew_forget_();
	weft_board_forget_();
}

static void
prepare(void)
{
	if (!WEFT_MODEL_)
		(void)!pthread_atfork(NULL, NULL, in_child);
	weft_blocking_watch_();
}

void
weft_worker_check_(const weft_worker_ *w, const weft_job_ *top)
{
	if (w->generation != weft_pool_generation_)
		weft_misuse_("fork",
		    "a child process came back to what it had begun in the pool as its parent: "
		    "end the child inside the body that called fork, with _exit");
	if (w->forks.top != top)
		weft_misuse_("weft_fork",
		    "a body has returned without an unfork for each of its forks");
}

/* Threads, asleep in the list. Those that the system refuses are missing. */
static void
start_threads(weft_pool *p)
{
	/* ThreadSanitizer lets no child of a process with threads start any. */
	unsigned wanted = WEFT_TSAN_ && weft_pool_generation_ > 0 ? 0 : p->threads, started = 0;

	pthread_mutex_lock(&p->lock);
	while (started < wanted) {
		weft_worker_ *w = weft_crew_start_(p);

		if (w == NULL)
			break;
		w->below = p->asleep;
		p->asleep = w;
		started++;
	}
	p->missing = p->threads - started;
	weft_room_open_(p, started);
	pthread_mutex_unlock(&p->lock);
}

static bool
is_of_this_process(const weft_pool *p)
{
	/* A2: its threads; pairs with R2. */
	return weft_load_acquire(&p->generation) == weft_pool_generation_;
}

/* In a child process: the threads are gone, and whoever held the lock. Under process_lock. */
static void
make_again(weft_pool *p)
{
	if (is_of_this_process(p))
		return;
	pthread_mutex_init(&p->lock, NULL);
	p->asleep = p->vacant = NULL;
	p->spares = 0;
	p->refused_at = 0;
	/* relaxed: no worker is there yet; others wait for the generation. */
	weft_store_relaxed(&p->crew_end, 0);
	weft_store_relaxed(&p->runs, 0);
	weft_store_relaxed(&p->stop, false);
	weft_board_open_(p);
	start_threads(p);
	/* R2: its threads; pairs with A2. */
	weft_store_release(&p->generation, weft_pool_generation_);
}

void
weft_pool_refresh_(weft_pool *p)
{
	if (WEFT_LIKELY_(is_of_this_process(p)))
		return;
	pthread_mutex_lock(&process_lock);
	make_again(p);
	pthread_mutex_unlock(&process_lock);
}

weft_pool *
weft_pool_new(const weft_pool_options *options)
{
	weft_pool *p;

	pthread_once(&once, prepare);
	p = weft_memory_pages_(NULL, pool_size());
	if (p == NULL)
		return NULL;
	if (options != NULL)
		p->options = *options;
	snprintf(p->name, sizeof p->name, "%s",
	    p->options.name == NULL ? "weft" : p->options.name);
	p->options.name = p->name;
	p->threads = p->options.threads == 0 ? weft_pool_size_() : p->options.threads;
	if (p->threads > WEFT_POOL_THREADS_)
		p->threads = WEFT_POOL_THREADS_;
	if (p->options.max_spare == 0)
		p->options.max_spare = SPARE;
	if (p->options.no_spare)
		p->options.max_spare = 0;
	if (p->options.max_spare > WEFT_POOL_THREADS_ - p->threads)
		p->options.max_spare = WEFT_POOL_THREADS_ - p->threads;
	/* relaxed: nobody else has it yet. */
	weft_store_relaxed(&p->generation, weft_pool_generation_);
	pthread_mutex_init(&p->lock, NULL);
	weft_timeline_begin_(p);
	weft_board_open_(p);
	start_threads(p);
	return p;
}

weft_pool *
weft_pool_of_process_(void)
{
	/* A1: the pool, whole; pairs with R1. */
	weft_pool *p = weft_load_acquire(&process_pool);

	if (p != NULL && is_of_this_process(p))
		return p;
	pthread_mutex_lock(&process_lock);
	/* relaxed: written under the lock. */
	p = weft_load_relaxed(&process_pool);
	if (p == NULL) {
		p = weft_pool_new(NULL);
		/* R1: the pool, whole; pairs with A1. */
		weft_store_release(&process_pool, p);
	} else {
		make_again(p);
	}
	pthread_mutex_unlock(&process_lock);
	return p;
}

/* The threads that sleep, and those that are about to. */
static void
stop_threads(weft_pool *p)
{
	weft_worker_ *w;
	uint32_t end;

	pthread_mutex_lock(&p->lock);
	/* relaxed: the lock and the parkers order it. */
	weft_store_relaxed(&p->stop, true);
	while ((w = p->asleep) != NULL) {
		p->asleep = w->below;
		weft_parker_unpark(&w->bed);
	}
	pthread_mutex_unlock(&p->lock);
	/* relaxed: no thread is started after `stop`. */
	end = weft_load_relaxed(&p->crew_end);
	for (uint32_t i = 0; i < end; i++) {
		w = weft_load_relaxed(&p->crew[i]);
		if (w->has_thread)
			pthread_join(w->thread, NULL);
	}
}

void
weft_pool_free(weft_pool *p)
{
	if (p == NULL)
		return;
	/* relaxed: nobody else frees it. */
	if (p == weft_load_relaxed(&process_pool))
		weft_misuse_("weft_pool_free", "this is the process's own pool: it stays");
	for (weft_worker_ *w = weft_worker_now_(); w != NULL; w = w->under)
		if (w->pool == p && !w->outside)
			weft_misuse_("weft_pool_free",
			    "called by a worker of the pool: free it from outside");
	/* relaxed: a look at misuse. */
	if (weft_load_relaxed(&p->runs) != 0 && is_of_this_process(p))
		weft_misuse_("weft_pool_free",
		    "a thread is in weft_pool_run of the pool: wait for it first");
	if (is_of_this_process(p)) {
		weft_task_drain_(&p->board);
		stop_threads(p);
		weft_timeline_end_(p);
		weft_crew_dissolve_(p);
		weft_board_close_(&p->board);
	}
	pthread_mutex_destroy(&p->lock);
	weft_memory_pages_free_(NULL, p, pool_size());
}

weft_pool *
weft_pool_current(void)
{
	weft_worker_ *w = weft_worker_now_();

	return w != NULL ? w->pool : weft_pool_of_process_();
}

unsigned
weft_pool_threads(const weft_pool *p)
{
	if (p == NULL)
		p = weft_pool_current();
	return p == NULL || p->missing >= p->threads ? 1 : p->threads - p->missing;
}

int
weft_pool_worker(void)
{
	weft_worker_ *w = weft_worker_now_();

	return w == NULL || w->outside ? -1 : (int)w->index;
}

static bool
is_under(const weft_worker_ *w, const weft_worker_ *top)
{
	while (top != NULL && top != w)
		top = top->under;
	return top != NULL;
}

/* As worker w, which is one already, of another pool than that of `before`. */
static void
run_as(weft_worker_ *w, weft_worker_ *before, void (*fn)(void *ctx), void *ctx)
{
	weft_forks_ *here = weft_forks_here_;
	weft_worker_ *under = w->under;

	if (!is_under(w, before))
		w->under = before;
	/* relaxed: looked at for misuse only. */
	weft_fetch_add_relaxed(&w->pool->runs, 1);
	weft_forks_here_ = &w->forks;
	fn(ctx);
	w->under = under;
	/* A child process that was made in fn is in no pool, and counts nobody. */
	if (w->generation != weft_pool_generation_)
		return;
	weft_forks_here_ = here;
	/* relaxed: as above. */
	weft_fetch_sub_relaxed(&w->pool->runs, 1);
}

void
weft_pool_inside_(weft_pool *p, void (*fn)(void *ctx), void *ctx)
{
	weft_worker_ *before = weft_worker_now_(), *w;

	w = before != NULL && before->pool == p ? before : weft_crew_outside_(p);
	if (w == NULL || w == before)
		fn(ctx);
	else
		run_as(w, before, fn, ctx);
}

void
weft_pool_run(weft_pool *p, void (*fn)(void *ctx), void *ctx)
{
	weft_worker_ *before = weft_worker_now_();

	if (p == NULL || fn == NULL)
		weft_misuse_("weft_pool_run", "the pool or the function is NULL");
	weft_pool_refresh_(p);
	if (p->options.caller_waits && p->missing < p->threads &&
	    (before == NULL || before->pool != p))
		weft_task_hand_over_(p, fn, ctx);
	else
		weft_pool_inside_(p, fn, ctx);
}
