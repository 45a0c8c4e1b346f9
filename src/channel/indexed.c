/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * indexed.c: channels of two index locks: bounded over a ring, unbounded over blocks.
 *
 * detail/channel_inl.h has the layout and the fast paths. Here: waiting, closing, batches,
 * loans. Locks are taken senders' first, then receivers'.
 *
 * The baton: of the threads that wait for one side, at most one was woken and has not run
 * yet (`waking_`). It takes the baton on when it runs, by pass_on: then the next is woken, if
 * there is more than it will take. So a burst of sends wakes one thread, not one a send.
 */
#include "../base/memory.h"
#include "core.h"

/* The longest rest between two looks, as a power of two of pauses: some 1.6 us. */
#define GAP_MOST 6u

static weft_channel_side_ *
side_of(weft_channel *c, weft_role role)
{
	return &c->sides_[role];
}

/* The side that a thread of this role waits for. */
static weft_channel_side_ *
other_of(weft_channel *c, weft_role role)
{
	return &c->sides_[role == WEFT_SENDER ? WEFT_RECEIVER : WEFT_SENDER];
}

/* Telling. */

static void
set_alert(weft_channel *c, weft_channel_side_ *side)
{
	side->alert_ = c->counts_ != NULL || side->watching_.first != NULL ||
	    (side->waiting_.first != NULL && !side->waking_);
}

/* Under the side's lock: the thread to wake after it, or NULL. */
static weft_waiter_ *
pick(weft_channel *c, weft_channel_side_ *side)
{
	weft_waiter_ *w = NULL;

	weft_waiters_tell_all_(&side->watching_);
	if (!side->waking_ && (w = weft_waiters_claim_first_(&side->waiting_)) != NULL)
		side->waking_ = true;
	set_alert(c, side);
	return w;
}

static uint64_t
received(const weft_channel *c)
{
	/* A4: the send of what was received; pairs with R2, R4, R2 of channel. */
	return weft_load_acquire(&c->sides_[WEFT_RECEIVER].index_);
}

static uint64_t
sent(const weft_channel *c)
{
	/* relaxed: a number, of which A4 makes that it is not below what was received. Who takes
	 * one of the values looks again, under the lock (A2 of channel). */
	return weft_load_relaxed(&c->sides_[WEFT_SENDER].index_);
}

/* Whoever sees a value received sees it sent: so the difference is never below 0. */
static uint64_t
held(const weft_channel *c)
{
	uint64_t head = received(c);

	return sent(c) - head;
}

void
weft_channel_tell_(weft_channel *c, weft_channel_side_ *side)
{
	weft_waiter_ *w;

	weft_channel_high_water_(c, held(c));
	w = pick(c, side);
	weft_index_lock_leave_(&side->lock_);
	weft_waiter_wake_(w);
}

/*
 * Would a try be final? "No" was so at the second of the two loads: the other index had come
 * that far by then, and this role's own no further than was read. Under the lock of the side that
 * this role waits for, it stays so until that side changes it, under that lock. "Yes" may be
 * out of date: one tries.
 */
static bool
is_ready(const weft_channel *c, weft_role role, unsigned lane)
{
	uint64_t own, other;
	bool blocked;

	(void)lane;
	if (role == WEFT_SENDER) {
		own = sent(c);
		other = received(c);
		/* The other way round, where receivers have gone on meanwhile. */
		blocked = own - other >= c->capacity_ && own - other <= INT64_MAX;
	} else {
		own = received(c);
		other = sent(c);
		blocked = own == other;
	}
	return !blocked || weft_channel_closed_now_(c);
}

/* Waiting. */

static bool
join(weft_channel *c, weft_role role, unsigned lane, weft_waiter_ *w)
{
	weft_channel_side_ *side = other_of(c, role);
	bool ready;

	weft_index_lock_take_outside_(&side->lock_);
	ready = is_ready(c, role, lane);
	if (!ready) {
		/* It waited before, and was too late: then it is the first again. */
		if (w->wait == NULL)
			weft_waiters_append_(&side->watching_, w);
		else if (w->status == WEFT_BUSY)
			weft_waiters_prepend_(&side->waiting_, w);
		else
			weft_waiters_append_(&side->waiting_, w);
		set_alert(c, side);
	}
	weft_index_lock_leave_outside_(&side->lock_);
	return !ready;
}

static void
leave(weft_channel *c, weft_role role, unsigned lane, weft_waiter_ *w)
{
	weft_channel_side_ *side = other_of(c, role);

	(void)lane;
	weft_index_lock_take_outside_(&side->lock_);
	weft_waiters_leave_(w->wait == NULL ? &side->watching_ : &side->waiting_, w);
	set_alert(c, side);
	weft_index_lock_leave_outside_(&side->lock_);
}

/* What a wait of this role could take: values, or places. */
static uint64_t
on_offer(const weft_channel *c, weft_role role)
{
	uint64_t len = held(c);

	return role == WEFT_RECEIVER ? len : len < c->capacity_ ? c->capacity_ - len : 0;
}

static void
pass_on(weft_channel *c, weft_role role, bool takes)
{
	weft_channel_side_ *side = other_of(c, role);
	weft_waiter_ *w = NULL;

	weft_index_lock_take_outside_(&side->lock_);
	side->waking_ = false;
	if (on_offer(c, role) > takes)
		w = pick(c, side);
	set_alert(c, side);
	weft_index_lock_leave_outside_(&side->lock_);
	weft_waiter_wake_(w);
}

/* What a wait is for: WEFT_FULL, WEFT_EMPTY: not now. */
typedef weft_status attempt(weft_channel *c, void *ctx);

static bool
is_blocked(weft_status s)
{
	return s == WEFT_FULL || s == WEFT_EMPTY;
}

/*
 * How long to rest before the first look. A look takes the line away from who writes it, and
 * who finds one value, takes it and looks again, does so for each: both sides then run at the
 * pace of the line. A longer rest finds more, which are taken without a look. So the rest
 * doubles while it finds more than two a pause, and halves when it finds one
 * (bench_channel 1p1c-64, 1p1c-1024, ping-pong-64).
 */
static void
learn_gap(weft_channel *c, weft_channel_side_ *side, uint32_t gap, uint64_t found)
{
	uint32_t next = gap;

	if (found > (uint64_t)2 << gap && found < c->capacity_ / 2 && gap < GAP_MOST)
		next++;
	else if (found <= 1 && gap > 0)
		next--;
	/* relaxed: a hint. */
	if (next != gap)
		weft_store_relaxed(&side->gap_, next);
}

static bool
spin_until_ready(weft_channel *c, weft_role role)
{
	weft_channel_side_ *side = side_of(c, role);
	/* relaxed: a hint. */
	uint32_t gap = weft_load_relaxed(&side->gap_);
	weft_park_spin_ spin;
	uint64_t found = 0;
	bool ready = false;

	weft_park_spin_begin_(&spin);
	spin.step = 2 * gap;
	spin.longest = 1u << GAP_MOST;
	while (!ready && weft_park_spin_step_(&spin)) {
		found = on_offer(c, role);
		if (spin.step == 2 * gap + 1 && found != 0)
			learn_gap(c, side, gap, found);
		ready = found != 0 || weft_channel_closed_now_(c);
	}
	weft_park_spin_end_(&spin, ready);
	return ready;
}

/* True: woken, or there was no need to sleep; then *late is WEFT_BUSY for the next time. */
static bool
sleep_until_woken(weft_channel *c, weft_role role, weft_status *late, weft_time deadline)
{
	weft_wait_ wait;
	weft_waiter_ me = { .wait = &wait, .status = *late };

	weft_wait_begin_(&wait);
	if (!join(c, role, 0, &me))
		return true;
	WEFT_CHANNEL_COUNT_(c, sleeps[role]);
	if (!weft_park_rest_(wait.node, deadline)) {
		if (weft_wait_give_up_(&wait)) {
			leave(c, role, 0, &me);
			return false;
		}
		(void)!weft_park_rest_(wait.node, WEFT_FOREVER);
	}
	if (me.status != WEFT_CLOSED)
		pass_on(c, role, true);
	*late = WEFT_BUSY;
	return true;
}

static weft_status
wait_for(weft_channel *c, weft_role role, attempt *try_it, void *ctx, weft_time deadline)
{
	weft_status s, late = WEFT_OK;

	WEFT_CHANNEL_COUNT_(c, waits[role]);
	do {
		if (weft_time_is_past(deadline))
			return WEFT_TIMEOUT;
		if (spin_until_ready(c, role))
			WEFT_CHANNEL_COUNT_(c, spins[role]);
		else if (!sleep_until_woken(c, role, &late, deadline))
			deadline = WEFT_CHANNEL_NOW_;
		s = try_it(c, ctx);
	} while (is_blocked(s));
	return s;
}

static weft_status
try_send(weft_channel *c, unsigned lane, const void *v)
{
	(void)lane;
	return weft_channel_try_send_(c, c->type_, v);
}

static weft_status
try_recv(weft_channel *c, void *v)
{
	return weft_channel_try_recv_(c, c->type_, v);
}

static weft_status
attempt_send(weft_channel *c, void *v)
{
	return weft_channel_try_send_(c, c->type_, v);
}

static weft_status
wait_send(weft_channel *c, unsigned lane, const void *v, weft_time deadline)
{
	union { const void *in; void *out; } p = { v };

	(void)lane;
	return wait_for(c, WEFT_SENDER, attempt_send, p.out, deadline);
}

static weft_status
wait_recv(weft_channel *c, void *v, weft_time deadline)
{
	return wait_for(c, WEFT_RECEIVER, try_recv, v, deadline);
}

/* Batches: one lock, one index. */

static size_t
least(uint64_t a, uint64_t b)
{
	return (size_t)(a < b ? a : b);
}

static size_t
try_send_n(weft_channel *c, const void *vs, size_t n, weft_status *why)
{
	weft_channel_side_ *side = side_of(c, WEFT_SENDER);
	const unsigned char *from = vs;
	size_t size = c->type_->size, done = 0, run;
	weft_status s = WEFT_OK;

	weft_index_lock_take_(&side->lock_, "send_n on a channel");
	if (side->limit_ - side->own_ < n)
		s = weft_channel_room_(c);
	while (s == WEFT_OK && done < n) {
		if (side->own_ == side->limit_)
			s = WEFT_FULL;
		else if (!weft_channel_turn_(c, side))
			s = WEFT_NO_MEMORY;
		if (s != WEFT_OK)
			break;
		run = least(least(n - done, c->slots_ - side->at_), side->limit_ - side->own_);
		memcpy(side->block_ + side->at_ * size, from + done * size, run * size);
		side->at_ += run;
		side->own_ += run;
		done += run;
	}
	/* R1: publishes the values; pairs with A2 of channel. */
	weft_store_release(&side->index_, side->own_);
	if (done != 0)
		weft_channel_leave_(c, side);
	else
		weft_index_lock_leave_(&side->lock_);
	*why = s;
	return done;
}

static size_t
try_recv_n(weft_channel *c, void *vs, size_t n, weft_status *why)
{
	weft_channel_side_ *side = side_of(c, WEFT_RECEIVER);
	unsigned char *to = vs;
	size_t size = c->type_->size, done = 0, run;
	weft_status s = WEFT_OK;

	weft_index_lock_take_(&side->lock_, "recv_n on a channel");
	if (side->limit_ - side->own_ < n)
		s = weft_channel_there_(c);
	while (s == WEFT_OK && done < n) {
		if (side->own_ == side->limit_) {
			s = WEFT_EMPTY;
			break;
		}
		(void)!weft_channel_turn_(c, side);
		run = least(least(n - done, c->slots_ - side->at_), side->limit_ - side->own_);
		memcpy(to + done * size, side->block_ + side->at_ * size, run * size);
		side->at_ += run;
		side->own_ += run;
		done += run;
	}
	/* R2: the slots are free; pairs with A1 of channel, A4. */
	weft_store_release(&side->index_, side->own_);
	if (done != 0)
		weft_channel_leave_(c, side);
	else
		weft_index_lock_leave_(&side->lock_);
	*why = s;
	return done;
}

/* Under the receivers' lock, where a value is: the oldest leaves; old: NULL: it is dropped. */
static void
take_oldest(weft_channel *c, void *old)
{
	weft_channel_side_ *side = side_of(c, WEFT_RECEIVER);
	unsigned char *at;

	(void)!weft_channel_turn_(c, side);
	at = side->block_ + side->at_++ * c->type_->size;
	if (old != NULL)
		memcpy(old, at, c->type_->size);
	else
		weft_channel_drop_(c, at);
	/* R2: the slot is free; pairs with A1 of channel, A4. */
	weft_store_release(&side->index_, ++side->own_);
}

static weft_status
force_send(weft_channel *c, const void *v, void *old, bool *had)
{
	weft_channel_side_ *side = side_of(c, WEFT_SENDER), *from = side_of(c, WEFT_RECEIVER);
	weft_status s = WEFT_OK;
	bool full;

	if (c->single_[WEFT_RECEIVER])
		return WEFT_INVALID;
	weft_index_lock_take_(&side->lock_, "force_send on a channel");
	if (side->own_ == side->limit_)
		s = weft_channel_room_(c);
	full = s == WEFT_FULL;
	if (full) {
		weft_index_lock_take_(&from->lock_, "force_send on a channel");
		/* A receiver may have made room just now. Else values are there, and the receivers'
		 * limit_ must tell so, before the oldest leaves. */
		full = weft_channel_room_(c) == WEFT_FULL;
		if (full && weft_channel_there_(c) == WEFT_OK)
			take_oldest(c, old);
		weft_index_lock_leave_(&from->lock_);
		s = weft_channel_room_(c);
	}
	if (s == WEFT_OK && !weft_channel_turn_(c, side))
		s = WEFT_NO_MEMORY;
	if (s != WEFT_OK) {
		weft_index_lock_leave_(&side->lock_);
		return s;
	}
	if (had != NULL)
		*had = full;
	if (full)
		WEFT_CHANNEL_COUNT_(c, forced_out);
	memcpy(side->block_ + side->at_++ * c->type_->size, v, c->type_->size);
	/* R1: publishes the value; pairs with A2 of channel. */
	weft_store_release(&side->index_, ++side->own_);
	weft_channel_leave_(c, side);
	return WEFT_OK;
}

static weft_status
peek(weft_channel *c, void *v)
{
	weft_channel_side_ *side = side_of(c, WEFT_RECEIVER);
	weft_status s;

	weft_index_lock_take_(&side->lock_, "peek into a channel");
	s = weft_channel_there_(c);
	if (s == WEFT_OK) {
		(void)!weft_channel_turn_(c, side);
		memcpy(v, side->block_ + side->at_ * c->type_->size, c->type_->size);
	}
	weft_index_lock_leave_(&side->lock_);
	return s;
}

/* Loans: between the call that lends and the one that ends it, no lock is held. */

typedef struct loan {
	weft_role role;
	size_t n;
	void *at;
} loan;

static weft_status
lend(weft_channel *c, void *ctx)
{
	loan *l = ctx;
	weft_channel_side_ *side = side_of(c, l->role);
	weft_status s = WEFT_OK;

	weft_index_lock_take_(&side->lock_, l->role == WEFT_SENDER ? "reserve" : "claim");
	if (side->limit_ - side->own_ < l->n)
		s = l->role == WEFT_SENDER ? weft_channel_room_(c) : weft_channel_there_(c);
	if (s == WEFT_OK && !weft_channel_turn_(c, side))
		s = WEFT_NO_MEMORY;
	if (s == WEFT_OK) {
		l->n = least(least(l->n, c->slots_ - side->at_), side->limit_ - side->own_);
		l->at = side->block_ + side->at_ * c->type_->size;
		side->lent_ = l->n;
	}
	weft_index_lock_leave_(&side->lock_);
	return s;
}

weft_status
weft_channel_lend_(weft_channel *c, weft_role role, size_t *n, void **at, weft_time deadline)
{
	loan l = { .role = role, .n = *n };
	weft_status s = lend(c, &l);

	if (is_blocked(s) && deadline.ns != INT64_MIN)
		s = wait_for(c, role, lend, &l, deadline);
	*n = l.n;
	*at = l.at;
	return s;
}

weft_status
weft_channel_return_(weft_channel *c, weft_role role, size_t n)
{
	weft_channel_side_ *side = side_of(c, role);
	const char *call = role == WEFT_SENDER ? "commit" : "release";
	weft_status s = WEFT_OK;

	weft_index_lock_take_(&side->lock_, call);
	if (n > side->lent_)
		weft_misuse_(call,
		    "more than was lent: at most what the last reserve or claim gave");
	side->lent_ = 0;
	if (role == WEFT_SENDER && side->closed_)
		s = WEFT_CLOSED;
	if (s != WEFT_OK || n == 0) {
		weft_index_lock_leave_(&side->lock_);
		return s;
	}
	side->at_ += n;
	side->own_ += n;
	/* R4: what was written there, or that it was read; pairs with A1 of channel, A2 of
	 * channel, A4. */
	weft_store_release(&side->index_, side->own_);
	weft_channel_leave_(c, side);
	return WEFT_OK;
}

/* Closing. */

static void
close_both(weft_channel *c)
{
	weft_channel_side_ *senders = side_of(c, WEFT_SENDER);
	weft_channel_side_ *receivers = side_of(c, WEFT_RECEIVER);
	weft_waiter_ *chain;

	weft_index_lock_take_outside_(&senders->lock_);
	weft_index_lock_take_outside_(&receivers->lock_);
	senders->closed_ = receivers->closed_ = true;
	senders->limit_ = senders->own_;
	/* R3: what was done before the close; pairs with A3 of core. */
	weft_store_release(&c->closed_, 1);
	chain = weft_waiters_claim_all_(&senders->waiting_, WEFT_CLOSED, NULL);
	chain = weft_waiters_claim_all_(&receivers->waiting_, WEFT_CLOSED, chain);
	weft_waiters_tell_all_(&senders->watching_);
	weft_waiters_tell_all_(&receivers->watching_);
	set_alert(c, senders);
	set_alert(c, receivers);
	weft_index_lock_leave_outside_(&receivers->lock_);
	weft_index_lock_leave_outside_(&senders->lock_);
	weft_waiters_wake_chain_(chain);
}

static void
discard(weft_channel *c)
{
	weft_channel_side_ *side = side_of(c, WEFT_RECEIVER);

	weft_index_lock_take_outside_(&side->lock_);
	while (weft_channel_there_(c) == WEFT_OK) {
		take_oldest(c, NULL);
		WEFT_CHANNEL_COUNT_(c, discarded);
	}
	weft_index_lock_leave_outside_(&side->lock_);
}

static size_t
len(const weft_channel *c)
{
	return least(held(c), c->capacity_);
}

static void
count(const weft_channel *c, weft_channel_stats *stats)
{
	/* relaxed: counts order nothing. */
	uint64_t discarded = weft_load_relaxed(&c->counts_->discarded);

	stats->received = received(c) - stats->forced_out - discarded;
	stats->sent = sent(c);
}

/* A ring begins on a line of its own. */
static size_t
ring_align(const weft_type *type)
{
	return type->align < WEFT_LINE ? WEFT_LINE : type->align;
}

static void
fini(weft_channel *c)
{
	weft_channel_side_ *senders = side_of(c, WEFT_SENDER);
	weft_channel_side_ *receivers = side_of(c, WEFT_RECEIVER);

	if (senders->waiting_.first != NULL || receivers->waiting_.first != NULL)
		weft_misuse_("fini of a channel",
		    "threads wait for it: close it, and join them first");
	while (receivers->own_ != senders->own_)
		take_oldest(c, NULL);
	if (c->rest_ != NULL)
		weft_channel_blocks_fini_(c);
	else
		weft_memory_free_(c->allocator_, senders->block_,
		    (size_t)c->capacity_ * c->type_->size, ring_align(c->type_));
}

static bool
ring_init(weft_channel *c)
{
	size_t bytes;

	c->slots_ = c->capacity_;
	if (__builtin_mul_overflow((size_t)c->capacity_, c->type_->size, &bytes))
		return false;
	side_of(c, WEFT_SENDER)->block_ = weft_memory_alloc_(c->allocator_, bytes,
	    ring_align(c->type_));
	side_of(c, WEFT_RECEIVER)->block_ = side_of(c, WEFT_SENDER)->block_;
	return side_of(c, WEFT_SENDER)->block_ != NULL;
}

weft_status
weft_channel_indexed_init_(weft_channel *c, const weft_channel_options *o)
{
	(void)o;
	c->indexed_ = true;
	c->kind_ = &weft_channel_indexed_;
	if (c->capacity_ == UINT64_MAX ? !weft_channel_blocks_init_(c) : !ring_init(c))
		return WEFT_NO_MEMORY;
	for (int role = WEFT_SENDER; role <= WEFT_RECEIVER; role++) {
		weft_index_lock_init_(&c->sides_[role].lock_, c->single_[role]);
		set_alert(c, &c->sides_[role]);
	}
	return WEFT_OK;
}

const weft_channel_kind_ weft_channel_indexed_ = {
	.try_send = try_send,
	.try_recv = try_recv,
	.wait_send = wait_send,
	.wait_recv = wait_recv,
	.try_send_n = try_send_n,
	.try_recv_n = try_recv_n,
	.force_send = force_send,
	.peek = peek,
	.close = close_both,
	.discard = discard,
	.len = len,
	.count = count,
	.fini = fini,
	.is_ready = is_ready,
	.join = join,
	.leave = leave,
	.pass_on = pass_on,
	.arms = { &weft_channel_arms_[WEFT_SENDER], &weft_channel_arms_[WEFT_RECEIVER] },
};
