/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * lanes.c: channels under one lock that hand over: a rendezvous, and several lanes.
 *
 * A value goes straight from its sender to a receiver that waits; a receiver that frees a
 * place moves the value of the first sender that waits for it into that place. So who was
 * woken has what it waited for, and need not try again; and two values travel on each
 * round trip of two threads.
 *
 * Always, when the lock is free:
 *	a receiver waits          only while no lane holds a value and no sender waits
 *	a sender waits for a lane only while the lane is full
 *
 * Linearisation: a send and the receive of its value on a rendezvous where the one who came
 * second claims the one who waited; all else where the value goes into its lane, or leaves
 * it. All under the lock.
 *
 * A select waits at several such channels. It takes all of their locks, in the order of
 * their addresses, and tries each and joins each before it leaves any. So a thread that finds
 * another in a list is itself in none, and the claim of that one is the whole decision:
 * there is nothing to take back, and no circle of threads that claim each other.
 */
#include "../base/memory.h"
#include "core.h"

typedef struct lane {
	unsigned char *ring;
	size_t places;             /* of the ring: the capacity; unbounded: what it has grown to */
	size_t head, len;
	weft_waiters_ senders;     /* threads                                                    */
} lane;

/* All under the lock. */
typedef struct lanes {
	weft_index_lock_ lock;
	bool closed;
	unsigned n;
	unsigned patience;         /* 0: none                                                    */
	unsigned streak;           /* values taken from a lane while a less urgent one waited    */
	uint64_t sent, received, forced;
	weft_waiters_ receivers;   /* threads                                                    */
	weft_waiters_ watching[2]; /* those who watch in the place of a sender, of a receiver    */
	lane lane[];
} lanes;

static lanes *
lock(weft_channel *c, const char *call)
{
	lanes *l = c->rest_;

	weft_index_lock_take_(&l->lock, call);
	return l;
}

static void
unlock(lanes *l)
{
	weft_index_lock_leave_(&l->lock);
}

static void
unlock_and_wake(lanes *l, weft_waiter_ *woken)
{
	unlock(l);
	weft_waiter_wake_(woken);
}

/* Rings. */

static unsigned char *
place_of(const weft_channel *c, const lane *at, size_t i)
{
	i += at->head;
	return at->ring + (i < at->places ? i : i - at->places) * c->type_->size;
}

/* An unbounded lane doubles. */
static bool
grow(weft_channel *c, lane *at)
{
	size_t places = at->places * 2, bytes;
	unsigned char *ring = NULL;

	if (!__builtin_mul_overflow(places, c->type_->size, &bytes))
		ring = weft_memory_alloc_(c->allocator_, bytes, c->type_->align);
	if (ring == NULL)
		return false;
	for (size_t i = 0; i < at->len; i++)
		memcpy(ring + i * c->type_->size, place_of(c, at, i), c->type_->size);
	weft_memory_free_(c->allocator_, at->ring, at->places * c->type_->size, c->type_->align);
	at->ring = ring;
	at->places = places;
	at->head = 0;
	return true;
}

static size_t
len_of(const lanes *l)
{
	size_t n = 0;

	for (unsigned i = 0; i < l->n; i++)
		n += l->lane[i].len;
	return n;
}

static void
append(weft_channel *c, lanes *l, lane *at, const void *v)
{
	memcpy(place_of(c, at, at->len++), v, c->type_->size);
	if (WEFT_UNLIKELY_(c->counts_ != NULL))
		weft_channel_high_water_(c, len_of(l));
}

static void
remove_oldest(weft_channel *c, lane *at, void *v)
{
	unsigned char *from = place_of(c, at, 0);

	if (v != NULL)
		memcpy(v, from, c->type_->size);
	else
		weft_channel_drop_(c, from);
	at->head = at->head + 1 == at->places ? 0 : at->head + 1;
	at->len--;
}

/* Under the lock. *woken: whom to wake after it, or NULL. */

static weft_status
put(weft_channel *c, lanes *l, lane *at, const void *v, weft_waiter_ **woken)
{
	*woken = NULL;
	if (l->closed)
		return WEFT_CLOSED;
	*woken = weft_waiters_claim_first_(&l->receivers);
	if (*woken != NULL) {
		memcpy((*woken)->value, v, c->type_->size);
		(*woken)->status = WEFT_OK;
		l->received++;
	} else if (at->len == c->capacity_) {
		return WEFT_FULL;
	} else if (at->len == at->places && !grow(c, at)) {
		return WEFT_NO_MEMORY;
	} else {
		append(c, l, at, v);
		weft_waiters_tell_all_(&l->watching[WEFT_RECEIVER]);
	}
	l->sent++;
	return WEFT_OK;
}

/* A sender that waits for this lane, claimed; its value goes to `to`. */
static weft_waiter_ *
take_sender(weft_channel *c, lanes *l, lane *at, void *to)
{
	weft_waiter_ *w = weft_waiters_claim_first_(&at->senders);

	if (w != NULL) {
		memcpy(to, w->value, c->type_->size);
		w->status = WEFT_OK;
		l->sent++;
	}
	return w;
}

static bool
has_value(const lane *at)
{
	return at->len != 0 || at->senders.first != NULL;
}

/* The first lane from i on that has something; l->n: none. */
static unsigned
lane_from(const lanes *l, unsigned i)
{
	while (i < l->n && !has_value(&l->lane[i]))
		i++;
	return i;
}

/* The lane whose turn it is; l->n: all are empty. */
static unsigned
lane_next(lanes *l)
{
	unsigned first = lane_from(l, 0), second;

	if (l->patience == 0 || first == l->n)
		return first;
	second = lane_from(l, first + 1);
	if (second == l->n)
		return first;
	return l->streak >= l->patience ? second : first;
}

static void
count_streak(lanes *l, unsigned taken)
{
	if (l->patience == 0)
		return;
	l->streak = lane_from(l, 0) < taken ? 0 : l->streak + 1;
	if (lane_from(l, taken + 1) == l->n)
		l->streak = 0;
}

static weft_status
take(weft_channel *c, lanes *l, void *v, weft_waiter_ **woken)
{
	unsigned i = lane_next(l);

	*woken = NULL;
	/* A sender that has just given up is still in its lane's list: the next lane, then. */
	for (; i < l->n; i = lane_from(l, 0)) {
		lane *at = &l->lane[i];

		if (at->len == 0) {
			*woken = take_sender(c, l, at, v);
			if (*woken == NULL)
				continue;
		} else {
			remove_oldest(c, at, v);
			if (at->senders.first != NULL)
				*woken = take_sender(c, l, at, place_of(c, at, at->len));
			at->len += *woken != NULL;
			if (*woken == NULL)
				weft_waiters_tell_all_(&l->watching[WEFT_SENDER]);
		}
		l->received++;
		count_streak(l, i);
		return WEFT_OK;
	}
	return l->closed ? WEFT_CLOSED : WEFT_EMPTY;
}

/* Trying. */

static weft_status
try_send(weft_channel *c, unsigned i, const void *v)
{
	lanes *l = lock(c, "send on a channel");
	weft_waiter_ *woken;
	weft_status s = put(c, l, &l->lane[i], v, &woken);

	unlock_and_wake(l, woken);
	return s;
}

static weft_status
try_recv(weft_channel *c, void *v)
{
	lanes *l = lock(c, "recv on a channel");
	weft_waiter_ *woken;
	weft_status s = take(c, l, v, &woken);

	unlock_and_wake(l, woken);
	return s;
}

static size_t
try_send_n(weft_channel *c, const void *vs, size_t n, weft_status *why)
{
	lanes *l = lock(c, "send_n on a channel");
	weft_waiter_ *chain = NULL, *woken;
	size_t done = 0;

	*why = WEFT_OK;
	for (; done < n; done++) {
		*why = put(c, l, &l->lane[l->n - 1], (const unsigned char *)vs +
		    done * c->type_->size, &woken);
		if (*why != WEFT_OK)
			break;
		weft_waiter_chain_(&chain, woken);
	}
	unlock(l);
	weft_waiters_wake_chain_(chain);
	return done;
}

static size_t
try_recv_n(weft_channel *c, void *vs, size_t n, weft_status *why)
{
	lanes *l = lock(c, "recv_n on a channel");
	weft_waiter_ *chain = NULL, *woken;
	size_t done = 0;

	*why = WEFT_OK;
	for (; done < n; done++) {
		*why = take(c, l, (unsigned char *)vs + done * c->type_->size, &woken);
		if (*why != WEFT_OK)
			break;
		weft_waiter_chain_(&chain, woken);
	}
	unlock(l);
	weft_waiters_wake_chain_(chain);
	return done;
}

static weft_status
force_send(weft_channel *c, const void *v, void *old, bool *had)
{
	lanes *l;
	lane *at;
	weft_waiter_ *woken;
	weft_status s;
	bool full = false;

	if (c->single_[WEFT_RECEIVER])
		return WEFT_INVALID;
	l = lock(c, "force_send on a channel");
	at = &l->lane[l->n - 1];
	s = put(c, l, at, v, &woken);
	if (s == WEFT_FULL && at->len != 0) {
		remove_oldest(c, at, old);
		append(c, l, at, v);
		l->sent++;
		l->forced++;
		full = true;
		s = WEFT_OK;
	}
	unlock_and_wake(l, woken);
	if (s == WEFT_OK && had != NULL)
		*had = full;
	return s;
}

/* Of those who wait there, who has given up, or was claimed elsewhere, is off the list. */
static const void *
oldest_of(const weft_channel *c, lane *at)
{
	weft_waiter_ *w;

	if (at->len != 0)
		return place_of(c, at, 0);
	while ((w = at->senders.first) != NULL) {
		/* relaxed: only whether it waits, at this moment; nothing is done to it. */
		if (weft_load_relaxed(&w->wait->won) == WEFT_WAIT_OPEN)
			return w->value;
		weft_waiters_remove_(&at->senders, w);
	}
	return NULL;
}

static weft_status
peek(weft_channel *c, void *v)
{
	lanes *l = lock(c, "peek into a channel");
	weft_status s = l->closed ? WEFT_CLOSED : WEFT_EMPTY;
	const void *oldest = NULL;

	for (unsigned i = lane_next(l); i < l->n && oldest == NULL; i = lane_from(l, 0))
		oldest = oldest_of(c, &l->lane[i]);
	if (oldest != NULL) {
		memcpy(v, oldest, c->type_->size);
		s = WEFT_OK;
	}
	unlock(l);
	return s;
}

/* Waiting: on the thread's own node, since what it waits for is brought. */

static weft_waiters_ *
list_of(lanes *l, weft_role role, unsigned i)
{
	return role == WEFT_SENDER ? &l->lane[i].senders : &l->receivers;
}

/* Under the lock. A rendezvous: those who watch for such a thread are told. */
static void
queue_up(lanes *l, weft_role role, unsigned i, weft_waiter_ *w)
{
	weft_waiters_append_(list_of(l, role, i), w);
	weft_waiters_tell_all_(&l->watching[role == WEFT_SENDER ? WEFT_RECEIVER : WEFT_SENDER]);
}

static bool
wait_counted(weft_channel *c, weft_role role, weft_park_node_ *node, weft_time deadline)
{
	WEFT_CHANNEL_COUNT_(c, waits[role]);
	if (weft_time_is_past(deadline))
		return weft_park_wait_(node, deadline);
	if (weft_park_stay_(node)) {
		WEFT_CHANNEL_COUNT_(c, spins[role]);
		return true;
	}
	WEFT_CHANNEL_COUNT_(c, sleeps[role]);
	return weft_park_rest_(node, deadline);
}

/* The lock is held, and the thread is in the list. */
static weft_status
wait_in_list(weft_channel *c, lanes *l, weft_role role, unsigned i, weft_waiter_ *me,
    weft_time deadline)
{
	unlock(l);
	if (!wait_counted(c, role, me->wait->node, deadline)) {
		if (weft_wait_give_up_(me->wait)) {
			(void)!lock(c, "");
			weft_waiters_leave_(list_of(l, role, i), me);
			unlock(l);
			return WEFT_TIMEOUT;
		}
		(void)!weft_park_wait_(me->wait->node, WEFT_FOREVER);
	}
	return (weft_status)me->status;
}

static weft_status
wait_send(weft_channel *c, unsigned i, const void *v, weft_time deadline)
{
	union { const void *in; void *out; } value = { v };
	lanes *l = lock(c, "send on a channel");
	weft_wait_ wait;
	weft_waiter_ me = { .wait = &wait, .value = value.out }, *woken;
	weft_status s = put(c, l, &l->lane[i], v, &woken);

	if (s != WEFT_FULL) {
		unlock_and_wake(l, woken);
		return s;
	}
	weft_wait_begin_(&wait);
	queue_up(l, WEFT_SENDER, i, &me);
	return wait_in_list(c, l, WEFT_SENDER, i, &me, deadline);
}

static weft_status
wait_recv(weft_channel *c, void *v, weft_time deadline)
{
	lanes *l = lock(c, "recv on a channel");
	weft_wait_ wait;
	weft_waiter_ me = { .wait = &wait, .value = v }, *woken;
	weft_status s = take(c, l, v, &woken);

	if (s != WEFT_EMPTY) {
		unlock_and_wake(l, woken);
		return s;
	}
	weft_wait_begin_(&wait);
	queue_up(l, WEFT_RECEIVER, 0, &me);
	return wait_in_list(c, l, WEFT_RECEIVER, 0, &me, deadline);
}

/* Watchers. */

static bool
is_ready_locked(const weft_channel *c, const lanes *l, weft_role role, unsigned i)
{
	if (l->closed)
		return true;
	if (role == WEFT_RECEIVER)
		return lane_from(l, 0) != l->n;
	return l->receivers.first != NULL || l->lane[i].len < c->capacity_;
}

static bool
is_ready(const weft_channel *c, weft_role role, unsigned i)
{
	lanes *l = c->rest_;
	bool ready;

	weft_index_lock_take_(&l->lock, "");
	ready = is_ready_locked(c, l, role, i);
	unlock(l);
	return ready;
}

static bool
join(weft_channel *c, weft_role role, unsigned i, weft_waiter_ *w)
{
	lanes *l = lock(c, "");
	bool ready = is_ready_locked(c, l, role, i);

	if (!ready)
		weft_waiters_append_(&l->watching[role], w);
	unlock(l);
	return !ready;
}

static void
leave(weft_channel *c, weft_role role, unsigned i, weft_waiter_ *w)
{
	lanes *l = lock(c, "");

	weft_waiters_leave_(w->wait == NULL ? &l->watching[role] : list_of(l, role, i), w);
	unlock(l);
}

static void
pass_on(weft_channel *c, weft_role role, bool takes)
{
	(void)c, (void)role, (void)takes;
}

/* Closing. */

static void
close_all(weft_channel *c)
{
	lanes *l = lock(c, "close of a channel");
	weft_waiter_ *chain;

	l->closed = true;
	/* R3: what was done before the close; pairs with A3 of core. */
	weft_store_release(&c->closed_, 1);
	chain = weft_waiters_claim_all_(&l->receivers, WEFT_CLOSED, NULL);
	for (unsigned i = 0; i < l->n; i++)
		chain = weft_waiters_claim_all_(&l->lane[i].senders, WEFT_CLOSED, chain);
	weft_waiters_tell_all_(&l->watching[WEFT_SENDER]);
	weft_waiters_tell_all_(&l->watching[WEFT_RECEIVER]);
	unlock(l);
	weft_waiters_wake_chain_(chain);
}

static size_t
len(const weft_channel *c)
{
	lanes *l = c->rest_;
	size_t n;

	weft_index_lock_take_(&l->lock, "");
	n = len_of(l);
	unlock(l);
	return n;
}

static void
count(const weft_channel *c, weft_channel_stats *stats)
{
	lanes *l = c->rest_;

	weft_index_lock_take_(&l->lock, "");
	stats->sent = l->sent;
	stats->received = l->received;
	stats->forced_out = l->forced;
	unlock(l);
}

static void
discard(weft_channel *c)
{
	lanes *l = lock(c, "leave of a channel");

	for (unsigned i = 0; i < l->n; i++)
		while (l->lane[i].len != 0)
			remove_oldest(c, &l->lane[i], NULL);
	unlock(l);
}

static size_t
bytes_of(unsigned n)
{
	return sizeof(lanes) + n * sizeof(lane);
}

static void
fini(weft_channel *c)
{
	lanes *l = c->rest_;

	for (unsigned i = 0; i < l->n; i++) {
		lane *at = &l->lane[i];

		if (at->senders.first != NULL || l->receivers.first != NULL)
			weft_misuse_("fini of a channel",
			    "threads wait for it: close it, and join them first");
		while (at->len != 0)
			remove_oldest(c, at, NULL);
		if (at->ring != NULL)   /* a rendezvous; or init found no memory */
			weft_memory_free_(c->allocator_, at->ring,
			    at->places * c->type_->size, c->type_->align);
	}
	weft_memory_free_(c->allocator_, l, bytes_of(l->n), WEFT_LINE);
}

/* Arms: they have happened when their waiter is claimed. */

static lanes *
of_arm(const weft_arm *arm)
{
	return ((weft_channel *)arm->object_)->rest_;
}

static void *
arm_address(const weft_arm *arm)
{
	return of_arm(arm);
}

static void
arm_lock(void *address)
{
	weft_index_lock_take_(&((lanes *)address)->lock, "");
}

static void
arm_unlock(void *address)
{
	unlock(address);
}

static weft_status
send_locked(weft_arm *arm, weft_waiter_ **woken)
{
	lanes *l = of_arm(arm);

	return put(arm->object_, l, &l->lane[arm->lane_], arm->value_, woken);
}

static weft_status
recv_locked(weft_arm *arm, weft_waiter_ **woken)
{
	return take(arm->object_, of_arm(arm), arm->value_, woken);
}

static void
join_locked(weft_arm *arm, weft_waiter_ *w)
{
	w->value = arm->value_;
	queue_up(of_arm(arm), (weft_role)arm->kind_->role, arm->lane_, w);
}

#define ARM(of, tries)                                                                            \
	{                                                                                         \
		.role = of, .try_now = weft_channel_arm_try_,                                     \
		.is_ready = weft_channel_arm_is_ready_, .has_ended = weft_channel_arm_has_ended_, \
		.join = weft_channel_arm_join_, .leave = weft_channel_arm_leave_,                 \
		.pass_on = weft_channel_arm_pass_on_, .address = arm_address, .lock = arm_lock,   \
		.unlock = arm_unlock, .try_locked = tries, .join_locked = join_locked,            \
	}

static const weft_arm_kind_ arms[2] = { ARM(WEFT_SENDER, send_locked),
	ARM(WEFT_RECEIVER, recv_locked) };

const weft_channel_kind_ weft_channel_lanes_ = {
	.try_send = try_send,
	.try_recv = try_recv,
	.wait_send = wait_send,
	.wait_recv = wait_recv,
	.try_send_n = try_send_n,
	.try_recv_n = try_recv_n,
	.force_send = force_send,
	.peek = peek,
	.close = close_all,
	.discard = discard,
	.len = len,
	.count = count,
	.fini = fini,
	.is_ready = is_ready,
	.join = join,
	.leave = leave,
	.pass_on = pass_on,
	.arms = { &arms[WEFT_SENDER], &arms[WEFT_RECEIVER] },
};

static bool
lane_init(weft_channel *c, lane *at)
{
	size_t bytes;

	/* An unbounded one begins with some, and doubles. */
	at->places = c->capacity_ == UINT64_MAX ? 16 : (size_t)c->capacity_;
	if (at->places == 0)
		return true;
	if (__builtin_mul_overflow(at->places, c->type_->size, &bytes))
		return false;
	at->ring = weft_memory_alloc_(c->allocator_, bytes, c->type_->align);
	return at->ring != NULL;
}

weft_status
weft_channel_lanes_init_(weft_channel *c, const weft_channel_options *o)
{
	unsigned n = o->lanes == 0 ? 1 : o->lanes;
	lanes *l = weft_memory_alloc_(c->allocator_, bytes_of(n), WEFT_LINE);

	if (l == NULL)
		return WEFT_NO_MEMORY;
	memset(l, 0, bytes_of(n));
	/* Both sides take it by turns: nobody owns it. */
	l->lock.patience_ = WEFT_INDEX_LOCK_NEVER_;
	l->n = n;
	l->patience = o->lane_patience;
	c->kind_ = &weft_channel_lanes_;
	c->rest_ = l;
	for (unsigned i = 0; i < n; i++) {
		if (lane_init(c, &l->lane[i]))
			continue;
		fini(c);
		return WEFT_NO_MEMORY;
	}
	return WEFT_OK;
}
