/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* board.c: the tasks of a pool that wait, in groups, in lanes: put there, taken, over. */
#include "worker.h"

#include "../base/memory.h"

/* Memory for tasks comes in blocks, which stay until the pool goes. */
#define BLOCK_SIZE (WEFT_MODEL_ ? sizeof(weft_block_) + 4 * sizeof(weft_task) : WEFT_PAGE)
#define BLOCK_TASKS ((BLOCK_SIZE - sizeof(weft_block_)) / sizeof(weft_task))
/* A worker that has found a task goes on with its lane for so long, uncounted. */
#define SPREE_NS 20000

static weft_board_ nobodys = { .lock = PTHREAD_MUTEX_INITIALIZER };

void
weft_board_open_(weft_pool *p)
{
	p->board = (weft_board_){ .pool = p };
	pthread_mutex_init(&p->board.lock, NULL);
	for (int lane = 0; lane < WEFT_LANES_; lane++) {
		/* relaxed: no other thread knows the pool yet. */
		weft_store_relaxed(&p->board.alone[lane].board_, &p->board);
		p->board.alone[lane].lane = (weft_lane)lane;
		p->board.alone[lane].fifo = true;
	}
}

void
weft_board_close_(weft_board_ *b)
{
	while (b->blocks != NULL) {
		weft_block_ *block = b->blocks;

		b->blocks = block->next;
		weft_memory_pages_free_(NULL, block, BLOCK_SIZE);
	}
	pthread_mutex_destroy(&b->lock);
}

void
weft_board_forget_(void)
{
	pthread_mutex_init(&nobodys.lock, NULL);
}

weft_board_ *
weft_board_of_(weft_pool *p)
{
	if (p == NULL)
		return &nobodys;
	weft_pool_refresh_(p);
	return &p->board;
}

bool
weft_board_has_work_(const weft_board_ *b)
{
	/* S2: after it was said that this worker sleeps; pairs with S1. */
	return weft_load_seq_cst(&b->lanes) != 0;
}

/* With the lock, which it lets go of while it asks for memory. */
static void
make_block(weft_board_ *b)
{
	weft_block_ *block;

	pthread_mutex_unlock(&b->lock);
	block = weft_memory_pages_(NULL, BLOCK_SIZE);
	for (size_t i = 1; block != NULL && i < BLOCK_TASKS; i++)
		block->task[i - 1].next = &block->task[i];
	pthread_mutex_lock(&b->lock);
	if (block == NULL)
		return;
	block->next = b->blocks;
	b->blocks = block;
	block->task[BLOCK_TASKS - 1].next = b->free;
	b->free = &block->task[0];
}

weft_task *
weft_board_make_(weft_board_ *b)
{
	weft_task *task;

	if (b->free == NULL && b->pool != NULL)
		make_block(b);
	task = b->free;
	if (task != NULL)
		b->free = task->next;
	return task;
}

void
weft_board_recycle_(weft_board_ *b, weft_task *task)
{
	task->next = b->free;
	b->free = task;
}

void
weft_board_add_(weft_board_ *b, weft_tasks *t, weft_task *task)
{
	task->group = t;
	task->generation = weft_pool_generation_;
	task->order = t->spawned_++;
	if (task->order == 0 && t != &b->alone[t->lane]) {
		/* relaxed: what else the group has is under the lock. */
		weft_store_relaxed(&t->generation_, weft_pool_generation_ + 1);
		b->open++;
	}
	t->unfinished_++;
	task->is_waiting = false;
	/* relaxed: nobody else knows the task yet. */
	weft_store_relaxed(&task->is_over, false);
	task->sleeper = NULL;
}

/* The group has tasks waiting from now on: it is the last in the ring of its lane. */
static void
enter_lane(weft_board_ *b, weft_tasks *t)
{
	weft_tasks *front = b->front[t->lane];

	if (front != NULL) {
		t->next_ = front;
		t->before_ = front->before_;
		front->before_->next_ = t;
		front->before_ = t;
		return;
	}
	b->front[t->lane] = t->before_ = t->next_ = t;
	/*
	 * S1: in one order with the look of a worker that is about to sleep, and with the word
	 * that says who sleeps (room.c), which is looked at next. Who finds the bit there, and
	 * so writes nothing, has it from this thread, by the lock; pairs with S2.
	 */
	weft_fetch_or_seq_cst(&b->lanes, 1u << t->lane);
}

static void
leave_lane(weft_board_ *b, weft_tasks *t)
{
	if (t->next_ == t) {
		b->front[t->lane] = NULL;
		/* relaxed: nothing is to be seen there; under the lock. */
		weft_fetch_and_relaxed(&b->lanes, ~(1u << t->lane));
		return;
	}
	t->next_->before_ = t->before_;
	t->before_->next_ = t->next_;
	if (b->front[t->lane] == t)
		b->front[t->lane] = t->next_;
}

void
weft_board_put_(weft_board_ *b, weft_task *task)
{
	weft_tasks *t = task->group;

	task->is_waiting = true;
	if (t->first_ == NULL) {
		task->before = task->next = NULL;
		t->first_ = t->last_ = task;
		enter_lane(b, t);
	} else if (t->fifo) {
		task->before = t->last_;
		task->next = NULL;
		t->last_ = t->last_->next = task;
	} else {
		task->before = NULL;
		task->next = t->first_;
		t->first_ = t->first_->before = task;
	}
}

static void
begin(weft_task *task, weft_worker_ *w)
{
	weft_tasks *t = task->group;

	task->worker = w;
	task->base = w == NULL ? 0 : (uint32_t)(w->forks.top - w->job);
	task->before = NULL;
	task->next = t->running_;
	if (t->running_ != NULL)
		t->running_->before = task;
	t->running_ = task;
}

void
weft_board_take_(weft_board_ *b, weft_task *task, weft_worker_ *w)
{
	weft_tasks *t = task->group;

	if (task->is_waiting) {
		task->is_waiting = false;
		*(task->before != NULL ? &task->before->next : &t->first_) = task->next;
		*(task->next != NULL ? &task->next->before : &t->last_) = task->before;
		if (t->first_ == NULL)
			leave_lane(b, t);
	}
	begin(task, w);
}

weft_task *
weft_board_next_of_(weft_board_ *b, weft_tasks *t, weft_worker_ *w)
{
	weft_task *task = t->first_;

	if (task != NULL)
		weft_board_take_(b, task, w);
	return task;
}

/* The next task of the group whose turn it is; the turn is the next one's. */
static weft_task *
next_in(weft_board_ *b, unsigned lane, weft_worker_ *w)
{
	weft_tasks *t = b->front[lane];

	if (t == NULL)
		return NULL;
	b->front[lane] = t->next_;
	return weft_board_next_of_(b, t, w);
}

static void
note_failure(weft_tasks *t, const weft_task *task)
{
	bool is_first = t->status_ == WEFT_OK || task->order < t->failed_;

	/* Who was asked to stop says so: why it was asked is worth more. */
	if (t->status_ != WEFT_OK &&
	    (t->status_ == WEFT_CANCELLED) != (task->status == WEFT_CANCELLED))
		is_first = t->status_ == WEFT_CANCELLED;
	if (!is_first)
		return;
	t->status_ = task->status;
	t->failed_ = task->order;
}

/* The task is over; whoever is to be woken for it, without the lock. */
static weft_park_node_ *
end(weft_board_ *b, weft_task *task)
{
	weft_tasks *t = task->group;
	weft_park_node_ *node = task->sleeper;

	*(task->before != NULL ? &task->before->next : &t->running_) = task->next;
	if (task->next != NULL)
		task->next->before = task->before;
	if (task->status != WEFT_OK)
		note_failure(t, task);
	task->sleeper = NULL;
	/* R1: what the task has done; pairs with A1 of task. */
	weft_store_release(&task->is_over, true);
	if (--t->unfinished_ == 0 && t->sleeper_ != NULL) {
		/* Two at once are a task's and weft_pool_free's, which is in no hurry. */
		if (node != NULL)
			weft_park_wake_(node);
		node = t->sleeper_;
		t->sleeper_ = NULL;
	}
	if (task->memory == WEFT_TASK_OURS_)
		weft_board_recycle_(b, task);
	return node;
}

static weft_status
call(weft_task *task, weft_worker_ *w)
{
	weft_job_ *top;
	weft_status s;
	uint64_t from;

	if (weft_cancel_is_set(&task->group->stop))
		return WEFT_CANCELLED;
	if (w == NULL)
		return task->fn(task->ctx);
	top = w->forks.top;
	task->under = w->task;
	w->task = task;
	weft_worker_count_(&w->tasks);
	from = weft_deed_begin_(w);
	s = task->fn(task->ctx);
	weft_worker_check_(w, top);
	weft_deed_end_(w, WEFT_DEED_RUN_, from);
	w->task = task->under;
	return s;
}

void
weft_board_run_(weft_board_ *b, weft_task *task, weft_worker_ *w)
{
	weft_tasks *t = task->group;
	weft_park_node_ *node;

	task->status = call(task, w);
	if (task->status != WEFT_OK && t->stop_on_error)
		weft_cancel_set(&t->stop);
	pthread_mutex_lock(&b->lock);
	node = end(b, task);
	if (node == NULL)
		return;
	pthread_mutex_unlock(&b->lock);
	weft_park_wake_(node);
	pthread_mutex_lock(&b->lock);
}

void
weft_board_sleep_(weft_board_ *b, void **where, weft_time deadline, bool rests)
{
	weft_worker_ *w = weft_worker_now_();
	weft_park_node_ *node = weft_park_prepare_();
	bool woken;

	*where = node;
	pthread_mutex_unlock(&b->lock);
	if (rests)
		w->resting = true;
	woken = weft_park_wait_(node, deadline);
	pthread_mutex_lock(&b->lock);
	if (!woken && *where == node) {
		*where = NULL;
		woken = true;
	}
	if (!woken) {
		/* Whoever has taken it is about to wake this thread. */
		pthread_mutex_unlock(&b->lock);
		(void)!weft_park_wait_(node, WEFT_FOREVER);
		pthread_mutex_lock(&b->lock);
	}
	if (rests)
		w->resting = false;
}

static bool
goes_on(const weft_board_ *b, weft_lane lane, uint64_t since, bool searches)
{
	if (!searches || WEFT_MODEL_ || (lane != WEFT_URGENT && b->front[WEFT_URGENT] != NULL))
		return false;
	return weft_ticks_() - since < weft_ticks_in_(SPREE_NS);
}

bool
weft_board_work_(weft_worker_ *w, weft_lane lane, bool searches)
{
	weft_board_ *b = &w->pool->board;
	uint64_t since;
	weft_task *task;

	/* relaxed: a first look; the lock has the order. */
	if ((weft_load_relaxed(&b->lanes) & 1u << lane) == 0)
		return false;
	pthread_mutex_lock(&b->lock);
	task = next_in(b, lane, w);
	pthread_mutex_unlock(&b->lock);
	if (task == NULL)
		return false;
	if (searches) {
		weft_worker_busy_(w, true);
		weft_room_found_(w->pool);
	}
	since = weft_ticks_();
	do {
		weft_board_run_(b, task, w);
		task = goes_on(b, lane, since, searches) ? next_in(b, lane, w) : NULL;
		pthread_mutex_unlock(&b->lock);
	} while (task != NULL);
	if (searches) {
		weft_worker_busy_(w, false);
		weft_room_search_(w->pool);
	}
	return true;
}
