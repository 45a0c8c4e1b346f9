/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* crew.c: who is in a pool: its own threads, and callers from outside. */
#include "worker.h"

#include "../base/memory.h"
#include "../base/os_thread.h"

/* After a refusal no spare thread is tried for so long. */
#define REFUSED_NS 10000000

const weft_atomic_i64 weft_no_room_;
/* Nobody writes it: its first fork comes to the slow half, with top, split and end NULL. */
weft_forks_ weft_forks_nobody_ = { .room = &weft_no_room_ };
WEFT_THREAD_LOCAL_ weft_forks_ *weft_forks_here_ = &weft_forks_nobody_;

/* This thread's workers from outside, of all pools that it has called. */
static WEFT_THREAD_LOCAL_ weft_worker_ *mine;
static pthread_key_t at_exit;
static pthread_once_t at_exit_once = PTHREAD_ONCE_INIT;

static size_t
worker_size(void)
{
	return (sizeof(weft_worker_) + WEFT_PAGE - 1) / WEFT_PAGE * WEFT_PAGE;
}

static weft_worker_ *
make_worker(weft_pool *p)
{
	weft_worker_ *w = weft_memory_pages_(NULL, worker_size());

	if (w == NULL)
		return NULL;
	w->forks = (weft_forks_){ w->job, w->job, w->job + WEFT_WORKER_JOBS_, &p->room, 0 };
	w->pool = p;
	w->generation = weft_pool_generation_;
	w->timeline = weft_timeline_is_on_() ? weft_timeline_new_() : NULL;
	return w;
}

static void
free_worker(weft_worker_ *w)
{
	weft_timeline_free_(w->timeline);
	weft_memory_pages_free_(NULL, w, worker_size());
}

/* Where thieves look. False: there are too many. Under the lock. */
static bool
enlist(weft_pool *p, weft_worker_ *w)
{
	/* relaxed: only who has the lock writes it. */
	uint32_t end = weft_load_relaxed(&p->crew_end);

	if (end == WEFT_POOL_CREW_)
		return false;
	w->index = w->dice = end;
	/* relaxed: shown by the store that follows. */
	weft_store_relaxed(&p->crew[end], w);
	/* S1: the worker, whole, before it publishes anything; pairs with S1 of steal.c. */
	weft_store_seq_cst(&p->crew_end, end + 1);
	return true;
}

/* What is under no lock of a pool's: its pool may be freed, its thread may end. */
static pthread_mutex_t ends = PTHREAD_MUTEX_INITIALIZER;

static bool
is_orphan(const weft_worker_ *w)
{
	/* relaxed: under the lock; else who has a new pool at that address knows of the free. */
	return weft_load_relaxed(&w->orphan);
}

static void
leave_crew(weft_worker_ *w)
{
	bool orphan;

	pthread_mutex_lock(&ends);
	orphan = is_orphan(w);
	if (!orphan) {
		pthread_mutex_lock(&w->pool->lock);
		w->below = w->pool->vacant;
		w->pool->vacant = w;
		pthread_mutex_unlock(&w->pool->lock);
	}
	pthread_mutex_unlock(&ends);
	if (orphan)
		free_worker(w);
}

static void
leave_all(void *unused)
{
	(void)unused;
	weft_forks_here_ = &weft_forks_nobody_;
	while (mine != NULL) {
		weft_worker_ *w = mine;

		mine = w->next_of_thread;
		if (w->generation == weft_pool_generation_)
			leave_crew(w);
	}
}

static void
make_key(void)
{
	/* Without a key the workers of threads that have ended stay as they are. */
	(void)!pthread_key_create(&at_exit, leave_all);
}

static weft_worker_ *
join_crew(weft_pool *p)
{
	weft_worker_ *w;
	bool is_full, is_in;

	pthread_mutex_lock(&p->lock);
	w = p->vacant;
	if (w != NULL)
		p->vacant = w->below;
	/* relaxed: written under the lock. */
	is_full = weft_load_relaxed(&p->crew_end) == WEFT_POOL_CREW_;
	pthread_mutex_unlock(&p->lock);
	if (w != NULL)
		return w;
	w = is_full ? NULL : make_worker(p);
	if (w == NULL)
		return NULL;
	pthread_mutex_lock(&p->lock);
	is_in = enlist(p, w);
	pthread_mutex_unlock(&p->lock);
	if (is_in)
		return w;
	free_worker(w);
	return NULL;
}

/* This thread's worker in p, if it has one. Those of pools that were freed go. */
static weft_worker_ *
find_mine(weft_pool *p)
{
	weft_worker_ **at = &mine;

	while (*at != NULL) {
		weft_worker_ *w = *at;

		if (w->generation == weft_pool_generation_ && is_orphan(w)) {
			*at = w->next_of_thread;
			free_worker(w);
		} else if (w->pool == p && w->generation == weft_pool_generation_) {
			return w;
		} else {
			at = &w->next_of_thread;
		}
	}
	return NULL;
}

weft_worker_ *
weft_crew_outside_(weft_pool *p)
{
	weft_worker_ *w = find_mine(p);

	if (w != NULL)
		return w;
	pthread_once(&at_exit_once, make_key);
	w = join_crew(p);
	if (w == NULL)
		return NULL;
	w->outside = true;
	w->forks.least = WEFT_ROOM_LEAST_OUTSIDE_;
	w->next_of_thread = mine;
	mine = w;
	(void)!pthread_setspecific(at_exit, w);
	return w;
}

void
weft_crew_forget_(void)
{
	pthread_mutex_init(&ends, NULL);
	mine = NULL;
	weft_forks_here_ = &weft_forks_nobody_;
}

weft_worker_ *
weft_worker_now_(void)
{
	weft_forks_ *here = weft_forks_here_;

	return here == &weft_forks_nobody_ ? NULL : (weft_worker_ *)(void *)here;
}

weft_worker_ *
weft_worker_here_(void)
{
	weft_worker_ *w = weft_worker_now_();
	weft_pool *p;

	if (w != NULL)
		return w;
	p = weft_pool_of_process_();
	w = p == NULL ? NULL : weft_crew_outside_(p);
	if (w != NULL)
		weft_forks_here_ = &w->forks;
	return w;
}

weft_worker_ *
weft_crew_start_(weft_pool *p)
{
	weft_thread_how_ how = { .stack_size = p->options.stack_size, .cpu = -1, .quiet = true };
	weft_worker_ *w = make_worker(p);
	char name[32];

	if (w == NULL)
		return NULL;
	if (!enlist(p, w)) {
		free_worker(w);
		return NULL;
	}
	snprintf(name, sizeof name, "%s-%u", p->name, (unsigned)w->index);
	how.name = name;
	if (p->options.pinned)
		how.cpu = weft_os_cpu_nth(w->index);
	w->cpu = how.cpu;
	w->started = weft_ticks_();
	w->has_thread = weft_thread_start_(&w->thread, weft_worker_main_, w, &how) == WEFT_OK;
	if (w->has_thread)
		return w;
	/* It stays in the crew, where thieves may have seen it, for callers from outside. */
	w->below = p->vacant;
	p->vacant = w;
	return NULL;
}

weft_worker_ *
weft_crew_start_spare_(weft_pool *p)
{
	uint64_t now = weft_ticks_();
	weft_worker_ *w;

	/* relaxed: set under the lock, which the caller has. */
	if (weft_load_relaxed(&p->stop) || p->spares == p->options.max_spare)
		return NULL;
	if (p->refused_at != 0 && now - p->refused_at < weft_ticks_in_(REFUSED_NS))
		return NULL;
	w = weft_crew_start_(p);
	p->refused_at = w == NULL ? now : 0;
	p->spares += w != NULL;
	if (w != NULL)
		w->spare = true;
	return w;
}

void
weft_crew_dissolve_(weft_pool *p)
{
	/* relaxed: the threads of the pool are gone. */
	uint32_t end = weft_load_relaxed(&p->crew_end);
	weft_worker_ *own = find_mine(p);

	/* This thread's is nobody's any more. */
	if (own != NULL) {
		weft_worker_ **at = &mine;

		while (*at != own)
			at = &(*at)->next_of_thread;
		*at = own->next_of_thread;
		own->outside = false;
		if (weft_forks_here_ == &own->forks)
			weft_forks_here_ = &weft_forks_nobody_;
	}
	pthread_mutex_lock(&ends);
	for (weft_worker_ *w = p->vacant; w != NULL; w = w->below)
		w->outside = false;
	for (uint32_t i = 0; i < end; i++) {
		/* relaxed: as above. */
		weft_worker_ *w = weft_load_relaxed(&p->crew[i]);

		/* Another thread still has it in its list: it frees it there. */
		if (w->outside)
			/* relaxed: as in is_orphan. */
			weft_store_relaxed(&w->orphan, true);
		else
			free_worker(w);
	}
	pthread_mutex_unlock(&ends);
}
