/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* usage.c: what a pool has done so far. */
#include "worker.h"

/*
 * The time of a thread of the pool's is busy from when it has found work to when it looks for
 * work again, and idle otherwise. It writes both ends itself; who asks adds what is not over.
 */
static void
add_times(weft_pool_stats *s, const weft_worker_ *w, uint64_t now)
{
	/* relaxed: statistics. */
	uint64_t busy = weft_load_relaxed(&w->busy), since = weft_load_relaxed(&w->busy_since);
	uint64_t alive = now - w->started;

	/* Clocks of two processors may be some microseconds apart. */
	if (now < w->started)
		alive = 0;
	if (since != 0 && since < now)
		busy += now - since;
	if (busy > alive)
		busy = alive;
	s->busy_ns += weft_ticks_ns_(busy);
	s->idle_ns += weft_ticks_ns_(alive - busy);
}

static void
add(weft_pool_stats *s, const weft_worker_ *w, uint64_t now)
{
	/* relaxed: statistics. */
	s->tasks += weft_load_relaxed(&w->tasks);
	s->steals += weft_load_relaxed(&w->steals);
	s->sleeps += weft_load_relaxed(&w->sleeps);
	if (w->has_thread)
		add_times(s, w, now);
}

weft_pool_stats
weft_pool_usage(weft_pool *asked)
{
	weft_pool *p = asked == NULL ? weft_pool_current() : asked;
	weft_pool_stats s = { 0 };
	uint64_t now = weft_ticks_();
	uint32_t end;

	if (p == NULL)
		return s;
	weft_pool_refresh_(p);
	/* So that no thread is being started. */
	pthread_mutex_lock(&p->lock);
	s.threads = p->threads - p->missing;
	s.missing = p->missing;
	s.spares = p->spares;
	/* relaxed: written under the lock, as are the places below it. */
	end = weft_load_relaxed(&p->crew_end);
	for (uint32_t i = 0; i < end; i++)
		/* relaxed: as above. */
		add(&s, weft_load_relaxed(&p->crew[i]), now);
	pthread_mutex_unlock(&p->lock);
	return s;
}
