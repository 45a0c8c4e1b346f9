/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* crew.c: who is in a pool: its own threads, and callers from outside. */
#include "worker.h"

#include "../base/memory.h"
#include "../base/os_thread.h"

/* After a refusal no spare thread is tried for so long. */
#define REFUSED_NS 10000000

static const weft_atomic_i64 no_room;
/* Nobody writes it: its first fork comes to the slow half, with top, split and end NULL. */
weft_forks_ weft_forks_nobody_ = { .room = &no_room };
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
	return w;
}

static void
free_worker(weft_worker_ *w)
{
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
	/* R1: the worker, whole; pairs with A1 of steal.c. */
	weft_store_release(&p->crew[end], w);
	/* S1: before it publishes anything; pairs with S1 of steal.c. */
	weft_store_seq_cst(&p->crew_end, end + 1);
	return true;
}

/* What is under no lock of a pool's: its pool may be freed, its thread may end. */
static pthread_mutex_t ends = PTHREAD_MUTEX_INITIALIZER;

static void
leave_crew(weft_worker_ *w)
{
	weft_pool *p;

	pthread_mutex_lock(&ends);
	p = w->pool;
	if (p != NULL) {
		pthread_mutex_lock(&p->lock);
		w->below = p->vacant;
		p->vacant = w;
		pthread_mutex_unlock(&p->lock);
	}
	pthread_mutex_unlock(&ends);
	if (p == NULL)
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
	weft_worker_ *w, *made = NULL;

	pthread_mutex_lock(&p->lock);
	w = p->vacant;
	if (w != NULL)
		p->vacant = w->below;
	pthread_mutex_unlock(&p->lock);
	if (w == NULL)
		w = made = make_worker(p);
	if (w == NULL)
		return NULL;
	if (made != NULL) {
		pthread_mutex_lock(&p->lock);
		if (!enlist(p, w))
			w = NULL;
		pthread_mutex_unlock(&p->lock);
		if (w == NULL)
			free_worker(made);
	}
	return w;
}

weft_worker_ *
weft_crew_outside_(weft_pool *p)
{
	weft_worker_ *w = mine;

	while (w != NULL && (w->pool != p || w->generation != weft_pool_generation_))
		w = w->next_of_thread;
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
	return w;
}

void
weft_crew_dissolve_(weft_pool *p)
{
	/* relaxed: the threads of the pool are gone. */
	uint32_t end = weft_load_relaxed(&p->crew_end);
	weft_worker_ **own = &mine;

	/* This thread's is nobody's any more. */
	while (*own != NULL)
		if ((*own)->pool == p) {
			weft_worker_ *w = *own;

			*own = w->next_of_thread;
			w->outside = false;
			if (weft_forks_here_ == &w->forks)
				weft_forks_here_ = &weft_forks_nobody_;
		} else {
			own = &(*own)->next_of_thread;
		}
	for (weft_worker_ *w = p->vacant; w != NULL; w = w->below)
		w->outside = false;
	pthread_mutex_lock(&ends);
	for (uint32_t i = 0; i < end; i++) {
		/* relaxed: as above. */
		weft_worker_ *w = weft_load_relaxed(&p->crew[i]);

		/* Another thread still has it in its list: it frees it there. */
		if (w->outside)
			w->pool = NULL;
		else
			free_worker(w);
	}
	pthread_mutex_unlock(&ends);
}
