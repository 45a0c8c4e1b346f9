/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* steal.c: a worker's life: looking for work, doing it, sleeping when there is none. */
#include "worker.h"

/* How long a worker looks before it sleeps; bench/bench_pool.c, rows cold and fib. */
#define SEARCH_NS 30000
#define PAUSES 8

static weft_worker_ *
member(weft_pool *p, uint32_t i)
{
	/* relaxed: the load of crew_end, which said that it is there, has acquired it. */
	return (weft_worker_ *)weft_load_relaxed(&p->crew[i]);
}

static uint32_t
crew_end(weft_pool *p)
{
	/* S1: all who have published, made whole before; pairs with S1 of crew.c. */
	return weft_load_seq_cst(&p->crew_end);
}

bool
weft_pool_has_work_(weft_pool *p)
{
	uint32_t n = crew_end(p);

	if (weft_board_has_work_(&p->board))
		return true;
	for (uint32_t i = 0; i < n; i++) {
		weft_worker_ *w = member(p, i);

		if (w != NULL && weft_jobs_are_there_(&w->jobs))
			return true;
	}
	return false;
}

bool
weft_worker_steal_(weft_worker_ *w, weft_worker_ **owner, uint32_t *place)
{
	uint32_t n = crew_end(w->pool);
	uint32_t i;

	/* Any constants of a full period do: only the upper bits are used. */
	w->dice = w->dice * 1664525 + 1013904223;
	i = n == 0 ? 0 : (w->dice >> 8) % n;
	for (uint32_t looks = n; looks > 0; looks--, i = i + 1 == n ? 0 : i + 1) {
		*owner = member(w->pool, i);
		if (*owner != NULL && *owner != w && weft_jobs_take_(&(*owner)->jobs, 0, place))
			return true;
	}
	return false;
}

void
weft_worker_count_(weft_atomic_u64 *counter)
{
	/* relaxed: a statistic, which this thread alone writes. */
	weft_store_relaxed(counter, weft_load_relaxed(counter) + 1);
}

void
weft_worker_run_(weft_worker_ *w, weft_worker_ *owner, weft_job_ *job)
{
	weft_job_ *top = w->forks.top;
	uint64_t from = weft_deed_begin_(w);

	weft_worker_count_(&w->steals);
	/* relaxed: read after the thief, which follows. */
	weft_store_relaxed(&job->base, (uint32_t)(top - w->job));
	/* R1: where the owner may help; pairs with A1 of join.c. */
	weft_store_release(&job->thief, w);
	job->fn(job->ctx);
	weft_worker_check_(w, top);
	weft_deed_end_(w, WEFT_DEED_RUN_, from);
	/* R2: what the call has done; pairs with A2 of join.c. */
	if (weft_swap_release(&job->state, WEFT_JOB_DONE_) == WEFT_JOB_AWAITED_)
		weft_parker_unpark(&owner->joined);
}

/* From here to there the thread is busy: usage.c. */
void
weft_worker_busy_(weft_worker_ *w, bool begins)
{
	uint64_t now = weft_ticks_(), since;

	if (begins) {
		/* relaxed: a statistic, which this thread alone writes. */
		weft_store_relaxed(&w->busy_since, now);
		return;
	}
	/* relaxed: as above. */
	since = weft_load_relaxed(&w->busy_since);
	weft_store_relaxed(&w->busy_since, 0);
	weft_store_relaxed(&w->busy, weft_load_relaxed(&w->busy) + (now - since));
}

/* A job that another offers. searches: this worker is counted as one that looks for it. */
static bool
work_for_another(weft_worker_ *w, bool searches)
{
	weft_worker_ *owner;
	uint32_t place;

	if (!weft_worker_steal_(w, &owner, &place))
		return false;
	if (searches) {
		weft_worker_busy_(w, true);
		weft_room_found_(w->pool);
	}
	weft_worker_run_(w, owner, &owner->job[place]);
	if (searches) {
		weft_worker_busy_(w, false);
		weft_room_search_(w->pool);
	}
	return true;
}

/* One piece of work of the pool, whosever it is. What has begun goes before what has not. */
static bool
work(weft_worker_ *w, bool searches)
{
	return weft_board_work_(w, WEFT_URGENT, searches) || work_for_another(w, searches) ||
	    weft_board_work_(w, WEFT_NORMAL, searches) ||
	    weft_board_work_(w, WEFT_BACKGROUND, searches);
}

bool
weft_pool_yield(void)
{
	weft_worker_ *w = weft_worker_now_();
	weft_job_ *end;
	bool did;

	if (w == NULL)
		return false;
	/*
	 * What is forked here is a stranger's to those who wait for what this worker was doing,
	 * and who help with what stands above that: so it is not offered.
	 */
	end = w->forks.end;
	w->forks.end = w->forks.top;
	did = work(w, false);
	w->forks.end = end;
	return did;
}

static bool
is_stopped(weft_pool *p)
{
	/* relaxed: the pool's lock and the join of the thread order what follows. */
	return weft_load_relaxed(&p->stop);
}

/* Until there has been none for a while, or others should have the place. */
static void
search(weft_worker_ *w)
{
	uint64_t patience = WEFT_MODEL_ ? 0 : weft_ticks_in_(SEARCH_NS);
	uint64_t since = weft_ticks_();

	do {
		if (weft_worker_is_called_(w)) {
			weft_room_found_(w->pool);
			weft_worker_answer_(w);
			weft_room_search_(w->pool);
		}
		if (weft_room_is_crowded_(w->pool))
			return;
		while (work(w, true))
			since = weft_ticks_();
		for (int i = 0; i < PAUSES && !WEFT_MODEL_; i++)
			weft_pause();
	} while (weft_ticks_() - since < patience && !is_stopped(w->pool));
}

/* It is in the list of those asleep already, or about to be woken. */
static void
sleep_first(weft_worker_ *w)
{
	uint64_t from = weft_deed_begin_(w);

	w->resting = true;
	weft_parker_park(&w->bed);
	w->resting = false;
	weft_deed_end_(w, WEFT_DEED_SLEEP_, from);
}

/* The thread of a worker of the pool's. It is in the list of those asleep when it begins. */
void *
weft_worker_main_(void *worker)
{
	weft_worker_ *w = worker;
	weft_pool *p = w->pool;

	weft_forks_here_ = &w->forks;
	if (p->options.on_start != NULL)
		p->options.on_start(w->index, p->options.ctx);
	sleep_first(w);
	while (!is_stopped(p)) {
		search(w);
		if (!is_stopped(p)) {
			uint64_t from = weft_deed_begin_(w);

			weft_worker_count_(&w->sleeps);
			weft_room_sleep_(w);
			weft_deed_end_(w, WEFT_DEED_SLEEP_, from);
		}
	}
	if (p->options.on_exit != NULL)
		p->options.on_exit(w->index, p->options.ctx);
	weft_forks_here_ = &weft_forks_nobody_;
	return NULL;
}
