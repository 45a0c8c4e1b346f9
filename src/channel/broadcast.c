/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * broadcast.c: sending, receiving, coming and going; broadcast_inl.h tells the algorithm. It
 * is long so that all that is done under the one lock can be read in one place.
 */
#include "broadcast_inl.h"

/* Sending. */

static void
swap_bytes(unsigned char *a, unsigned char *b, size_t n)
{
	unsigned char piece[64];

	for (size_t at = 0, some; at < n; at += some) {
		some = n - at < sizeof piece ? n - at : sizeof piece;
		memcpy(piece, a + at, some);
		memcpy(a + at, b + at, some);
		memcpy(b + at, piece, some);
	}
}

/* Under the lock, with a place: *v goes in, and what made room comes out. */
static void
put_owned(core *c, struct owned *s, void *v, struct after *after)
{
	after->drop = s->owed > 0;
	if (after->drop)
		swap_bytes(value_of(c, &s->head), v, c->type->size);
	else
		memcpy(value_of(c, &s->head), v, c->type->size);
	s->owed = c->readers;
}

static void
put(core *c, void *v, struct after *after)
{
	struct slot *s = slot_at(c, c->at);
	uint64_t n = sent_of(c);

	if (c->owns) {
		put_owned(c, owned_at(c, c->at), v, after);
	} else {
		/* relaxed: R3 is after it. */
		weft_store_relaxed(&s->seq, 2 * n + 1);
		words_in(c, s, v);
	}
	/* R2: the send takes effect; pairs with A2. */
	weft_store_release(&s->seq, 2 * n + 2);
	/* relaxed: as in sent_of. */
	weft_store_relaxed(&c->sent, n + 1);
	c->at = next_at(c, c->at);
	wake_readers(c, after);
}

/* Under the lock. */
static weft_status
send_locked(core *c, void *v, struct after *after)
{
	weft_status s = is_closed(c) ? WEFT_CLOSED : place(c);

	if (s == WEFT_OK && c->readers == 0)
		after->drop = true;
	else if (s == WEFT_OK)
		put(c, v, after);
	return s;
}

static weft_status
send_once(core *c, void *v)
{
	struct after after = { .drop = false };
	weft_status s;

	lock(c);
	s = send_locked(c, v, &after);
	finish(c, &after, v);
	return s;
}

static bool
must_wait(weft_status s)
{
	return s == WEFT_FULL || s == WEFT_BUSY;
}

/* In line until there was a place, or it was closed, or the deadline came. */
static weft_status
send_in_line(core *c, void *v, weft_time deadline)
{
	struct waiter me = { .queued = false };
	struct after after = { .drop = false };
	bool in_time = true, had_a_turn = false;
	weft_status s;

	lock(c);
	while (must_wait(s = send_locked(c, v, &after)) && in_time) {
		line_add(c, &me, had_a_turn);
		finish(c, &after, v);
		/* relaxed: as in settle. */
		while (weft_load_relaxed(&me.word) == 0 && in_time)
			in_time = weft_park_sleep_(&me.word, 0, deadline);
		lock(c);
		had_a_turn = !me.queued;
		if (me.queued)
			line_take(c, &me);
		else
			c->waking = false;
	}
	finish(c, &after, v);
	return must_wait(s) ? WEFT_TIMEOUT : s;
}

static weft_status
send_until(core *c, void *v, weft_time deadline)
{
	weft_park_spin_ spin;
	weft_status s = send_once(c, v);

	if (!must_wait(s))
		return s;
	if (weft_time_is_past(deadline))
		return WEFT_TIMEOUT;
	weft_park_spin_begin_(&spin);
	while (must_wait(s) && weft_park_spin_step_(&spin))
		s = send_once(c, v);
	weft_park_spin_end_(&spin, !must_wait(s));
	return must_wait(s) ? send_in_line(c, v, deadline) : s;
}

/* Receiving. */

/* One value further: in its thread, for values that own or under the lock otherwise. */
static void
advance(const core *c, reader *r)
{
	uint64_t n = next_of(r);

	r->at_ = next_at(c, r->at_);
	if (!c->lossless || c->owns) {
		/* relaxed: nobody waits for it, or it is under the lock. */
		weft_store_relaxed(&r->next_, n + 1);
		return;
	}
	/* S2: what it copied, it has; before S4; pairs with S1. */
	weft_store_seq_cst(&r->next_, n + 1);
}

/* Not under the lock: do senders wait for what was just read? */
static void
make_room(core *c, uint64_t n)
{
	struct after after = { .drop = false };

	if (!c->lossless || c->owns)
		return;
	/* S4: after S2, so that a sender in line sees the room, or is seen; pairs with S1, S3. */
	if (WEFT_LIKELY_(weft_load_seq_cst(&c->wanted) != n + 1))
		return;
	lock(c);
	finish(c, &after, NULL);
}

/* Under the lock: past what was overwritten. */
static void
catch_up(const core *c, reader *r)
{
	uint64_t n = next_of(r), behind = sent_of(c) - n;

	if (behind <= c->capacity)
		return;
	n += behind - c->capacity;
	r->missed_ += behind - c->capacity;
	r->at_ = (size_t)(n % c->capacity);
	/* relaxed: a lossless one is never here; no other thread asks. */
	weft_store_relaxed(&r->next_, n);
}

/* Under the lock: one reader less is to get it; who was the last drops it, outside. */
static void
pass(core *c, struct owned *s)
{
	struct after after = { .drop = true };

	if (--s->owed > 0)
		return;
	s->pins = 1;
	finish(c, &after, value_of(c, &s->head));
	lock(c);
	s->pins = 0;
}

/* Under the lock, and there is a value. */
static void
take_owned(core *c, reader *r, void *v)
{
	struct owned *s = owned_at(c, r->at_);

	if (s->owed == 1) {
		memcpy(v, value_of(c, &s->head), c->type->size);
		s->owed = 0;
	} else {
		s->pins++;
		unlock(c);
		c->copy(v, value_of(c, &s->head));
		lock(c);
		s->pins--;
		pass(c, s);
	}
}

static void
take_locked(core *c, reader *r, void *v)
{
	struct after after = { .drop = false };

	lock(c);
	catch_up(c, r);
	if (c->owns)
		take_owned(c, r, v);
	else
		words_out(c, slot_at(c, r->at_), v);
	advance(c, r);
	finish(c, &after, NULL);
}

/* WEFT_OK, WEFT_EMPTY or WEFT_CLOSED. */
static weft_status
take(core *c, reader *r, void *v)
{
	struct slot *s = slot_at(c, r->at_);
	uint64_t n = next_of(r);

	if (!is_there(s, n)) {
		if (!is_closed(c))
			return WEFT_EMPTY;
		if (!is_there(s, n))
			return WEFT_CLOSED;
	}
	if (!c->owns) {
		words_out(c, s, v);
		/* relaxed: A3 is before it. */
		if (WEFT_LIKELY_(weft_load_relaxed(&s->seq) == 2 * n + 2)) {
			advance(c, r);
			make_room(c, n);
			return WEFT_OK;
		}
	}
	take_locked(c, r, v);
	return WEFT_OK;
}

/* Until there is something, or it is closed. False: the deadline came first. */
static bool
sleep_until(core *c, reader *r, weft_time deadline)
{
	bool in_time = true;
	uint32_t seen;

	lock(c);
	/* relaxed: under the lock, as in wake_readers. */
	seen = weft_load_relaxed(&c->turn);
	if (sent_of(c) != next_of(r) || is_closed(c)) {
		unlock(c);
		return true;
	}
	c->sleepers++;
	unlock(c);
	/* relaxed: it only says whether to look again. */
	while (weft_load_relaxed(&c->turn) == seen && in_time)
		in_time = weft_park_sleep_(&c->turn, seen, deadline);
	if (in_time)
		return true;
	lock(c);
	/* relaxed: as above; if it has changed, this one was counted off. */
	if (weft_load_relaxed(&c->turn) == seen)
		c->sleepers--;
	unlock(c);
	return false;
}

static weft_status
recv_until(core *c, reader *r, void *v, weft_time deadline)
{
	weft_park_spin_ spin;
	weft_status s = take(c, r, v);
	bool in_time = true;

	if (s != WEFT_EMPTY)
		return s;
	if (weft_time_is_past(deadline))
		return WEFT_TIMEOUT;
	weft_park_spin_begin_(&spin);
	while (s == WEFT_EMPTY && weft_park_spin_step_(&spin))
		s = take(c, r, v);
	weft_park_spin_end_(&spin, s != WEFT_EMPTY);
	while (s == WEFT_EMPTY && in_time) {
		in_time = sleep_until(c, r, deadline);
		s = take(c, r, v);
	}
	return s == WEFT_EMPTY ? WEFT_TIMEOUT : s;
}

/* The public functions. */

static core *
core_of(const weft_broadcast *b, const char *call)
{
	weft_alive_check_(&b->alive_, b, call);
	return b->core_;
}

static core *
core_of_reader(const reader *r, const char *call)
{
	if (WEFT_UNLIKELY_(r == NULL || r->alive_.self != r))
		weft_misuse_(call,
		    "the reader is not subscribed, or is a copy: subscribe it first, "
		    "and use it where it stands");
	return r->core_;
}

/* As an arm of a select. */

static weft_status
arm_try(weft_arm *arm)
{
	return weft_broadcast_try_recv(arm->object_, arm->value_);
}

static bool
arm_has_value(const weft_arm *arm)
{
	const reader *r = arm->object_;

	return is_there(slot_at(r->core_, r->at_), next_of(r));
}

static bool
arm_is_ready(const weft_arm *arm)
{
	return arm_has_value(arm) || is_closed(((const reader *)arm->object_)->core_);
}

static bool
arm_has_ended(const weft_arm *arm)
{
	return is_closed(((const reader *)arm->object_)->core_) && !arm_has_value(arm);
}

static bool
arm_join(weft_arm *arm, weft_waiter_ *w)
{
	const reader *r = arm->object_;
	core *c = r->core_;
	bool waits;

	lock(c);
	waits = sent_of(c) == next_of(r) && !is_closed(c);
	if (waits)
		weft_waiters_append_(&c->selects, w);
	unlock(c);
	return waits;
}

static void
arm_leave(weft_arm *arm, weft_waiter_ *w)
{
	core *c = ((const reader *)arm->object_)->core_;

	lock(c);
	weft_waiters_leave_(&c->selects, w);
	unlock(c);
}

static const weft_arm_kind_ arm_kind = {
	.try_now = arm_try,
	.is_ready = arm_is_ready,
	.has_ended = arm_has_ended,
	.join = arm_join,
	.leave = arm_leave,
};

/* Sizes. */

static bool
add_bytes(size_t *sum, size_t n, size_t each)
{
	return !__builtin_mul_overflow(n, each, &n) && !__builtin_add_overflow(*sum, n, sum);
}

static size_t
up(size_t n, size_t align)
{
	return (n + align - 1) & ~(align - 1);
}

/* Sizes of all that the one block has. False: it cannot be. */
static bool
lay_out(core *c, const weft_type *type, size_t capacity)
{
	size_t align = c->owns ? type->align : alignof(weft_atomic_u64);

	align = align < alignof(struct owned) ? alignof(struct owned) : align;
	c->align = align < alignof(core) ? alignof(core) : align;
	if (capacity == 0 || type->size == 0 || type->size > PTRDIFF_MAX || type->align == 0 ||
	    (type->align & (type->align - 1)) != 0 || type->size % type->align != 0)
		return false;
	c->capacity = capacity;
	c->value_at = c->owns ? up(sizeof(struct owned), align) : sizeof(struct slot);
	c->stride = up(c->value_at + type->size, align);
	c->bytes = up(sizeof(core), c->align);
	return add_bytes(&c->bytes, capacity, c->stride) && c->bytes <= PTRDIFF_MAX;
}

static void
begin(core *c)
{
	for (size_t at = 0; at < c->capacity; at++) {
		/* relaxed: nobody else knows it yet. */
		weft_store_relaxed(&slot_at(c, at)->seq, 0);
		if (c->owns)
			owned_at(c, at)->owed = owned_at(c, at)->pins = 0;
	}
}

weft_status
weft_broadcast_init_with(weft_broadcast *b, const weft_type *type,
    void (*copy)(void *to, const void *from), const weft_broadcast_options *options)
{
	core plan = { .type = type, .copy = copy, .owns = copy != NULL }, *c;

	if (options == NULL || (copy == NULL) != (type->drop == NULL))
		return WEFT_INVALID;
	plan.lossless = options->lossless;
	plan.allocator = options->allocator;
	if (!lay_out(&plan, type, options->capacity))
		return WEFT_INVALID;
	c = weft_memory_alloc_(plan.allocator, plan.bytes, plan.align);
	if (c == NULL)
		return WEFT_NO_MEMORY;
	*c = plan;
	begin(c);
	b->core_ = c;
	b->alive_.self = b;
	return WEFT_OK;
}

weft_status
weft_broadcast_init(weft_broadcast *b, const weft_type *type,
    void (*copy)(void *to, const void *from), size_t capacity)
{
	weft_broadcast_options options = { .capacity = capacity };

	return weft_broadcast_init_with(b, type, copy, &options);
}

/* Without readers no slot has a value that anybody is to get, so none is left to drop. */
void
weft_broadcast_fini(weft_broadcast *b)
{
	core *c = core_of(b, "fini of a broadcast");

	if (c->readers != 0)
		weft_misuse_("fini of a broadcast",
		    "a reader is still subscribed: unsubscribe each one first");
	if (c->selects.first != NULL)
		weft_misuse_("fini of a broadcast",
		    "an arm of a reader is still in a set: remove it before the reader "
		    "unsubscribes");
	b->alive_.self = NULL;
	weft_memory_free_(c->allocator, c, c->bytes, c->align);
}

weft_status
weft_broadcast_send(weft_broadcast *b, void *v)
{
	return send_until(core_of(b, "send to a broadcast"), v, WEFT_FOREVER);
}

weft_status
weft_broadcast_try_send(weft_broadcast *b, void *v)
{
	return send_once(core_of(b, "try_send to a broadcast"), v);
}

weft_status
weft_broadcast_send_until(weft_broadcast *b, void *v, weft_time deadline)
{
	return send_until(core_of(b, "send_until to a broadcast"), v, deadline);
}

void
weft_broadcast_close(weft_broadcast *b)
{
	core *c = core_of(b, "close of a broadcast");
	struct after after = { .drop = false };

	lock(c);
	/* R4: after all that was sent; pairs with A4. */
	weft_store_release(&c->closed, true);
	wake_readers(c, &after);
	finish(c, &after, NULL);
}

/* Is r in the list? Reading r itself tells nothing: it may never have been written. */
static bool
is_subscribed(const core *c, const reader *r)
{
	for (const reader *known = c->first; known != NULL; known = known->after_)
		if (known == r)
			return true;
	return false;
}

void
weft_broadcast_subscribe(weft_broadcast *b, weft_broadcast_reader *r)
{
	core *c = core_of(b, "subscribe to a broadcast");

	lock(c);
	if (is_subscribed(c, r))
		weft_misuse_("subscribe to a broadcast",
		    "this reader is subscribed already: give each its own, or unsubscribe "
		    "it first");
	r->core_ = c;
	r->before_ = NULL;
	r->after_ = c->first;
	if (c->first != NULL)
		c->first->before_ = r;
	c->first = r;
	c->readers++;
	r->missed_ = 0;
	r->at_ = c->at;
	/* relaxed: the lock publishes it to senders. */
	weft_store_relaxed(&r->next_, sent_of(c));
	r->alive_.self = r;
	unlock(c);
}

/* Under the lock, off the list: what it was still to get is owed to one less. */
static void
give_up_rest(core *c, reader *r)
{
	uint64_t end = sent_of(c);

	for (unsigned n = 1; catch_up(c, r), (int64_t)(end - next_of(r)) > 0; n++) {
		pass(c, owned_at(c, r->at_));
		advance(c, r);
		/* A long lag is given up in pieces, between which others have the lock. */
		if (n % 64 == 0) {
			unlock(c);
			lock(c);
		}
	}
}

void
weft_broadcast_unsubscribe(weft_broadcast_reader *r)
{
	core *c = core_of_reader(r, "unsubscribe from a broadcast");
	struct after after = { .drop = false };

	lock(c);
	*(r->before_ == NULL ? &c->first : &r->before_->after_) = r->after_;
	if (r->after_ != NULL)
		r->after_->before_ = r->before_;
	c->readers--;
	if (c->owns)
		give_up_rest(c, r);
	r->alive_.self = NULL;
	finish(c, &after, NULL);
}

weft_status
weft_broadcast_recv(weft_broadcast_reader *r, void *v)
{
	return recv_until(core_of_reader(r, "recv from a broadcast"), r, v, WEFT_FOREVER);
}

weft_status
weft_broadcast_try_recv(weft_broadcast_reader *r, void *v)
{
	return take(core_of_reader(r, "try_recv from a broadcast"), r, v);
}

weft_status
weft_broadcast_recv_until(weft_broadcast_reader *r, void *v, weft_time deadline)
{
	return recv_until(core_of_reader(r, "recv_until from a broadcast"), r, v, deadline);
}

/* How many values were sent, at one moment: that of the look at the first that is not there. */
static uint64_t
sent_now(const core *c, const reader *r)
{
	uint64_t n = sent_of(c), next = next_of(r);

	n = (int64_t)(n - next) < 0 ? next : n;
	while (is_there(slot_at(c, (size_t)(n % c->capacity)), n)) {
		uint64_t sent = sent_of(c);

		n = (int64_t)(sent - n) > 1 ? sent : n + 1;
	}
	return n;
}

uint64_t
weft_broadcast_missed(const weft_broadcast_reader *r)
{
	const core *c = core_of_reader(r, "missed of a reader");
	uint64_t behind = sent_now(c, r) - next_of(r);

	return r->missed_ + (behind > c->capacity ? behind - c->capacity : 0);
}

size_t
weft_broadcast_lag(const weft_broadcast_reader *r)
{
	const core *c = core_of_reader(r, "lag of a reader");
	uint64_t behind = sent_now(c, r) - next_of(r);

	return behind > c->capacity ? c->capacity : (size_t)behind;
}

size_t
weft_broadcast_capacity(const weft_broadcast *b)
{
	return core_of(b, "capacity of a broadcast")->capacity;
}

bool
weft_broadcast_is_closed(const weft_broadcast *b)
{
	return is_closed(core_of(b, "is_closed of a broadcast"));
}

size_t
weft_broadcast_readers(const weft_broadcast *b)
{
	core *c = core_of(b, "readers of a broadcast");
	size_t n;

	lock(c);
	n = c->readers;
	unlock(c);
	return n;
}

weft_arm
weft_broadcast_recv_arm(weft_broadcast_reader *r, void *v)
{
	(void)core_of_reader(r, "recv_arm of a reader");
	return (weft_arm){ .kind_ = &arm_kind, .object_ = r, .value_ = v };
}
