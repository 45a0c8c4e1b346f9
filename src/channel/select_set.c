/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * select_set.c: many arms that are kept between waits.
 *
 * An entry of the set is a watcher of its channel. While nothing is there it stands in the
 * channel's list, and costs the set nothing. Who sends takes it off that list and tells it:
 * the entry is pushed on a stack, `told`, and the set's event is notified. A wait takes the
 * whole stack, looks at what was told and at what was reported by waits before, reports what
 * is ready, and puts the rest back into the lists of their channels.
 *
 *	WATCHING  in its channel's list, or being told, or on `told`. (A timer: in neither.)
 *	PENDING   in `pending`: a wait will look at it
 *	POLLED    in no list of the set: a thread asks its channel, or puts it in its list there.
 *	          `again`: it was told meanwhile
 *	CHOSEN    in the choice of a wait that is about to report it
 *	REPORTED  in `reported`: the next call of wait makes it PENDING
 *	GONE      being removed: no number leads to it
 *
 * All of it is under the set's lock, but for `told`. Locks: no thread has the set's lock while
 * it takes a channel's; who tells has a channel's, and takes none: it may be in a signal
 * handler that has interrupted a thread with the set's lock (a token's, cancel_arm.c).
 *
 * A wait decides what it reports in one piece, under the lock, as the last that it does: an
 * entry that was removed before is not in it, one that is removed afterwards was told before.
 *
 * Who tells notifies only when the stack was empty. Until a wait has taken the stack, whoever
 * was notified for its first entry is on the way to it, and takes all of it; what is more than
 * one wait can report, it leaves in `pending`, and notifies the next.
 */
#include <string.h>
#include <weft/detail/index_lock_inl.h>

#include "../base/memory.h"
#include "waiter.h"

enum state { WATCHING, PENDING, POLLED, CHOSEN, REPORTED, GONE };

/* A place in a ring of entries; the list itself is one, too. */
typedef struct link {
	struct link *next, *prev;
} link;

/* What a wait is about to report. Under the lock, as it may be removed. */
typedef struct choice {
	link ring;
	size_t n;
} choice;

typedef struct entry {
	link at;                   /* in pending, reported, or a choice                        */
	choice *by;                /* of CHOSEN                                                */
	weft_arm arm;              /* its waiter_ is the watcher                               */
	void *ctx;
	uint64_t id;
	struct weft_select_core_ *core;
	struct entry *below;       /* on told: by who tells, then by who takes                 */
	struct entry *timed_next, **timed_at;   /* in timed                                    */
	enum state state;
	bool again, ended;
} entry;

/* A number leads to a place; `turn` counts who has had the place, so that numbers are new. */
typedef struct place {
	entry *entry;              /* NULL: free                                               */
	uint32_t turn;
	uint32_t next_free;
} place;

typedef struct weft_select_core_ {
	weft_atomic_ptr told;      /* pushed by who tells; taken whole under the lock          */
	weft_event event;
	weft_index_lock_ lock;     /* of all that follows                                      */
	link pending, reported;
	entry *timed;              /* those that happen by themselves at a moment              */
	weft_time least;           /* no later than the first moment of those that are WATCHING */
	place *places;
	uint32_t size, used, free; /* of places; free: the first free one below used, or NONE  */
	uint32_t live;             /* entries that may yet be ready                            */
	uint32_t inside, asleep;   /* waits; those of them that sleep                          */
} core;

#define NONE UINT32_MAX

static void
ring_init(link *ring)
{
	ring->next = ring->prev = ring;
}

static bool
ring_is_empty(const link *ring)
{
	return ring->next == ring;
}

static void
ring_append(link *ring, entry *e)
{
	e->at.next = ring;
	e->at.prev = ring->prev;
	ring->prev->next = &e->at;
	ring->prev = &e->at;
}

static void
ring_remove(entry *e)
{
	e->at.prev->next = e->at.next;
	e->at.next->prev = e->at.prev;
}

/* All of `from` is behind what is in `to`. */
static void
ring_move(link *to, link *from)
{
	if (ring_is_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	ring_init(from);
}

/* `at` is the first field. */
static entry *
entry_at(link *at)
{
	return (entry *)(void *)at;
}

static void
lock(core *s)
{
	weft_index_lock_take_(&s->lock, "");
}

static void
unlock(core *s)
{
	weft_index_lock_leave_(&s->lock);
}

/* By who has the lock of a channel's list: see waiter.h. */
static void
tell(weft_waiter_ *w)
{
	entry *e = w->ctx;
	core *s = e->core;
	/* relaxed: read again by the CAS. */
	void *top = weft_load_relaxed(&s->told);

	do
		e->below = top;
	/* R1: the entry's link; pairs with A1. Then the entry may be gone. */
	while (!weft_cas_weak_release(&s->told, &top, e));
	if (top == NULL)
		weft_event_notify_one(&s->event);
}

static void
make_pending(core *s, entry *e)
{
	e->state = PENDING;
	ring_append(&s->pending, e);
}

/* Under the lock: what was told, the first of it first, is pending. */
static void
take_told(core *s)
{
	entry *first = NULL, *e, *below;

	/* relaxed: a look; the swap has the order. */
	if (weft_load_relaxed(&s->told) == NULL)
		return;
	/* A1: the entries' links; pairs with R1. */
	for (e = weft_swap_acquire(&s->told, NULL); e != NULL; e = below) {
		below = e->below;
		e->below = first;
		first = e;
	}
	for (e = first; e != NULL; e = below) {
		below = e->below;
		if (e->state == WATCHING)
			make_pending(s, e);
		else if (e->state == POLLED)
			e->again = true;
	}
}

/* Under the lock: moments. */

static weft_time
due_of(const entry *e)
{
	return e->arm.kind_->due(&e->arm);
}

static void
take_due(core *s)
{
	weft_time now;

	if (s->timed == NULL || s->least.ns == INT64_MAX)
		return;
	now = weft_now();
	if (weft_time_is_before(now, s->least))
		return;
	s->least = WEFT_FOREVER;
	for (entry *e = s->timed; e != NULL; e = e->timed_next) {
		weft_time due;

		/* Who polls a timer changes it. */
		if (e->state != WATCHING)
			continue;
		due = due_of(e);
		if (!weft_time_is_before(now, due))
			make_pending(s, e);
		else if (weft_time_is_before(due, s->least))
			s->least = due;
	}
}

/* The entry waits; so those who sleep must know of its moment. */
static void
watch(core *s, entry *e)
{
	weft_time due;

	e->state = WATCHING;
	if (e->arm.kind_->due == NULL)
		return;
	due = due_of(e);
	if (!weft_time_is_before(due, s->least))
		return;
	s->least = due;
	if (s->asleep != 0)
		weft_event_notify_all(&s->event);
}

/* Numbers. */

static uint64_t
number_of(uint32_t i, uint32_t turn)
{
	return (uint64_t)turn << 32 | (i + 1);
}

static entry *
find(const core *s, uint64_t id)
{
	uint32_t i = (uint32_t)id - 1;
	entry *e = i < s->used ? s->places[i].entry : NULL;

	return e != NULL && e->id == id ? e : NULL;
}

static void
give_number(core *s, entry *e)
{
	uint32_t i = s->free;

	if (i != NONE) {
		s->free = s->places[i].next_free;
	} else {
		i = s->used++;
		s->places[i].turn = 0;
	}
	s->places[i].entry = e;
	e->id = number_of(i, s->places[i].turn);
}

static void
take_number_back(core *s, const entry *e)
{
	uint32_t i = (uint32_t)e->id - 1;

	s->places[i].entry = NULL;
	s->places[i].turn++;
	s->places[i].next_free = s->free;
	s->free = i;
}

static size_t
bytes_of(uint32_t size)
{
	return size * sizeof(place);
}

/* Under the lock, which it leaves meanwhile. False: no memory for one more. */
static bool
make_room(core *s)
{
	while (s->free == NONE && s->used == s->size) {
		uint32_t size = s->size == 0 ? 16 : s->size * 2, seen = s->size;
		place *more = NULL, *old;

		unlock(s);
		if (size > seen && size < NONE / 2)
			more = weft_memory_alloc_(NULL, bytes_of(size), alignof(place));
		lock(s);
		if (more == NULL)
			return false;
		old = more;
		if (s->size == seen) {
			old = s->places;
			if (old != NULL)
				memcpy(more, old, bytes_of(seen));
			s->places = more;
			s->size = size;
			size = seen;
		}
		if (old != NULL)
			weft_memory_free_(NULL, old, bytes_of(size), alignof(place));
	}
	return true;
}

/* Entries that come and go. */

static bool
is_timer(const entry *e)
{
	return e->arm.kind_->join == NULL;
}

static void
take_off_timed(entry *e)
{
	if (e->timed_at == NULL)
		return;
	*e->timed_at = e->timed_next;
	if (e->timed_next != NULL)
		e->timed_next->timed_at = e->timed_at;
	e->timed_at = NULL;
}

static void
end_live(core *s)
{
	if (--s->live == 0 && s->asleep != 0)
		weft_event_notify_all(&s->event);
}

/*
 * The entry is GONE, or the thread has it POLLED. Afterwards nobody tells it, or is in the
 * middle of it: who tells has the lock that leave takes.
 */
static void
leave_channel(entry *e)
{
	if (e->arm.kind_->leave != NULL)
		e->arm.kind_->leave(&e->arm, &e->arm.waiter_);
}

/* Under the lock; nobody tells it any more. */
static void
forget(core *s, entry *e)
{
	take_told(s);
	take_off_timed(e);
	take_number_back(s, e);
}

static void
entry_free(entry *e)
{
	weft_memory_free_(NULL, e, sizeof *e, alignof(entry));
}

bool
weft_select_set_init(weft_select_set *set)
{
	core *s = weft_memory_alloc_(NULL, sizeof *s, alignof(core));

	if (s == NULL)
		return false;
	memset(s, 0, sizeof *s);
	ring_init(&s->pending);
	ring_init(&s->reported);
	s->least = WEFT_FOREVER;
	s->free = NONE;
	set->core_ = s;
	set->alive_.self = set;
	return true;
}

static core *
core_of(const weft_select_set *set, const char *call)
{
	weft_alive_check_(&set->alive_, set, call);
	return set->core_;
}

uint64_t
weft_select_set_add(weft_select_set *set, weft_arm arm, void *ctx)
{
	core *s = core_of(set, "add to a weft_select_set");
	entry *e;
	uint64_t id;

	if (!weft_arm_is_on(&arm))
		return 0;
	e = weft_memory_alloc_(NULL, sizeof *e, alignof(entry));
	if (e == NULL)
		return 0;
	*e = (entry){ .arm = arm, .ctx = ctx, .core = s };
	e->arm.waiter_ = (weft_waiter_){ .tell = tell, .ctx = e };
	lock(s);
	if (!make_room(s)) {
		unlock(s);
		entry_free(e);
		return 0;
	}
	give_number(s, e);
	id = e->id;
	if (arm.kind_->due != NULL) {
		e->timed_next = s->timed;
		e->timed_at = &s->timed;
		if (s->timed != NULL)
			s->timed->timed_at = &e->timed_next;
		s->timed = e;
	}
	s->live++;
	/* A wait looks at it: so who adds takes no lock of a channel's. */
	make_pending(s, e);
	if (s->asleep != 0)
		weft_event_notify_one(&s->event);
	unlock(s);
	return id;
}

bool
weft_select_set_remove(weft_select_set *set, uint64_t id)
{
	core *s = core_of(set, "remove from a weft_select_set");
	unsigned round = 0;
	entry *e;

	lock(s);
	/* Another thread asks its channel, which is short. */
	while ((e = find(s, id)) != NULL && e->state == POLLED) {
		unlock(s);
		weft_spin(&round);
		lock(s);
	}
	if (e == NULL || e->state == GONE) {
		unlock(s);
		return false;
	}
	if (e->state == CHOSEN)
		e->by->n--;
	if (e->state != WATCHING)
		ring_remove(e);
	e->state = GONE;
	unlock(s);
	leave_channel(e);
	lock(s);
	forget(s, e);
	end_live(s);
	unlock(s);
	entry_free(e);
	return true;
}

void
weft_select_set_fini(weft_select_set *set)
{
	core *s = core_of(set, "fini of a weft_select_set");
	uint32_t inside;

	lock(s);
	inside = s->inside;
	unlock(s);
	if (inside != 0)
		weft_misuse_("fini of a weft_select_set", "threads wait for it: join them first");
	for (uint32_t i = 0; i < s->used; i++)
		if (s->places[i].entry != NULL)
			weft_select_set_remove(set, s->places[i].entry->id);
	if (s->places != NULL)
		weft_memory_free_(NULL, s->places, bytes_of(s->size), alignof(place));
	set->alive_.self = NULL;
	weft_memory_free_(NULL, s, sizeof *s, alignof(core));
}

/* Waiting. */

/* No lock is held; the entry is POLLED by this thread. False: it is in its channel's list. */
static bool
is_ready(entry *e)
{
	const weft_arm_kind_ *kind = e->arm.kind_;

	if (is_timer(e)) {
		/* Being told of a timer is its receive. */
		weft_status s = kind->try_now(&e->arm);

		e->ended = kind->has_ended(&e->arm);
		return s != WEFT_EMPTY;
	}
	if (!kind->is_ready(&e->arm)) {
		/* One whose moment came may be in the list still. */
		if (kind->due != NULL)
			kind->leave(&e->arm, &e->arm.waiter_);
		if (kind->join(&e->arm, &e->arm.waiter_))
			return false;
	}
	e->ended = kind->has_ended(&e->arm);
	if (e->ended)
		leave_channel(e);
	return true;
}

/* Under the lock, which it leaves meanwhile: the first that is pending is looked at. */
static void
look_at_one(core *s, choice *c)
{
	entry *e = entry_at(s->pending.next);
	bool ready;

	ring_remove(e);
	e->state = POLLED;
	e->again = false;
	unlock(s);
	ready = is_ready(e);
	lock(s);
	take_told(s);
	if (ready) {
		e->state = CHOSEN;
		e->by = c;
		c->n++;
		ring_append(&c->ring, e);
	} else if (e->again) {
		make_pending(s, e);
	} else {
		watch(s, e);
	}
}

/* Under the lock: what is chosen is reported; how many. */
static size_t
report(core *s, choice *c, weft_ready *ready)
{
	size_t n = 0;

	while (!ring_is_empty(&c->ring)) {
		entry *e = entry_at(c->ring.next);

		ready[n++] = (weft_ready){ e->id, e->ctx };
		ring_remove(e);
		if (!e->ended) {
			e->state = REPORTED;
			ring_append(&s->reported, e);
			continue;
		}
		forget(s, e);
		end_live(s);
		entry_free(e);
	}
	return n;
}

/* Under the lock, which it leaves meanwhile: at most n of those that are ready now. */
static size_t
gather(core *s, weft_ready *ready, size_t n)
{
	choice c = { .n = 0 };

	ring_init(&c.ring);
	take_told(s);
	take_due(s);
	while (c.n < n && !ring_is_empty(&s->pending))
		look_at_one(s, &c);
	return report(s, &c, ready);
}

/* Under the lock, which it leaves meanwhile. False: the deadline came first. */
static bool
sleep_until(core *s, weft_time deadline)
{
	uint32_t seen = weft_event_look(&s->event);
	weft_time end = weft_time_is_before(s->least, deadline) ? s->least : deadline;
	bool in_time = true;

	/* Who tells notifies after that: so what is not seen here, ends the wait of this look. */
	take_told(s);
	if (!ring_is_empty(&s->pending))
		return true;
	s->asleep++;
	unlock(s);
	if (!weft_event_wait_until(&s->event, seen, end))
		in_time = end.ns != deadline.ns;
	lock(s);
	s->asleep--;
	return in_time;
}

static size_t
wait_until(weft_select_set *set, weft_ready *ready, size_t n, weft_time deadline)
{
	core *s = core_of(set, "wait for a weft_select_set");
	bool in_time = deadline.ns != INT64_MIN;
	size_t done;

	if (n == 0)
		return 0;
	lock(s);
	s->inside++;
	/* Who asks anew is told anew. */
	for (link *at = s->reported.next; at != &s->reported; at = at->next)
		entry_at(at)->state = PENDING;
	ring_move(&s->pending, &s->reported);
	while ((done = gather(s, ready, n)) == 0 && in_time && s->live != 0)
		in_time = sleep_until(s, deadline);
	s->inside--;
	/* What this thread leaves is another's. */
	if (s->asleep != 0 && !ring_is_empty(&s->pending))
		weft_event_notify_one(&s->event);
	unlock(s);
	return done;
}

size_t
weft_select_set_wait(weft_select_set *set, weft_ready *ready, size_t n)
{
	return wait_until(set, ready, n, WEFT_FOREVER);
}

size_t
weft_select_set_try_wait(weft_select_set *set, weft_ready *ready, size_t n)
{
	return wait_until(set, ready, n, (weft_time){ INT64_MIN });
}

size_t
weft_select_set_wait_until(weft_select_set *set, weft_ready *ready, size_t n, weft_time deadline)
{
	return wait_until(set, ready, n, deadline);
}
