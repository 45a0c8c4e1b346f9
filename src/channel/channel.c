/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel.c: what all kinds of channels share: init, the untyped names, batches, arms. */
#include "../base/memory.h"
#include "core.h"

static const weft_channel_options usual;

/* Lanes, hand-over and loans are of some kinds only. */
static bool
is_possible(const weft_type *type, const weft_channel_options *o)
{
	size_t bytes;

	if (type == NULL || type->size == 0 || type->size > PTRDIFF_MAX / 64 ||
	    o->lanes > UINT16_MAX)
		return false;
	if (o->allocator != NULL && !weft_memory_is_whole_(o->allocator))
		return false;
	if (o->lock_free)
		return o->capacity != 0 && o->lanes <= 1 && !o->single_sender &&
		    !o->single_receiver;
	return o->capacity == WEFT_UNBOUNDED ||
	    (!__builtin_mul_overflow(o->capacity, type->size, &bytes) && bytes <= PTRDIFF_MAX);
}

static weft_status
kind_init(weft_channel *c, const weft_channel_options *o)
{
	if (o->lock_free)
		return weft_channel_lock_free_init_(c, o);
	if (o->lanes > 1 || o->capacity == 0)
		return weft_channel_lanes_init_(c, o);
	return weft_channel_indexed_init_(c, o);
}

weft_status
weft_channel_init_with(weft_channel *c, const weft_type *type, const weft_channel_options *o)
{
	weft_status s;

	if (c == NULL)
		weft_misuse_("init of a channel", "there is no channel: give its address");
	if (o == NULL)
		o = &usual;
	if (!is_possible(type, o))
		return WEFT_INVALID;
	memset(c, 0, sizeof *c);
	c->type_ = type;
	c->allocator_ = o->allocator;
	c->capacity_ = o->capacity == WEFT_UNBOUNDED ? UINT64_MAX : o->capacity;
	c->lanes_ = o->lanes == 0 ? 1 : o->lanes;
	c->single_[WEFT_SENDER] = o->single_sender;
	c->single_[WEFT_RECEIVER] = o->single_receiver;
	/* relaxed: nobody else has the channel yet. */
	weft_store_relaxed(&c->joined_[WEFT_SENDER], o->senders);
	/* relaxed: as above. */
	weft_store_relaxed(&c->joined_[WEFT_RECEIVER], o->receivers);
	if (o->stats) {
		c->counts_ = weft_memory_alloc_(c->allocator_, sizeof *c->counts_,
		    alignof(weft_channel_counts_));
		if (c->counts_ == NULL)
			return WEFT_NO_MEMORY;
		memset(c->counts_, 0, sizeof *c->counts_);
	}
	s = kind_init(c, o);
	if (s == WEFT_OK)
		c->alive_.self = c;
	else if (c->counts_ != NULL)
		weft_memory_free_(c->allocator_, c->counts_, sizeof *c->counts_,
		    alignof(weft_channel_counts_));
	return s;
}

weft_status
weft_channel_init(weft_channel *c, const weft_type *type, size_t capacity)
{
	weft_channel_options o = { .capacity = capacity };

	return weft_channel_init_with(c, type, &o);
}

static void
check(const weft_channel *c, const char *call)
{
	weft_alive_check_(&c->alive_, c, call);
}

void
weft_channel_fini(weft_channel *c)
{
	check(c, "fini of a channel");
	weft_channel_fd_fini_(c);
	c->alive_.self = NULL;
	c->kind_->fini(c);
	if (c->counts_ != NULL)
		weft_memory_free_(c->allocator_, c->counts_, sizeof *c->counts_,
		    alignof(weft_channel_counts_));
}

/* Sending. */

static unsigned
last_lane(const weft_channel *c)
{
	return c->lanes_ - 1;
}

weft_status
weft_channel_send_other_(weft_channel *c, const void *v)
{
	check(c, "send on a channel");
	return c->kind_->try_send(c, last_lane(c), v);
}

weft_status
weft_channel_wait_send_(weft_channel *c, const void *v, weft_time deadline)
{
	return c->kind_->wait_send(c, last_lane(c), v, deadline);
}

weft_status
weft_channel_send_until(weft_channel *c, const void *v, weft_time deadline)
{
	return weft_channel_send_until_(c, c->type_, v, deadline);
}

weft_status
weft_channel_send(weft_channel *c, const void *v)
{
	return weft_channel_send_(c, c->type_, v);
}

weft_status
weft_channel_try_send(weft_channel *c, const void *v)
{
	return weft_channel_try_send_(c, c->type_, v);
}

weft_status
weft_channel_try_send_lane(weft_channel *c, unsigned lane, const void *v)
{
	check(c, "send_lane on a channel");
	return lane < c->lanes_ ? c->kind_->try_send(c, lane, v) : WEFT_INVALID;
}

weft_status
weft_channel_send_lane_until(weft_channel *c, unsigned lane, const void *v, weft_time deadline)
{
	weft_status s = weft_channel_try_send_lane(c, lane, v);

	return s != WEFT_FULL ? s : c->kind_->wait_send(c, lane, v, deadline);
}

weft_status
weft_channel_send_lane(weft_channel *c, unsigned lane, const void *v)
{
	return weft_channel_send_lane_until(c, lane, v, WEFT_FOREVER);
}

weft_status
weft_channel_force_send(weft_channel *c, const void *v, void *old, bool *had)
{
	check(c, "force_send on a channel");
	return c->kind_->force_send(c, v, old, had);
}

/* As many as fit; then one that waits; and so on. */
size_t
weft_channel_send_n_until(weft_channel *c, const void *vs, size_t n, weft_time deadline)
{
	const unsigned char *from = vs;
	size_t done = 0;
	weft_status s;

	check(c, "send_n on a channel");
	for (;;) {
		done += c->kind_->try_send_n(c, from + done * c->type_->size, n - done, &s);
		if (s != WEFT_FULL || deadline.ns == INT64_MIN)
			return done;
		s = c->kind_->wait_send(c, last_lane(c), from + done * c->type_->size, deadline);
		if (s != WEFT_OK)
			return done;
		if (++done == n)
			return done;
	}
}

size_t
weft_channel_send_n(weft_channel *c, const void *vs, size_t n)
{
	return weft_channel_send_n_until(c, vs, n, WEFT_FOREVER);
}

size_t
weft_channel_try_send_n(weft_channel *c, const void *vs, size_t n)
{
	return weft_channel_send_n_until(c, vs, n, WEFT_CHANNEL_NOW_);
}

/* Receiving. */

weft_status
weft_channel_recv_other_(weft_channel *c, void *v)
{
	check(c, "recv on a channel");
	return c->kind_->try_recv(c, v);
}

weft_status
weft_channel_wait_recv_(weft_channel *c, void *v, weft_time deadline)
{
	return c->kind_->wait_recv(c, v, deadline);
}

weft_status
weft_channel_recv_until(weft_channel *c, void *v, weft_time deadline)
{
	return weft_channel_recv_until_(c, c->type_, v, deadline);
}

weft_status
weft_channel_recv(weft_channel *c, void *v)
{
	return weft_channel_recv_(c, c->type_, v);
}

weft_status
weft_channel_try_recv(weft_channel *c, void *v)
{
	return weft_channel_try_recv_(c, c->type_, v);
}

size_t
weft_channel_recv_n_until(weft_channel *c, void *vs, size_t n, weft_time deadline)
{
	weft_status s;
	size_t done;

	check(c, "recv_n on a channel");
	done = c->kind_->try_recv_n(c, vs, n, &s);
	if (done != 0 || n == 0 || s != WEFT_EMPTY || deadline.ns == INT64_MIN)
		return done;
	if (c->kind_->wait_recv(c, vs, deadline) != WEFT_OK)
		return 0;
	return 1 + c->kind_->try_recv_n(c, (unsigned char *)vs + c->type_->size, n - 1, &s);
}

size_t
weft_channel_recv_n(weft_channel *c, void *vs, size_t n)
{
	return weft_channel_recv_n_until(c, vs, n, WEFT_FOREVER);
}

size_t
weft_channel_try_recv_n(weft_channel *c, void *vs, size_t n)
{
	return weft_channel_recv_n_until(c, vs, n, WEFT_CHANNEL_NOW_);
}

size_t
weft_channel_recv_n_linger(weft_channel *c, void *vs, size_t n, int64_t ns, weft_time deadline)
{
	size_t done = weft_channel_recv_n_until(c, vs, n, deadline), more;
	weft_time end;

	if (done == 0 || done == n)
		return done;
	end = weft_after_ns(ns);
	if (weft_time_is_before(deadline, end))
		end = deadline;
	while (done < n) {
		more = weft_channel_recv_n_until(c, (unsigned char *)vs + done * c->type_->size,
		    n - done, end);
		if (more == 0)
			break;
		done += more;
	}
	return done;
}

weft_status
weft_channel_peek(weft_channel *c, void *v)
{
	check(c, "peek into a channel");
	return c->kind_->peek(c, v);
}

size_t
weft_channel_drain(weft_channel *c, void *spare, void (*fn)(void *v, void *ctx), void *ctx)
{
	size_t n = 0;

	for (; weft_channel_try_recv(c, spare) == WEFT_OK; n++)
		fn(spare, ctx);
	return n;
}

/* In place. */

static void
check_loan(const weft_channel *c, weft_role role, const char *call)
{
	check(c, call);
	if (!c->single_[role])
		weft_misuse_(call, "this side was not declared single: "
		    "set the option single_sender or single_receiver");
	if (!c->indexed_)
		weft_misuse_(call, "a rendezvous, or a channel of lanes, has no places to lend");
}

static void *
lend(weft_channel *c, weft_role role, size_t *n, weft_time deadline, const char *call)
{
	size_t one = 1;
	void *at = NULL;

	check_loan(c, role, call);
	if (n == NULL)
		n = &one;
	if (*n == 0)
		weft_misuse_(call, "asked for none: at least one");
	return weft_channel_lend_(c, role, n, &at, deadline) == WEFT_OK ? at : NULL;
}

void *
weft_channel_reserve(weft_channel *c, size_t *n)
{
	return lend(c, WEFT_SENDER, n, WEFT_FOREVER, "reserve in a channel");
}

void *
weft_channel_try_reserve(weft_channel *c, size_t *n)
{
	return lend(c, WEFT_SENDER, n, WEFT_CHANNEL_NOW_, "reserve in a channel");
}

weft_status
weft_channel_commit(weft_channel *c, size_t n)
{
	check_loan(c, WEFT_SENDER, "commit to a channel");
	return weft_channel_return_(c, WEFT_SENDER, n);
}

void *
weft_channel_claim(weft_channel *c, size_t *n)
{
	return lend(c, WEFT_RECEIVER, n, WEFT_FOREVER, "claim of a channel");
}

void *
weft_channel_try_claim(weft_channel *c, size_t *n)
{
	return lend(c, WEFT_RECEIVER, n, WEFT_CHANNEL_NOW_, "claim of a channel");
}

void
weft_channel_release(weft_channel *c, size_t n)
{
	check_loan(c, WEFT_RECEIVER, "release of a channel");
	weft_ignore(weft_channel_return_(c, WEFT_RECEIVER, n));
}

/* Closing. */

void
weft_channel_close(weft_channel *c)
{
	check(c, "close of a channel");
	if (!weft_channel_closed_now_(c))
		c->kind_->close(c);
}

void
weft_channel_join(weft_channel *c, weft_role role)
{
	check(c, "join of a channel");
	/* relaxed: whoever joins has the channel by other means, and will leave. */
	weft_fetch_add_relaxed(&c->joined_[role], 1);
}

void
weft_channel_leave(weft_channel *c, weft_role role)
{
	uint32_t before;

	check(c, "leave of a channel");
	/* A6, R6: the last to leave sees what the others did; pairs with A6, R6. */
	before = weft_fetch_sub_acq_rel(&c->joined_[role], 1);
	if (before == 0)
		weft_misuse_("leave of a channel", "nobody has joined in that role: "
		    "call join, or set senders or receivers in the options");
	if (before != 1)
		return;
	weft_channel_close(c);
	if (role == WEFT_RECEIVER)
		c->kind_->discard(c);
}

bool
weft_channel_is_closed(const weft_channel *c)
{
	check(c, "is_closed of a channel");
	return weft_channel_closed_now_(c);
}

/* Looking. */

size_t
weft_channel_len(const weft_channel *c)
{
	check(c, "len of a channel");
	return c->kind_->len(c);
}

size_t
weft_channel_capacity(const weft_channel *c)
{
	check(c, "capacity of a channel");
	return c->capacity_ == UINT64_MAX ? WEFT_UNBOUNDED : (size_t)c->capacity_;
}

bool
weft_channel_is_empty(const weft_channel *c)
{
	return weft_channel_len(c) == 0;
}

bool
weft_channel_is_full(const weft_channel *c)
{
	return c->capacity_ != UINT64_MAX && weft_channel_len(c) >= c->capacity_ * c->lanes_;
}

weft_channel_stats
weft_channel_usage(const weft_channel *c)
{
	weft_channel_stats s = { 0 };
	weft_channel_counts_ *n = c->counts_;

	check(c, "usage of a channel");
	if (n == NULL)
		return s;
		/* relaxed: counts order nothing. */
#define READ(field, from) s.field = weft_load_relaxed(&n->from)
	READ(forced_out, forced_out);
	READ(sender_waits, waits[WEFT_SENDER]);
	READ(receiver_waits, waits[WEFT_RECEIVER]);
	READ(sender_spins, spins[WEFT_SENDER]);
	READ(receiver_spins, spins[WEFT_RECEIVER]);
	READ(sender_sleeps, sleeps[WEFT_SENDER]);
	READ(receiver_sleeps, sleeps[WEFT_RECEIVER]);
	READ(high_water, high_water);
#undef READ
	c->kind_->count(c, &s);
	return s;
}

/* Arms. */

weft_status
weft_channel_arm_try_(weft_arm *arm)
{
	weft_channel *c = arm->object_;
	weft_role role = (weft_role)arm->kind_->role;

	/* Most arms are not ready: a look takes no lock. */
	if (c->indexed_ && !c->kind_->is_ready(c, role, 0))
		return role == WEFT_SENDER ? WEFT_FULL : WEFT_EMPTY;
	return role == WEFT_SENDER ? c->kind_->try_send(c, arm->lane_, arm->value_)
				   : c->kind_->try_recv(c, arm->value_);
}

bool
weft_channel_arm_is_ready_(const weft_arm *arm)
{
	weft_channel *c = arm->object_;

	return c->kind_->is_ready(c, (weft_role)arm->kind_->role, arm->lane_);
}

bool
weft_channel_has_ended_(const weft_channel *c, weft_role role)
{
	if (!weft_channel_closed_now_(c))
		return false;
	if (role == WEFT_SENDER)
		return true;
	/* In this order: what a send put there before it was over is counted. */
	return (c->kind_->is_over == NULL || c->kind_->is_over(c)) && c->kind_->len(c) == 0;
}

bool
weft_channel_arm_has_ended_(const weft_arm *arm)
{
	return weft_channel_has_ended_(arm->object_, (weft_role)arm->kind_->role);
}

bool
weft_channel_arm_join_(weft_arm *arm, weft_waiter_ *w)
{
	weft_channel *c = arm->object_;

	return c->kind_->join(c, (weft_role)arm->kind_->role, arm->lane_, w);
}

void
weft_channel_arm_leave_(weft_arm *arm, weft_waiter_ *w)
{
	weft_channel *c = arm->object_;

	c->kind_->leave(c, (weft_role)arm->kind_->role, arm->lane_, w);
}

void
weft_channel_arm_pass_on_(weft_arm *arm, bool takes)
{
	weft_channel *c = arm->object_;

	c->kind_->pass_on(c, (weft_role)arm->kind_->role, takes);
}

#define ARM(of)                                                                                   \
	{                                                                                         \
		.role = of, .try_now = weft_channel_arm_try_,                                     \
		.is_ready = weft_channel_arm_is_ready_, .has_ended = weft_channel_arm_has_ended_, \
		.join = weft_channel_arm_join_, .leave = weft_channel_arm_leave_,                 \
		.pass_on = weft_channel_arm_pass_on_,                                             \
	}

const weft_arm_kind_ weft_channel_arms_[2] = { ARM(WEFT_SENDER), ARM(WEFT_RECEIVER) };

static weft_arm
make_arm(weft_channel *c, weft_role role, unsigned lane, void *v, const char *call)
{
	weft_arm arm = { .lane_ = lane, .object_ = c, .value_ = v };

	check(c, call);
	if (lane >= c->lanes_)
		weft_misuse_(call, "there is no such lane");
	arm.kind_ = c->kind_->arms[role];
	return arm;
}

weft_arm
weft_channel_recv_arm(weft_channel *c, void *v)
{
	return make_arm(c, WEFT_RECEIVER, 0, v, "recv_arm of a channel");
}

weft_arm
weft_channel_send_lane_arm(weft_channel *c, unsigned lane, const void *v)
{
	union { const void *in; void *out; } p = { v };

	return make_arm(c, WEFT_SENDER, lane, p.out, "send_arm of a channel");
}

weft_arm
weft_channel_send_arm(weft_channel *c, const void *v)
{
	return weft_channel_send_lane_arm(c, c->lanes_ - 1, v);
}
