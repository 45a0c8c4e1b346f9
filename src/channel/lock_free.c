/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * lock_free.c: channels over lf_queue (bounded) and seg_queue (unbounded): no lock for a try.
 *
 * The queue does the work; here is what it lacks: waiting, and closing.
 *
 * Closing. A sender counts itself in `inside` before its push, and out after it. Close sets
 * CLOSED there: whoever counts itself in later sees that, and fails. A receiver that finds
 * the queue empty, then CLOSED with nobody inside, then the queue empty once more has seen
 * the end: every send that succeeded had been over at the second look.
 *
 * Waiting. A thread that waits for this channel alone waits on an event: look, try, wait. A
 * thread in a select, and a watcher, is in a list behind a gate. A try that finds the gate
 * taken does not wait for it: it leaves WORK there, and who has the gate sees to the list
 * once more before it opens it. So a thread that is stopped in a try_ call holds up no other
 * try; stopped in the gate, it delays those who select or watch.
 *
 *	gate: TAKEN     by who joins, leaves, or tells
 *	      WORK      legal only with TAKEN: the list is to be told once more
 *
 * That a waiter is not missed: it adds itself to `listed`, and then looks at the queue; who
 * changes the queue notifies the event, and then looks at `listed`. Both are in the one
 * order of seq_cst operations, by S1, S2 and S4 here, and S1 of the event.
 */
#include <weft/lf_queue.h>
#include <weft/seg_queue.h>

#include "../base/memory.h"
#include "core.h"

#define CLOSED ((uint64_t)1 << 63)
#define TAKEN 1u
#define WORK 2u

/* Of one role: those of it who wait. */
typedef struct gate {
	weft_event event;
	weft_atomic_u32 listed;    /* waiters in the list; by who has the gate              */
	weft_atomic_u32 word;      /* TAKEN, WORK                                           */
	weft_waiters_ threads;     /* by who has the gate                                   */
	weft_waiters_ watching;    /* by who has the gate                                   */
	char pad[WEFT_LINE];
} gate;

typedef struct lock_free {
	char pad0[WEFT_LINE];
	weft_atomic_u64 inside;    /* CLOSED, and how many senders are in a push            */
	weft_atomic_u32 over;      /* 1: inside was CLOSED alone; by who saw it             */
	char pad1[WEFT_LINE];
	gate gates[2];             /* by weft_role                                          */
	weft_atomic_u64 sent, received;   /* where they are counted                         */
	union {
		weft_lf_queue bounded;
		weft_seg_queue unbounded;
	} queue;
} lock_free;

static bool
is_bounded(const weft_channel *c)
{
	return c->capacity_ != UINT64_MAX;
}

/* The list behind a gate. */

static void
tell(gate *g)
{
	weft_waiter_ *w, *first;

	for (w = g->watching.first; w != NULL; w = w->next)
		/* relaxed: by who has the gate; others only look whether there is any. */
		weft_fetch_sub_relaxed(&g->listed, 1);
	weft_waiters_tell_all_(&g->watching);
	/* A claim that fails takes one off the list, too. */
	while ((first = g->threads.first) != NULL) {
		weft_waiters_remove_(&g->threads, first);
		/* relaxed: as above. */
		weft_fetch_sub_relaxed(&g->listed, 1);
		if (weft_waiter_claim_(first)) {
			weft_park_wake_(first->wait->node);
			return;
		}
	}
}

static void
open_gate(gate *g)
{
	uint32_t seen = TAKEN;

	/* R1: what was done behind it; pairs with A1, A6. */
	while (!weft_cas_release(&g->word, &seen, 0)) {
		/* A6: what all whose WORK this clears have put there or taken: who is woken for one
		 * of them, sees whether there is more, and passes on; and, after a kick, what was
		 * done behind the gate; pairs with R1, R6. */
		weft_fetch_and_acquire(&g->word, TAKEN);
		tell(g);
		seen = TAKEN;
	}
}

static void
take_gate(gate *g)
{
	uint32_t seen = 0;

	/* A1: what was done behind it; pairs with R1. */
	for (unsigned round = 0; !weft_cas_acquire(&g->word, &seen, TAKEN); seen = 0)
		weft_spin(&round);
}

/* The list is to be told: by this thread, or by who has the gate. */
static void
kick(gate *g)
{
	/* R6: what was done here, for who has the gate; if it is this thread, A6 acquires; pairs
	 * with A6. */
	if ((weft_fetch_or_release(&g->word, TAKEN | WORK) & TAKEN) != 0)
		return;
	open_gate(g);
}

static void
notify(weft_channel *c, weft_role role)
{
	gate *g = &((lock_free *)c->rest_)->gates[role];

	/* Its fetch_add, S1 of park, comes after the change of the queue. */
	weft_event_notify_one(&g->event);
	/* S4: after it in the one order; pairs with S1. */
	if (WEFT_UNLIKELY_(weft_load_seq_cst(&g->listed) != 0))
		kick(g);
}

/* The queue. */

static weft_status
push(weft_channel *c, const void *v)
{
	lock_free *q = c->rest_;

	if (is_bounded(c))
		return weft_lf_queue_push(&q->queue.bounded, v) ? WEFT_OK : WEFT_FULL;
	return weft_seg_queue_push(&q->queue.unbounded, v) ? WEFT_OK : WEFT_NO_MEMORY;
}

static bool
pop(weft_channel *c, void *v)
{
	lock_free *q = c->rest_;

	return is_bounded(c) ? weft_lf_queue_pop(&q->queue.bounded, v)
			     : weft_seg_queue_pop(&q->queue.unbounded, v);
}

static size_t
len(const weft_channel *c)
{
	lock_free *q = c->rest_;

	return is_bounded(c) ? weft_lf_queue_len(&q->queue.bounded)
			     : weft_seg_queue_len(&q->queue.unbounded);
}

static bool
is_empty(const weft_channel *c)
{
	lock_free *q = c->rest_;

	return is_bounded(c) ? weft_lf_queue_is_empty(&q->queue.bounded)
			     : weft_seg_queue_is_empty(&q->queue.unbounded);
}

/* Would a push find no place? One in the hands of a pop is none yet, though no value is there. */
static bool
is_full(const weft_channel *c)
{
	lock_free *q = c->rest_;

	return is_bounded(c) &&
	    weft_lf_queue_ring_is_empty_(&q->queue.bounded, &q->queue.bounded.free_);
}

static void
count_one(weft_channel *c, weft_role role)
{
	lock_free *q = c->rest_;

	if (WEFT_LIKELY_(c->counts_ == NULL))
		return;
	/* relaxed: a count orders nothing. */
	weft_fetch_add_relaxed(role == WEFT_SENDER ? &q->sent : &q->received, 1);
	if (role == WEFT_SENDER)
		weft_channel_high_water_(c, len(c));
}

/* In and out, for a push. */

/* By who meets CLOSED before the closer has come to closed_: so is_closed agrees. */
static void
met_closed(weft_channel *c)
{
	/* R3: as in close_queue: it acquired the close with CLOSED; pairs with A3 of core. */
	weft_store_release(&c->closed_, 1);
}

/*
 * After the close, the last to be through tells the receivers that this is the end; one of those
 * in a list tells the next.
 */
static void
leave_inside(lock_free *q)
{
	gate *g = &q->gates[WEFT_RECEIVER];

	/* R2: the push is over, for who sees nobody inside; pairs with A2, A4. */
	if (WEFT_LIKELY_(weft_fetch_sub_release(&q->inside, 1) != (CLOSED | 1)))
		return;
	weft_event_notify_all(&g->event);
	/* S4: as in notify; pairs with S1. */
	if (weft_load_seq_cst(&g->listed) != 0)
		kick(g);
}

/* False: closed. A thread that fails counts itself in once at most, so the end is seen soon. */
static bool
enter(weft_channel *c)
{
	lock_free *q = c->rest_;

	if (WEFT_UNLIKELY_(weft_channel_closed_now_(c)))
		return false;
	/* A2: what was done before the close that it sees; pairs with R2. */
	if (WEFT_LIKELY_((weft_fetch_add_acquire(&q->inside, 1) & CLOSED) == 0))
		return true;
	met_closed(c);
	/* A receiver that saw it inside goes to sleep. */
	leave_inside(q);
	return false;
}

/*
 * Closed, and no send will succeed any more. Seen once, it is so for ever: a send that fails
 * is inside for a moment, too.
 */
static bool
is_over(const weft_channel *c)
{
	lock_free *q = c->rest_;

	/* A5: as A4, by who saw it first; pairs with R5. */
	if (weft_load_acquire(&q->over) != 0)
		return true;
	/* A4: all pushes that were inside, since each change of the word goes on from the one
	 * before; pairs with R2. */
	if (weft_load_acquire(&q->inside) != CLOSED)
		return false;
	/* R5: what was acquired with it; pairs with A5. */
	weft_store_release(&q->over, 1);
	return true;
}

/* Trying. */

static weft_status
try_send(weft_channel *c, unsigned lane, const void *v)
{
	lock_free *q = c->rest_;
	weft_status s;

	(void)lane;
	if (!enter(c))
		return WEFT_CLOSED;
	s = push(c, v);
	if (s == WEFT_OK)
		count_one(c, WEFT_SENDER);
	leave_inside(q);
	if (s == WEFT_OK)
		notify(c, WEFT_RECEIVER);
	return s;
}

static weft_status
try_recv(weft_channel *c, void *v)
{
	bool over;

	if (!pop(c, v)) {
		over = is_over(c);
		if (over)
			met_closed(c);
		if (!over || !pop(c, v))
			return over ? WEFT_CLOSED : WEFT_EMPTY;
	}
	count_one(c, WEFT_RECEIVER);
	notify(c, WEFT_SENDER);
	return WEFT_OK;
}

static size_t
try_send_n(weft_channel *c, const void *vs, size_t n, weft_status *why)
{
	size_t done = 0;

	*why = WEFT_OK;
	for (; done < n; done++) {
		*why = try_send(c, 0, (const unsigned char *)vs + done * c->type_->size);
		if (*why != WEFT_OK)
			break;
	}
	return done;
}

static size_t
try_recv_n(weft_channel *c, void *vs, size_t n, weft_status *why)
{
	size_t done = 0;

	*why = WEFT_OK;
	for (; done < n; done++) {
		*why = try_recv(c, (unsigned char *)vs + done * c->type_->size);
		if (*why != WEFT_OK)
			break;
	}
	return done;
}

static weft_status
force_send(weft_channel *c, const void *v, void *old, bool *had)
{
	lock_free *q = c->rest_;
	bool evicted = false, sent;

	if (!is_bounded(c)) {
		weft_status s = try_send(c, 0, v);

		if (s == WEFT_OK && had != NULL)
			*had = false;
		return s;
	}
	if (!enter(c))
		return WEFT_CLOSED;
	sent = weft_lf_queue_force_push(&q->queue.bounded, v, old, &evicted);
	if (sent)
		count_one(c, WEFT_SENDER);
	leave_inside(q);
	if (!sent)
		return WEFT_FULL;
	if (had != NULL)
		*had = evicted;
	if (evicted)
		WEFT_CHANNEL_COUNT_(c, forced_out);
	notify(c, WEFT_RECEIVER);
	return WEFT_OK;
}

static weft_status
peek(weft_channel *c, void *v)
{
	(void)c, (void)v;
	return WEFT_INVALID;
}

/* Waiting for this channel alone. */

static weft_status
wait_for(weft_channel *c, weft_role role, void *v, weft_time deadline)
{
	gate *g = &((lock_free *)c->rest_)->gates[role];
	weft_status s, blocked = role == WEFT_SENDER ? WEFT_FULL : WEFT_EMPTY;

	WEFT_CHANNEL_COUNT_(c, waits[role]);
	for (bool in_time = true;;) {
		uint32_t seen = weft_event_look(&g->event);

		s = role == WEFT_SENDER ? try_send(c, 0, v) : try_recv(c, v);
		if (s != blocked)
			return s;
		if (!in_time)
			return WEFT_TIMEOUT;
		in_time = !weft_time_is_past(deadline);
		if (in_time && weft_event_stay_(&g->event, seen)) {
			WEFT_CHANNEL_COUNT_(c, spins[role]);
		} else if (in_time) {
			WEFT_CHANNEL_COUNT_(c, sleeps[role]);
			in_time = weft_event_rest_(&g->event, seen, deadline);
		}
	}
}

static weft_status
wait_send(weft_channel *c, unsigned lane, const void *v, weft_time deadline)
{
	union { const void *in; void *out; } p = { v };

	(void)lane;
	return wait_for(c, WEFT_SENDER, p.out, deadline);
}

static weft_status
wait_recv(weft_channel *c, void *v, weft_time deadline)
{
	return wait_for(c, WEFT_RECEIVER, v, deadline);
}

/* Arms and watchers. */

static bool
is_ready(const weft_channel *c, weft_role role, unsigned lane)
{
	(void)lane;
	if (role == WEFT_SENDER)
		return weft_channel_closed_now_(c) || !is_full(c);
	return !is_empty(c) || is_over(c);
}

static bool
join(weft_channel *c, weft_role role, unsigned lane, weft_waiter_ *w)
{
	gate *g = &((lock_free *)c->rest_)->gates[role];
	weft_waiters_ *list = w->wait == NULL ? &g->watching : &g->threads;
	bool ready;

	take_gate(g);
	weft_waiters_append_(list, w);
	/* S1: before the look at the queue; pairs with S4. */
	weft_fetch_add_seq_cst(&g->listed, 1);
	/* S2: who notified before it is seen by the look below; else it sees S1; pairs with S1
	 * of park. */
	(void)weft_load_seq_cst(&g->event.turn_);
	ready = is_ready(c, role, lane);
	if (ready) {
		weft_waiters_remove_(list, w);
		/* relaxed: by who has the gate; others only look whether there is any. */
		weft_fetch_sub_relaxed(&g->listed, 1);
	}
	open_gate(g);
	return !ready;
}

static void
leave(weft_channel *c, weft_role role, unsigned lane, weft_waiter_ *w)
{
	gate *g = &((lock_free *)c->rest_)->gates[role];

	(void)lane;
	take_gate(g);
	if (w->listed) {
		weft_waiters_remove_(w->wait == NULL ? &g->watching : &g->threads, w);
		/* relaxed: by who has the gate; others only look whether there is any. */
		weft_fetch_sub_relaxed(&g->listed, 1);
	}
	open_gate(g);
}

/* Its own value may be all there is: then the next looks in vain, and waits again. */
static void
pass_on(weft_channel *c, weft_role role, bool takes)
{
	(void)takes;
	if (is_ready(c, role, 0))
		kick(&((lock_free *)c->rest_)->gates[role]);
}

/* Closing. */

static void
tell_all(gate *g)
{
	weft_event_notify_all(&g->event);
	take_gate(g);
	while (g->threads.first != NULL || g->watching.first != NULL)
		tell(g);
	open_gate(g);
}

static void
close_queue(weft_channel *c)
{
	lock_free *q = c->rest_;

	/* R2: what was done before the close, for who sees it; pairs with A2, A4. */
	weft_fetch_or_release(&q->inside, CLOSED);
	/* R3: the same; pairs with A3 of core. */
	weft_store_release(&c->closed_, 1);
	tell_all(&q->gates[WEFT_SENDER]);
	tell_all(&q->gates[WEFT_RECEIVER]);
}

static void
discard(weft_channel *c)
{
	unsigned char few[256], *spare = few;

	if (c->type_->size > sizeof few || c->type_->align > alignof(max_align_t))
		spare = weft_memory_alloc_(c->allocator_, c->type_->size, c->type_->align);
	if (spare == NULL)
		return;   /* no memory: fini drops them */
	while (pop(c, spare))
		weft_channel_drop_(c, spare);
	if (spare != few)
		weft_memory_free_(c->allocator_, spare, c->type_->size, c->type_->align);
}

static void
count(const weft_channel *c, weft_channel_stats *stats)
{
	lock_free *q = c->rest_;

	/* relaxed: counts order nothing. */
	stats->received = weft_load_relaxed(&q->received);
	/* relaxed: as above. */
	stats->sent = weft_load_relaxed(&q->sent);
}

static void
fini(weft_channel *c)
{
	lock_free *q = c->rest_;

	if (q->gates[WEFT_SENDER].threads.first != NULL ||
	    q->gates[WEFT_RECEIVER].threads.first != NULL)
		weft_misuse_("fini of a channel",
		    "threads wait for it: close it, and join them first");
	if (is_bounded(c))
		weft_lf_queue_fini(&q->queue.bounded);
	else
		weft_seg_queue_fini(&q->queue.unbounded);
	weft_memory_free_(c->allocator_, q, sizeof *q, WEFT_LINE);
}

const weft_channel_kind_ weft_channel_lock_free_ = {
	.try_send = try_send,
	.try_recv = try_recv,
	.wait_send = wait_send,
	.wait_recv = wait_recv,
	.try_send_n = try_send_n,
	.try_recv_n = try_recv_n,
	.force_send = force_send,
	.peek = peek,
	.close = close_queue,
	.discard = discard,
	.is_over = is_over,
	.len = len,
	.count = count,
	.fini = fini,
	.is_ready = is_ready,
	.join = join,
	.leave = leave,
	.pass_on = pass_on,
	.arms = { &weft_channel_arms_[WEFT_SENDER], &weft_channel_arms_[WEFT_RECEIVER] },
};

weft_status
weft_channel_lock_free_init_(weft_channel *c, const weft_channel_options *o)
{
	lock_free *q = weft_memory_alloc_(c->allocator_, sizeof *q, WEFT_LINE);
	weft_status s;

	if (q == NULL)
		return WEFT_NO_MEMORY;
	memset(q, 0, sizeof *q);
	if (is_bounded(c))
		s = weft_lf_queue_init_with(&q->queue.bounded, c->type_, &(weft_lf_queue_options){
		    .capacity = o->capacity, .allocator = c->allocator_ });
	else
		s = weft_seg_queue_init_with(&q->queue.unbounded, c->type_,
		    &(weft_seg_queue_options){ .allocator = c->allocator_ });
	if (s != WEFT_OK) {
		weft_memory_free_(c->allocator_, q, sizeof *q, WEFT_LINE);
		return s;
	}
	c->rest_ = q;
	c->kind_ = &weft_channel_lock_free_;
	return WEFT_OK;
}
