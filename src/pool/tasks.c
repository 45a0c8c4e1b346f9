/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tasks.c: groups of tasks: spawning into them, and waiting for all of one. */
#include "worker.h"

/*
 * Who waits runs the tasks of its group, then what those that run elsewhere have forked.
 * Without either it stays awake for so long; then it sleeps until the group is over or a
 * task is spawned in it, and up at times for forks, of which nobody tells it: each nap is
 * twice as long as the one before.
 */
#define AWAKE_NS 30000
#define NAP_US 60
#define NAP_MOST_US 8000
#define PAUSES 32

typedef struct waiter {
	weft_tasks *t;
	weft_board_ *b;
	weft_worker_ *w;             /* NULL: no memory for one                             */
	bool takes_part;             /* it runs tasks; or it only sleeps                    */
	bool counts;                 /* it has taken a place in the pool, from outside      */
	bool joins;                  /* it is counted as joining                            */
	uint64_t since;              /* ticks: it has had nothing to do; where it joins     */
	unsigned nap_us;
	weft_status status;
} waiter;

static weft_board_ *
board_of(weft_tasks *t)
{
	/* A1: the board, whole; pairs with R1. */
	weft_board_ *b = weft_load_acquire(&t->board_);
	void *seen = NULL;

	if (b != NULL)
		return weft_board_of_(b->pool);
	b = weft_board_of_(weft_pool_current());
	/* R1: the board is whole; the first who spawns chooses it; pairs with A1. */
	if (weft_cas_release(&t->board_, &seen, b))
		return b;
	/* A1: as above; another thread's. */
	return weft_load_acquire(&t->board_);
}

/* Has it been spawned into, and not been waited for? By this process, then: a child has a
 * copy of the group, but not those who run its tasks. */
static bool
is_open(const weft_tasks *t, const char *call)
{
	/* relaxed: who may ask has spawned, or knows otherwise that others have. */
	uint32_t generation = weft_load_relaxed(&t->generation_);

	if (generation != 0 && generation != weft_pool_generation_ + 1)
		weft_misuse_(call,
		    "the group has tasks of a parent process: leave it to the parent, and end "
		    "the child with _exit");
	return generation != 0;
}

/* No memory: the task runs here and now. */
static void
run_in_place(weft_board_ *b, weft_tasks *t, weft_task_fn *fn, void *ctx)
{
	weft_task task = { .fn = fn, .ctx = ctx, .memory = WEFT_TASK_LENT_ };
	weft_worker_ *w = weft_worker_now_();

	if (w != NULL && w->pool != b->pool)
		w = NULL;
	weft_board_add_(b, t, &task);
	weft_board_take_(b, &task, w);
	pthread_mutex_unlock(&b->lock);
	weft_board_run_(b, &task, w);
	pthread_mutex_unlock(&b->lock);
}

void
weft_tasks_spawn(weft_tasks *t, weft_task_fn *fn, void *ctx)
{
	weft_park_node_ *node;
	weft_board_ *b;
	weft_task *task;

	if (t == NULL || fn == NULL || (unsigned)t->lane >= WEFT_LANES_)
		weft_misuse_("weft_tasks_spawn",
		    "give a group that is zeroed or set as weft_tasks says, and a function");
	(void)is_open(t, "weft_tasks_spawn");
	b = board_of(t);
	pthread_mutex_lock(&b->lock);
	task = weft_board_make_(b);
	if (task == NULL) {
		run_in_place(b, t, fn, ctx);
		return;
	}
	task->fn = fn;
	task->ctx = ctx;
	task->memory = WEFT_TASK_OURS_;
	weft_board_add_(b, t, task);
	weft_board_put_(b, task);
	node = t->sleeper_;
	t->sleeper_ = NULL;
	pthread_mutex_unlock(&b->lock);
	if (node != NULL)
		weft_park_wake_(node);
	weft_room_wake_(b->pool);
}

/* It is about to work: from outside it counts as one of the pool's from now on. */
static void
work_begins(waiter *r)
{
	if (r->joins)
		weft_room_join_(r->b->pool, false);
	r->joins = false;
	r->nap_us = NAP_US;
	if (r->w == NULL || r->w->forks.least == 0)
		return;
	weft_room_enter_(r->b->pool);
	r->w->forks.least = 0;
	r->w->takes_part = r->counts = true;
}

static void
work_ends(waiter *r)
{
	if (r->joins)
		weft_room_join_(r->b->pool, false);
	if (!r->counts)
		return;
	r->w->takes_part = false;
	r->w->forks.least = WEFT_ROOM_LEAST_OUTSIDE_;
	weft_room_leave_(r->b->pool);
}

/*
 * What a task that runs elsewhere has forked. The task cannot end meanwhile, since that
 * needs the lock: so whatever stands there from its base is its descendant.
 */
static bool
take_descendant(waiter *r, weft_worker_ **owner, uint32_t *place)
{
	if (r->w == NULL)
		return false;
	for (weft_task *task = r->t->running_; task != NULL; task = task->next) {
		*owner = task->worker;
		if (*owner != NULL && *owner != r->w &&
		    weft_jobs_take_(&(*owner)->jobs, task->base, place))
			return true;
	}
	return false;
}

/* A task of the group, or a part of one. With the lock, which it lets go of. */
static bool
work(waiter *r)
{
	weft_task *task = weft_board_next_of_(r->b, r->t, r->w);
	weft_worker_ *owner;
	uint32_t place;

	if (task != NULL) {
		pthread_mutex_unlock(&r->b->lock);
		work_begins(r);
		weft_board_run_(r->b, task, r->w);
		return true;
	}
	if (!take_descendant(r, &owner, &place))
		return false;
	pthread_mutex_unlock(&r->b->lock);
	work_begins(r);
	weft_worker_run_(r->w, owner, &owner->job[place]);
	pthread_mutex_lock(&r->b->lock);
	return true;
}

/* There is nothing to do, and the group is not over. With the lock, likewise. */
static void
rest(waiter *r)
{
	bool rests = r->w != NULL && !r->w->outside;
	weft_time end = WEFT_FOREVER;

	if (r->t->sleeper_ != NULL)
		weft_misuse_("weft_tasks_wait",
		    "another thread waits for this group: one at a time");
	if (r->w != NULL && r->takes_part && !r->joins) {
		r->joins = true;
		r->since = weft_ticks_();
		weft_room_join_(r->b->pool, true);
	}
	if (!WEFT_MODEL_ && r->joins && weft_ticks_() - r->since < weft_ticks_in_(AWAKE_NS)) {
		pthread_mutex_unlock(&r->b->lock);
		for (int i = 0; i < PAUSES; i++)
			weft_pause();
		pthread_mutex_lock(&r->b->lock);
		return;
	}
	if (!WEFT_MODEL_ && r->takes_part) {
		end = weft_after_us(r->nap_us);
		r->nap_us = r->nap_us < NAP_MOST_US / 2 ? r->nap_us * 2 : NAP_MOST_US;
	}
	weft_board_sleep_(r->b, &r->t->sleeper_, end, rests);
}

static void
wait_inside(void *waiter_)
{
	waiter *r = waiter_;
	weft_tasks *t = r->t;
	weft_board_ *b = r->b;

	r->w = weft_worker_now_();
	if (r->w != NULL && r->w->pool != b->pool)
		r->w = NULL;
	for (weft_task *task = r->w == NULL ? NULL : r->w->task; task != NULL; task = task->under)
		if (task->group == t)
			weft_misuse_("weft_tasks_wait",
			    "called by a task of the group, which so waits for itself");
	r->takes_part = b->pool == NULL || !b->pool->options.caller_waits ||
	    b->pool->missing >= b->pool->threads || (r->w != NULL && !r->w->outside);
	pthread_mutex_lock(&b->lock);
	while (t->unfinished_ != 0)
		if (!r->takes_part || !work(r))
			rest(r);
	r->status = t->status_;
	b->open--;
	t->status_ = WEFT_OK;
	t->spawned_ = 0;
	/* relaxed: as in is_open. */
	weft_store_relaxed(&t->generation_, 0);
	pthread_mutex_unlock(&b->lock);
	work_ends(r);
}

weft_status
weft_tasks_wait(weft_tasks *t)
{
	waiter r = { .t = t, .nap_us = NAP_US };

	if (t == NULL)
		weft_misuse_("weft_tasks_wait", "the group is NULL");
	if (!is_open(t, "weft_tasks_wait"))
		return WEFT_OK;
	/* relaxed: as in is_open; so the board is there too, by whoever has spawned. */
	r.b = weft_load_relaxed(&t->board_);
	if (r.b->pool == NULL)
		wait_inside(&r);
	else
		weft_pool_inside_(r.b->pool, wait_inside, &r);
	return r.status;
}

void
weft_tasks_leave_(weft_tasks *t)
{
	weft_ignore(weft_tasks_wait(t));
}
