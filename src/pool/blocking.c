/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* blocking.c: a worker that waits for something else than its own jobs gives its place away. */
#include "worker.h"

#include "../sync/parking.h"

/*
 * A thread may be a worker of several pools at once: one of its own, and, called from there,
 * those of others, in which it is one from outside. Where it sleeps for a job of the last
 * one, that is no blocking there; but to those under it, it is.
 */
static bool
works(const weft_worker_ *w)
{
	/* A caller from outside counts as a worker while it has something public, or works for
	 * a group of tasks: then it leaves no place out when it asks for room. */
	return w->forks.least == 0;
}

static void
give_place(weft_worker_ *w)
{
	/* What it has forked it cannot do now: whoever takes its place may. */
	while (!w->pool->options.no_spare && w->forks.split != w->forks.top)
		weft_worker_publish_(w);
	if (w->pool->options.no_spare || !works(w))
		return;
	w->gave_place = true;
	weft_room_leave_(w->pool);
}

void
weft_pool_blocking_begin(void)
{
	for (weft_worker_ *w = weft_worker_now_(); w != NULL; w = w->under)
		if (!w->resting && w->blocking++ == 0) {
			w->blocked_at = weft_deed_begin_(w);
			give_place(w);
		}
}

static void
take_place_again(weft_worker_ *w)
{
	if (!w->gave_place)
		return;
	w->gave_place = false;
	weft_room_enter_(w->pool);
}

void
weft_pool_blocking_end(void)
{
	for (weft_worker_ *w = weft_worker_now_(); w != NULL; w = w->under)
		if (!w->resting && w->blocking > 0 && --w->blocking == 0) {
			take_place_again(w);
			weft_deed_end_(w, WEFT_DEED_BLOCKED_, w->blocked_at);
		}
}

void
weft_blocking_watch_(void)
{
	static const weft_park_hook_ hook = { weft_pool_blocking_begin, weft_pool_blocking_end };

	weft_park_hook_set_(&hook);
}
