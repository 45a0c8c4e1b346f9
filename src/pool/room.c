/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* room.c: how many work, who looks for work, and who sleeps. */
#include "worker.h"

/*
 * One word of a pool, in three parts:
 *
 *	searching   workers awake without work, who look everywhere
 *	joining     workers that wait for a job of theirs, and look there only
 *	places      how many more threads may work: below 0 when blocked ones came back, or
 *	            callers from outside are many
 *
 * So a word above 0 means that a job which is put on offer may be taken, or that somebody
 * may be woken to take it.
 *
 * No wake-up is lost. Who makes work public does so in one order (seq_cst) with its look at
 * this word; who goes to sleep changes this word, and then looks for work, in the same order.
 * So either the first sees a place for the second, and wakes; or the second sees the work. Who
 * sees somebody search wakes nobody: the last one that stops searching since it has found
 * something looks for more, and wakes the next. A place is taken, and given to a thread that
 * sleeps, by the one who wakes it: so there are never more than there are places for.
 */
#define SEARCHING ((int64_t)1)
#define JOINING ((int64_t)1 << 16)
#define PLACE ((int64_t)1 << 32)

void
weft_room_open_(weft_pool *p, unsigned places)
{
	/* relaxed: no other thread works for the pool yet. */
	weft_store_relaxed(&p->room, places * PLACE);
}

static unsigned
searching(int64_t room)
{
	return (unsigned)(room & 0xffff);
}

static bool
has_place(int64_t room)
{
	return room >= PLACE;
}

/*
 * The last to fall asleep, since its caches are warm; of workers that are bound to CPUs,
 * rather one that can run while this thread does. NULL: nobody sleeps. Under the lock.
 */
static weft_worker_ *
pick(weft_pool *p)
{
	weft_worker_ **at = &p->asleep, *w;
	int here = p->options.pinned ? weft_os_cpu_here() : -1;

	if (here >= 0)
		while (*at != NULL && (*at)->cpu == here)
			at = &(*at)->below;
	if (*at == NULL)
		at = &p->asleep;
	w = *at;
	if (w != NULL)
		*at = w->below;
	return w;
}

/* One that sleeps; or a new one, in place of one that is blocked. NULL: there is none. */
static weft_worker_ *
rouse(weft_pool *p)
{
	weft_worker_ *w;

	pthread_mutex_lock(&p->lock);
	w = pick(p);
	if (w == NULL)
		w = weft_crew_start_spare_(p);
	pthread_mutex_unlock(&p->lock);
	return w;
}

static bool
is_somebody_asleep(weft_pool *p)
{
	bool is;

	pthread_mutex_lock(&p->lock);
	is = p->asleep != NULL;
	pthread_mutex_unlock(&p->lock);
	return is;
}

/* A place, and the duty to search, for one who sleeps still. */
static bool
take_place(weft_pool *p)
{
	/* S1: after the work was made public; pairs with S2, S3. */
	int64_t room = weft_load_seq_cst(&p->room);

	do {
		if (searching(room) > 0 || !has_place(room))
			return false;
		/* relaxed: what it reads is not older than what S1 read, and it shows nothing. */
	} while (!weft_cas_weak_relaxed(&p->room, &room, room - PLACE + SEARCHING));
	return true;
}

bool
weft_room_wake_(weft_pool *p)
{
	while (take_place(p)) {
		weft_worker_ *w = rouse(p);

		if (w != NULL) {
			weft_parker_unpark(&w->bed);
			return true;
		}
		/*
		 * Meanwhile somebody may have relied on a search that was none: it is this thread's
		 * to wake another for both, if one sleeps by now; and who falls asleep later looks
		 * for work after it.
		 *
		 * relaxed: the lock that follows puts it before the change of those.
		 */
		weft_fetch_add_relaxed(&p->room, PLACE - SEARCHING);
		if (!is_somebody_asleep(p))
			break;
	}
	return false;
}

void
weft_room_sleep_(weft_worker_ *w)
{
	weft_pool *p = w->pool;

	pthread_mutex_lock(&p->lock);
	/* relaxed: set under the lock. */
	if (weft_load_relaxed(&p->stop) || weft_worker_is_called_(w)) {
		pthread_mutex_unlock(&p->lock);
		return;
	}
	w->below = p->asleep;
	p->asleep = w;
	pthread_mutex_unlock(&p->lock);
	/* S2: before the look for work; pairs with S1. */
	weft_fetch_add_seq_cst(&p->room, PLACE - SEARCHING);
	if (weft_pool_has_work_(p))
		weft_room_wake_(p);
	w->resting = true;
	weft_parker_park(&w->bed);
	w->resting = false;
}

void
weft_room_rouse_all_(weft_pool *p)
{
	weft_worker_ *w, *below;

	/* Who is not in the list yet sees, under this lock, why it may not sleep. */
	pthread_mutex_lock(&p->lock);
	w = p->asleep;
	p->asleep = NULL;
	pthread_mutex_unlock(&p->lock);
	for (; w != NULL; w = below) {
		below = w->below;
		/* relaxed: as in weft_room_search_. */
		weft_fetch_add_relaxed(&p->room, SEARCHING - PLACE);
		weft_parker_unpark(&w->bed);
	}
}

bool
weft_room_is_crowded_(const weft_pool *p)
{
	/* relaxed: a hint: one that is too many goes to sleep now, or soon. */
	return weft_load_relaxed(&p->room) < 0;
}

void
weft_room_search_(weft_pool *p)
{
	/* relaxed: who sees this one search relies on what it does when it stops. */
	weft_fetch_add_relaxed(&p->room, SEARCHING);
}

void
weft_room_found_(weft_pool *p)
{
	/* S3: before the look for more; pairs with S1, which saw this one search. */
	int64_t room = weft_fetch_sub_seq_cst(&p->room, SEARCHING);

	if (searching(room) == 1 && has_place(room) && weft_pool_has_work_(p))
		weft_room_wake_(p);
}

void
weft_room_join_(weft_pool *p, bool begins)
{
	/* relaxed: a hint to those who fork. */
	weft_fetch_add_relaxed(&p->room, begins ? JOINING : -JOINING);
}

void
weft_room_enter_(weft_pool *p)
{
	/* relaxed: it counts; nobody waits for a place to go. */
	weft_fetch_sub_relaxed(&p->room, PLACE);
}

void
weft_room_leave_(weft_pool *p)
{
	/* S2: as in weft_room_sleep_. */
	weft_fetch_add_seq_cst(&p->room, PLACE);
	if (weft_pool_has_work_(p))
		weft_room_wake_(p);
}

unsigned
weft_room_look_(const weft_pool *p)
{
	/* relaxed: a hint. */
	int64_t room = weft_load_relaxed(&p->room);

	return (searching(room) > 0 ? WEFT_ROOM_SEARCHED_ : 0) |
	    ((room & 0xffff0000) != 0 ? WEFT_ROOM_JOINED_ : 0) |
	    (has_place(room) ? WEFT_ROOM_PLACE_ : 0);
}
