/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* everyone.c: calling a function once on each worker. */
#include "worker.h"

/*
 * A call has a number, and stands in a list of the pool's until all have run it. Each worker
 * knows which it has run last. It looks between two pieces of work, before it sleeps, and while
 * it waits for a call of its own: so two that call at the same time run each other's.
 */
static bool
is_asked(const weft_worker_ *w)
{
	return w->has_thread && !w->spare;
}

bool
weft_worker_is_called_(const weft_worker_ *w)
{
	/* relaxed: who calls sets it, and then wakes, under the lock, those who are asleep. */
	return weft_load_relaxed(&w->pool->board.called) != w->heard && is_asked(w);
}

/* The next that the worker has not run; NULL: none. Under the lock. */
static weft_call_ *
next_for(weft_worker_ *w)
{
	weft_call_ *call = w->pool->board.calls;

	while (call != NULL && call->number <= w->heard)
		call = call->next;
	return call;
}

/* With the lock, which it lets go of meanwhile. */
static void
answer(weft_worker_ *w, weft_call_ *call)
{
	weft_board_ *b = &w->pool->board;
	weft_call_ **at;

	w->heard = call->number;
	pthread_mutex_unlock(&b->lock);
	call->fn(w->index, call->ctx);
	pthread_mutex_lock(&b->lock);
	if (--call->left > 0)
		return;
	for (at = &b->calls; *at != call; at = &(*at)->next)
		;
	*at = call->next;
	if (call->sleeper != NULL)
		weft_park_wake_(call->sleeper);
	call->sleeper = NULL;
}

void
weft_worker_answer_(weft_worker_ *w)
{
	weft_board_ *b = &w->pool->board;
	weft_call_ *call;

	pthread_mutex_lock(&b->lock);
	while ((call = next_for(w)) != NULL)
		answer(w, call);
	/* relaxed: written under the lock. */
	w->heard = weft_load_relaxed(&b->called);
	pthread_mutex_unlock(&b->lock);
}

/* The last in the list; those who wait for theirs look again. With the lock. */
static void
announce(weft_board_ *b, weft_call_ *mine)
{
	weft_call_ **at = &b->calls;

	/* relaxed: written under the lock. */
	mine->number = weft_load_relaxed(&b->called) + 1;
	weft_store_relaxed(&b->called, mine->number);
	for (; *at != NULL; at = &(*at)->next) {
		if ((*at)->sleeper != NULL)
			weft_park_wake_((*at)->sleeper);
		(*at)->sleeper = NULL;
	}
	*at = mine;
}

static void
wait_for(weft_board_ *b, weft_worker_ *w, weft_call_ *mine)
{
	while (mine->left > 0) {
		weft_call_ *call = w == NULL ? NULL : next_for(w);

		if (call != NULL)
			answer(w, call);
		else
			weft_board_sleep_(b, &mine->sleeper, WEFT_FOREVER, false);
	}
}

void
weft_pool_broadcast(weft_pool *p, void (*fn)(unsigned worker, void *ctx), void *ctx)
{
	weft_worker_ *w = weft_worker_now_();
	weft_call_ mine = { .fn = fn, .ctx = ctx };
	weft_job_ *end = NULL;
	weft_board_ *b;

	if (fn == NULL)
		weft_misuse_("weft_pool_broadcast", "the function is NULL");
	b = weft_board_of_(p == NULL ? weft_pool_current() : p);
	if (b->pool == NULL || b->pool->missing >= b->pool->threads) {
		fn(0, ctx);
		return;
	}
	if (w != NULL && (w->pool != b->pool || !is_asked(w)))
		w = NULL;
	mine.left = b->pool->threads - b->pool->missing;
	/* relaxed: looked at for misuse only. */
	weft_fetch_add_relaxed(&b->pool->runs, 1);
	pthread_mutex_lock(&b->lock);
	announce(b, &mine);
	pthread_mutex_unlock(&b->lock);
	weft_room_rouse_all_(b->pool);
	/* What others call is no part of what this worker does: as in weft_pool_yield. */
	if (w != NULL) {
		end = w->forks.end;
		w->forks.end = w->forks.top;
	}
	pthread_mutex_lock(&b->lock);
	wait_for(b, w, &mine);
	pthread_mutex_unlock(&b->lock);
	if (w != NULL)
		w->forks.end = end;
	/* relaxed: as above. */
	weft_fetch_sub_relaxed(&b->pool->runs, 1);
}
