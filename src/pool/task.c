/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* task.c: tasks by themselves, with a handle to wait for or to drop. */
#include "worker.h"

static weft_board_ *
board_of(const weft_task *task)
{
	/* relaxed: set before any task was there. */
	return weft_load_relaxed(&task->group->board_);
}

static void
check(const weft_task *task, const char *call)
{
	if (task == NULL)
		weft_misuse_(call, "the task is NULL: spawn had no memory for it");
	if (task->generation != weft_pool_generation_)
		weft_misuse_(call, "the task is of a parent process: leave it to the parent");
}

weft_task *
weft_task_spawn(weft_task_fn *fn, void *ctx, weft_lane lane)
{
	weft_board_ *b = weft_board_of_(weft_pool_current());
	weft_worker_ *w = weft_worker_now_();
	weft_task *task;

	if (fn == NULL || (unsigned)lane >= WEFT_LANES_)
		weft_misuse_("weft_task_spawn", "give a function, and a lane that there is");
	pthread_mutex_lock(&b->lock);
	task = weft_board_make_(b);
	if (task == NULL) {
		pthread_mutex_unlock(&b->lock);
		return NULL;
	}
	task->fn = fn;
	task->ctx = ctx;
	task->memory = WEFT_TASK_HELD_;
	weft_board_add_(b, &b->alone[lane], task);
	if (b->pool->missing >= b->pool->threads) {
		weft_board_take_(b, task, w);
		pthread_mutex_unlock(&b->lock);
		weft_board_run_(b, task, w);
		pthread_mutex_unlock(&b->lock);
		return task;
	}
	weft_board_put_(b, task);
	pthread_mutex_unlock(&b->lock);
	weft_room_wake_(b->pool);
	return task;
}

bool
weft_task_is_done(const weft_task *task)
{
	check(task, "weft_task_is_done");
	/* A1: what the task has done; pairs with R1 of board. */
	return weft_load_acquire(&task->is_over);
}

/* Under the lock. */
static bool
is_over(const weft_task *task)
{
	/* relaxed: the lock has the order. */
	return weft_load_relaxed(&task->is_over);
}

static void
wait_inside(void *task_)
{
	weft_task *task = task_;
	weft_board_ *b = board_of(task);
	weft_worker_ *w = weft_worker_now_();

	if (w != NULL && w->pool != b->pool)
		w = NULL;
	pthread_mutex_lock(&b->lock);
	/* It is what this thread waits for: whatever lock that holds, no stranger runs under it. */
	if (task->is_waiting &&
	    (!b->pool->options.caller_waits || (w != NULL && !w->outside))) {
		weft_board_take_(b, task, w);
		pthread_mutex_unlock(&b->lock);
		weft_board_run_(b, task, w);
	}
	while (!is_over(task))
		weft_board_sleep_(b, &task->sleeper, WEFT_FOREVER, false);
	pthread_mutex_unlock(&b->lock);
}

weft_status
weft_task_wait(weft_task *task)
{
	weft_board_ *b;
	weft_status s;

	check(task, "weft_task_wait");
	b = board_of(task);
	weft_pool_inside_(b->pool, wait_inside, task);
	s = task->status;
	pthread_mutex_lock(&b->lock);
	weft_board_recycle_(b, task);
	pthread_mutex_unlock(&b->lock);
	return s;
}

void
weft_task_drop(weft_task *task)
{
	weft_board_ *b;

	check(task, "weft_task_drop");
	b = board_of(task);
	pthread_mutex_lock(&b->lock);
	if (is_over(task))
		weft_board_recycle_(b, task);
	else
		task->memory = WEFT_TASK_OURS_;
	pthread_mutex_unlock(&b->lock);
}

typedef struct errand {
	void (*fn)(void *ctx);
	void *ctx;
} errand;

static weft_status
run_errand(void *errand_)
{
	errand *e = errand_;

	e->fn(e->ctx);
	return WEFT_OK;
}

void
weft_task_hand_over_(weft_pool *p, void (*fn)(void *ctx), void *ctx)
{
	errand e = { fn, ctx };
	weft_task task = { .fn = run_errand, .ctx = &e, .memory = WEFT_TASK_LENT_ };
	weft_board_ *b = &p->board;

	/* relaxed: looked at for misuse only. */
	weft_fetch_add_relaxed(&p->runs, 1);
	pthread_mutex_lock(&b->lock);
	weft_board_add_(b, &b->alone[WEFT_NORMAL], &task);
	weft_board_put_(b, &task);
	pthread_mutex_unlock(&b->lock);
	weft_room_wake_(p);
	pthread_mutex_lock(&b->lock);
	while (!is_over(&task))
		weft_board_sleep_(b, &task.sleeper, WEFT_FOREVER, false);
	pthread_mutex_unlock(&b->lock);
	/* relaxed: as above. */
	weft_fetch_sub_relaxed(&p->runs, 1);
}

void
weft_task_drain_(weft_board_ *b)
{
	int lane = 0;

	pthread_mutex_lock(&b->lock);
	/* One that ends may have spawned another, in a lane that was empty. */
	while (lane < WEFT_LANES_) {
		weft_tasks *t = &b->alone[lane++];

		if (t->unfinished_ == 0)
			continue;
		weft_board_sleep_(b, &t->sleeper_, WEFT_FOREVER, false);
		lane = 0;
	}
	if (b->open != 0)
		weft_misuse_("weft_pool_free",
		    "a group of tasks of the pool has not been waited for: weft_tasks_wait first");
	pthread_mutex_unlock(&b->lock);
}
