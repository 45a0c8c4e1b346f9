/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* join.c: offering a job to others, and waiting for one that was taken. */
#include "worker.h"

/*
 * A fork costs nothing but some stores of the worker's own. Only while somebody could take
 * a job does it come here, and then the oldest one is made public: the biggest, where calls
 * split their work in halves. A job on offer is enough.
 *
 * Waking a thread takes microseconds of the one who wakes. Who was woken searches for some
 * 30 us before it sleeps again, and counts as searching from the wake-up on: so one worker's
 * forks wake no more often than that, but while places are left and all who are awake are busy.
 */

/*
 * A job that was taken is awaited awake for so long; then in naps, which end to look for
 * work to help with.
 */
#define AWAKE_NS 30000
#define NAP_US 60
#define PAUSES 8

static weft_worker_ *
worker_of(weft_forks_ *forks)
{
	return (weft_worker_ *)(void *)forks;
}

void
weft_worker_publish_(weft_worker_ *w)
{
	weft_forks_ *forks = &w->forks;

	/* A caller from outside works for the pool while it has something public there. */
	if (forks->least != 0) {
		weft_room_enter_(w->pool);
		forks->least = 0;
	}
	weft_jobs_publish_(&w->jobs, forks->split);
	forks->split++;
}

void
weft_fork_expose_(weft_worker_ *w)
{
	while (w->forks.split != w->forks.top)
		weft_worker_publish_(w);
}

bool
weft_worker_has_room_(const weft_worker_ *w)
{
	/* relaxed: a hint, as in weft_fork_begin_. */
	return weft_load_relaxed(w->forks.room) > w->forks.least;
}

void
weft_fork_offer_(weft_forks_ *forks)
{
	weft_worker_ *w = worker_of(forks);
	bool offers = weft_jobs_are_left_(&w->jobs);
	unsigned look = weft_room_look_(w->pool);

	if (!offers && forks->split == forks->top)
		return;
	/* Who joins looks in the right places only, and may not find it: wake another as well. */
	if (!offers && (look & (WEFT_ROOM_SEARCHED_ | WEFT_ROOM_JOINED_)) != 0) {
		weft_worker_publish_(w);
		offers = true;
		/* It may have stopped since that look: then one is woken in its place. */
		if ((look & WEFT_ROOM_SEARCHED_) != 0)
			(void)weft_room_wake_(w->pool);
	}
	if ((look & WEFT_ROOM_SEARCHED_) == 0 && (look & WEFT_ROOM_PLACE_) != 0) {
		if (!offers)
			weft_worker_publish_(w);
		weft_room_wake_(w->pool);
	}
}

/*
 * A job of the one who runs ours is a descendant of ours while ours is not done. When it is
 * done after the taking, what was taken may be a stranger's, and goes back.
 */
static weft_job_ *
descendant(weft_job_ *job, weft_worker_ *thief)
{
	/* relaxed: the thief has written it before it showed itself. */
	uint32_t from = weft_load_relaxed(&job->base), place;
	weft_job_ *taken;

	if (!weft_jobs_take_(&thief->jobs, from, &place))
		return NULL;
	taken = &thief->job[place];
	/*
	 * relaxed: a stranger's job was made public after our call ended, and the taking has
	 * acquired that: then this look sees DONE.
	 */
	if (weft_load_relaxed(&job->state) != WEFT_JOB_DONE_)
		return taken;
	/* relaxed: nothing of this thread's goes with it. */
	if (weft_swap_relaxed(&taken->state, WEFT_JOB_RETURNED_) == WEFT_JOB_AWAITED_)
		weft_parker_unpark(&thief->joined);
	return NULL;
}

static void
nap(weft_worker_ *w, weft_job_ *job)
{
	weft_time end = WEFT_MODEL_ ? WEFT_FOREVER : weft_after_us(NAP_US);
	uint32_t state = WEFT_JOB_OPEN_;

	/* relaxed: the loop that naps looks again, with A2. */
	if (!weft_cas_relaxed(&job->state, &state, WEFT_JOB_AWAITED_))
		return;
	w->resting = true;
	if (!weft_parker_park_until(&w->joined, end)) {
		state = WEFT_JOB_AWAITED_;
		/* relaxed: as above. Where it fails, whoever ended the job is about to wake us. */
		if (!weft_cas_relaxed(&job->state, &state, WEFT_JOB_OPEN_))
			weft_parker_park(&w->joined);
	}
	w->resting = false;
}

/* The job was taken. True: it came back. */
static bool
await(weft_worker_ *w, weft_job_ *job)
{
	bool joins = false;
	uint64_t since = 0;
	uint32_t state;

	/* Its place is in use until it is over. */
	w->forks.top = job + 1;
	/* A2: what the call has done; pairs with R2 of steal.c. */
	while ((state = weft_load_acquire(&job->state)) < WEFT_JOB_DONE_) {
		/* A1: where its jobs begin; pairs with R1 of steal.c. */
		weft_worker_ *thief = weft_load_acquire(&job->thief);

		weft_job_ *taken = thief != NULL ? descendant(job, thief) : NULL;

		if (taken != NULL) {
			if (joins)
				weft_room_join_(w->pool, false);
			joins = false;
			weft_worker_run_(w, thief, taken);
			continue;
		}
		if (!joins) {
			joins = true;
			weft_room_join_(w->pool, true);
			since = weft_ticks_();
		}
		if (WEFT_MODEL_ || weft_ticks_() - since > weft_ticks_in_(AWAKE_NS))
			nap(w, job);
		for (int i = 0; i < PAUSES && !WEFT_MODEL_; i++)
			weft_pause();
	}
	if (joins)
		weft_room_join_(w->pool, false);
	w->forks.top = job;
	return state == WEFT_JOB_RETURNED_;
}

bool
weft_fork_settle_(weft_forks_ *forks, weft_job_ *job)
{
	weft_worker_ *w = worker_of(forks);
	uint32_t place = (uint32_t)(job - w->job), split = place;
	bool mine;

	weft_worker_check_(w, job);
	mine = weft_jobs_reclaim_(&w->jobs, place, &split);
	if (!mine) {
		mine = await(w, job);
		weft_jobs_reset_(&w->jobs, place);
	}
	forks->split = &w->job[split];
	if (w->outside && split == 0 && !w->takes_part) {
		forks->least = WEFT_ROOM_LEAST_OUTSIDE_;
		weft_room_leave_(w->pool);
	}
	return mine;
}

/* No worker yet, or no room for one more job. */
weft_fork
weft_fork_slow_(void (*fn)(void *ctx), void *ctx)
{
	static WEFT_THREAD_LOCAL_ weft_forks_ alone = { .room = &weft_no_room_ };
	weft_fork f = { weft_forks_here_, weft_forks_here_->end };

	if (f.worker_ != &weft_forks_nobody_)
		return f;
	if (weft_worker_here_() != NULL)
		return weft_fork_begin_(fn, ctx);
	/* No memory for a worker: this fork stays here, the next one tries again. */
	f.worker_ = &alone;
	f.job_ = NULL;
	return f;
}

void
weft_join(void (*a)(void *ctx), void *a_ctx, void (*b)(void *ctx), void *b_ctx)
{
	weft_fork f;

	if (a == NULL || b == NULL)
		weft_misuse_("weft_join", "the function is NULL: give two to call");
	f = weft_fork_begin_(b, b_ctx);
	a(a_ctx);
	if (weft_fork_end_(f))
		b(b_ctx);
}
