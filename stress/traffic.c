/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * traffic.c: every call of a channel, drawn at random, and its answer noted.
 *
 * A number that was tried is spent: where the send failed, its value may never be seen.
 */
#include "chaos.h"

#include "traffic.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#define NOW ((weft_time){ INT64_MIN })

static unsigned
lanes_of(const struct traffic *t)
{
	return t->options.lanes > 1 ? t->options.lanes : 1;
}

static bool
is_bounded(const struct traffic *t)
{
	return t->options.capacity != WEFT_UNBOUNDED;
}

static bool
has_places(const struct traffic *t)
{
	return t->options.capacity != 0 && lanes_of(t) == 1;
}

static struct stress *
stress_of(const struct hand *h)
{
	return h->thread->stress;
}

/* Of a call. */

static void
begin(struct hand *h, const char *doing)
{
	h->doing = doing;
	if (h->log != NULL)
		h->call = history_call();
}

static void
end(struct hand *h)
{
	if (h->log != NULL)
		h->ret = history_return();
}

static void
note(struct hand *h, enum history_kind kind, uint64_t value)
{
	if (h->log != NULL)
		history_add(h->log,
		    (struct history_op){ h->call, h->ret, value, h->thread->index, kind });
}

static uint64_t
value_of(const struct hand *h, unsigned lane, uint64_t number)
{
	return ledger_value(h->producer * lanes_of(h->traffic) + lane, number);
}

static unsigned char *
element_of(struct hand *h, size_t i)
{
	return h->elements + i * h->traffic->ledger.size;
}

static weft_time
soon(struct hand *h)
{
	uint32_t us = dice_below(&h->thread->dice, 200);

	return us < 20 ? NOW : weft_after_us(us);
}

/* Sending. */

static void
note_full(struct hand *h)
{
	const struct traffic *t = h->traffic;

	if (t->is_fifo && !t->discards && is_bounded(t) && t->options.capacity != 0)
		note(h, HISTORY_FULL, 0);
}

static void
met_closed(struct hand *h)
{
	h->ended = true;
	if (!weft_channel_is_closed(&h->traffic->channel))
		stress_fail(stress_of(h), "%s: CLOSED of a channel that is open", h->doing);
}

static void
note_sent(struct hand *h, uint64_t value, weft_status s)
{
	ledger_sent(&h->traffic->ledger, value, s == WEFT_OK);
	switch (s) {
	case WEFT_OK:
		note(h, HISTORY_PUSH, value);
		return;
	case WEFT_FULL:
	case WEFT_TIMEOUT:
		if (!is_bounded(h->traffic))
			break;
		note_full(h);
		return;
	case WEFT_CLOSED:
		met_closed(h);
		return;
	case WEFT_NO_MEMORY:
		if (!h->traffic->is_poor)
			break;
		return;
	default:
		break;
	}
	stress_fail(stress_of(h), "%s says %d", h->doing, (int)s);
}

/* The next value, in the first element. */
static uint64_t
next_value(struct hand *h, unsigned lane)
{
	uint64_t value = value_of(h, lane, h->next++);

	ledger_write(&h->traffic->ledger, h->elements, value);
	return value;
}

enum how { WAITS, TRIES, UNTIL };

static void
send_one(struct hand *h, enum how how)
{
	static const char *const names[] = { "send", "try_send", "send_until" };
	weft_channel *c = &h->traffic->channel;
	unsigned lane = lanes_of(h->traffic) - 1;
	uint64_t value = next_value(h, lane);
	weft_time deadline = soon(h);
	weft_status s;

	begin(h, names[how]);
	if (how == WAITS)
		s = weft_channel_send(c, h->elements);
	else if (how == TRIES)
		s = weft_channel_try_send(c, h->elements);
	else
		s = weft_channel_send_until(c, h->elements, deadline);
	end(h);
	if (s == WEFT_TIMEOUT && how != UNTIL)
		stress_fail(stress_of(h), "%s says TIMEOUT", h->doing);
	note_sent(h, value, s);
}

static void
send_waits(struct hand *h)
{
	send_one(h, WAITS);
}

static void
send_tries(struct hand *h)
{
	send_one(h, TRIES);
}

static void
send_until(struct hand *h)
{
	send_one(h, UNTIL);
}

static void
send_lane(struct hand *h)
{
	weft_channel *c = &h->traffic->channel;
	unsigned lane = dice_below(&h->thread->dice, lanes_of(h->traffic));
	enum how how = (enum how)dice_below(&h->thread->dice, 3);
	uint64_t value = next_value(h, lane);
	weft_time deadline = soon(h);
	weft_status s;

	begin(h, "send_lane");
	if (how == WAITS)
		s = weft_channel_send_lane(c, lane, h->elements);
	else if (how == TRIES)
		s = weft_channel_try_send_lane(c, lane, h->elements);
	else
		s = weft_channel_send_lane_until(c, lane, h->elements, deadline);
	end(h);
	note_sent(h, value, s);
}

static void
send_batch(struct hand *h)
{
	struct traffic *t = h->traffic;
	weft_channel *c = &t->channel;
	unsigned lane = lanes_of(t) - 1;
	size_t n = 1 + dice_below(&h->thread->dice, TRAFFIC_BATCH), done;
	enum how how = (enum how)dice_below(&h->thread->dice, 3);
	weft_time deadline = soon(h);

	for (size_t i = 0; i < n; i++)
		ledger_write(&t->ledger, element_of(h, i), value_of(h, lane, h->next + i));
	begin(h, "send_n");
	if (how == WAITS)
		done = weft_channel_send_n(c, h->elements, n);
	else if (how == TRIES)
		done = weft_channel_try_send_n(c, h->elements, n);
	else
		done = weft_channel_send_n_until(c, h->elements, n, deadline);
	end(h);
	for (size_t i = 0; i < n; i++) {
		ledger_sent(&t->ledger, value_of(h, lane, h->next + i), i < done);
		if (i < done)
			note(h, HISTORY_PUSH, value_of(h, lane, h->next + i));
	}
	h->next += n;
	if (weft_channel_is_closed(c))
		h->ended = done < n;
	else if (how == WAITS && done < n && !t->is_poor)
		stress_fail(stress_of(h), "send_n of an open channel: %zu of %zu", done, n);
	else if (how != WAITS && done == 0)
		note_full(h);
}

static void take(struct hand *h, const void *element);

static void
send_by_force(struct hand *h)
{
	struct traffic *t = h->traffic;
	uint64_t value = next_value(h, lanes_of(t) - 1);
	alignas(16) unsigned char old[LEDGER_SIZE];
	bool keep = h->log != NULL || dice_once_in(&h->thread->dice, 2), had = false;
	weft_status s;

	begin(h, "force_send");
	s = weft_channel_force_send(&t->channel, h->elements, keep ? old : NULL, &had);
	end(h);
	if (s == WEFT_INVALID && t->options.single_receiver) {
		ledger_sent(&t->ledger, value, false);
		return;
	}
	/* Who evicts meets full only where all places are in other hands: no promise of full. */
	if (s == WEFT_FULL && (t->options.capacity == 0 || t->options.lock_free)) {
		ledger_sent(&t->ledger, value, false);
		return;
	}
	if (had) {
		/* relaxed: a count, read when all threads are gone. */
		weft_fetch_add_relaxed(&t->evicted, 1);
		note_full(h);
		if (keep)
			take(h, old);
	}
	note_sent(h, value, s);
}

/* Reserves some places, fills them, sends the first of them, or none. */
static void
send_in_place(struct hand *h)
{
	struct traffic *t = h->traffic;
	weft_channel *c = &t->channel;
	size_t n = 1 + dice_below(&h->thread->dice, TRAFFIC_BATCH), commits;
	bool waits = dice_once_in(&h->thread->dice, 2);
	weft_status s;
	unsigned char *at;

	begin(h, "reserve");
	at = waits ? weft_channel_reserve(c, &n) : weft_channel_try_reserve(c, &n);
	end(h);
	if (at == NULL) {
		if (weft_channel_is_closed(c))
			h->ended = true;
		else if (!waits && is_bounded(t))
			note_full(h);
		else if (!t->is_poor)
			stress_fail(stress_of(h), "reserve gives nothing of an open channel");
		return;
	}
	commits = dice_below(&h->thread->dice, (uint32_t)n + 1);
	for (size_t i = 0; i < n; i++)
		ledger_write(&t->ledger, at + i * t->ledger.size, value_of(h, 0, h->next + i));
	/* Time for a close. */
	if (dice_once_in(&h->thread->dice, 8))
		usleep(dice_below(&h->thread->dice, 200));
	begin(h, "commit");
	s = weft_channel_commit(c, commits);
	end(h);
	for (size_t i = 0; i < n; i++) {
		bool sent = s == WEFT_OK && i < commits;

		ledger_sent(&t->ledger, value_of(h, 0, h->next + i), sent);
		if (sent)
			note(h, HISTORY_PUSH, value_of(h, 0, h->next + i));
	}
	h->next += n;
	if (s == WEFT_CLOSED)
		met_closed(h);
}

static void
send_selected(struct hand *h)
{
	weft_channel *c = &h->traffic->channel;
	unsigned lane = dice_below(&h->thread->dice, lanes_of(h->traffic));
	bool waits = dice_once_in(&h->thread->dice, 2);
	uint64_t value = next_value(h, lane);
	weft_arm arm = weft_channel_send_lane_arm(c, lane, h->elements);
	weft_time deadline = soon(h);
	int won;

	begin(h, "select of a send");
	won = waits ? weft_select(&arm, 1) : weft_select_until(&arm, 1, deadline);
	end(h);
	if (won < 0 && waits)
		stress_fail(stress_of(h), "select ends without an arm");
	note_sent(h, value, won < 0 ? WEFT_TIMEOUT : arm.status);
}

static void
come_and_go(struct hand *h)
{
	weft_channel *c = &h->traffic->channel;

	if (h->traffic->options.senders == 0)
		return;
	h->doing = "join and leave";
	weft_channel_join(c, WEFT_SENDER);
	weft_channel_leave(c, WEFT_SENDER);
}

/* Receiving. */

static void
note_empty(struct hand *h)
{
	if (h->traffic->is_fifo && !h->traffic->discards && h->traffic->options.capacity != 0)
		note(h, HISTORY_EMPTY, 0);
}

static void
take(struct hand *h, const void *element)
{
	struct ledger *l = &h->traffic->ledger;
	uint64_t value = ledger_read(l, element), number = ledger_number(value);
	unsigned stream = ledger_stream(value);

	ledger_got(l, value);
	if (number < h->last[stream])
		stress_fail(l->stress,
		    "order inverted: thread %u got value %llu of stream %u after "
		    "value %llu",
		    h->thread->index, (unsigned long long)number, stream,
		    (unsigned long long)(h->last[stream] - 1));
	h->last[stream] = number + 1;
	note(h, HISTORY_POP, value);
}

static void
note_received(struct hand *h, weft_status s)
{
	switch (s) {
	case WEFT_OK:
		take(h, h->elements);
		return;
	case WEFT_CLOSED:
		met_closed(h);
		note_empty(h);
		return;
	case WEFT_EMPTY:
	case WEFT_TIMEOUT:
		note_empty(h);
		return;
	default:
		stress_fail(stress_of(h), "%s says %d", h->doing, (int)s);
	}
}

static void
recv_one(struct hand *h, enum how how)
{
	static const char *const names[] = { "recv", "try_recv", "recv_until" };
	weft_channel *c = &h->traffic->channel;
	weft_time deadline = soon(h);
	weft_status s;

	begin(h, names[how]);
	if (how == WAITS)
		s = weft_channel_recv(c, h->elements);
	else if (how == TRIES)
		s = weft_channel_try_recv(c, h->elements);
	else
		s = weft_channel_recv_until(c, h->elements, deadline);
	end(h);
	if ((s == WEFT_TIMEOUT && how != UNTIL) || (s == WEFT_EMPTY && how != TRIES))
		stress_fail(stress_of(h), "%s says %d", h->doing, (int)s);
	note_received(h, s);
	if (s == WEFT_EMPTY)
		sched_yield();
}

static void
recv_waits(struct hand *h)
{
	recv_one(h, WAITS);
}

static void
recv_tries(struct hand *h)
{
	recv_one(h, TRIES);
}

static void
recv_until(struct hand *h)
{
	recv_one(h, UNTIL);
}

static size_t
recv_some(struct hand *h, size_t n, enum how how)
{
	weft_channel *c = &h->traffic->channel;
	struct dice *d = &h->thread->dice;
	weft_time deadline = soon(h);

	if (how == TRIES)
		return weft_channel_try_recv_n(c, h->elements, n);
	if (dice_once_in(d, 2))
		return weft_channel_recv_n_linger(c, h->elements, n, (int64_t)dice_below(d, 50000),
		    how == WAITS ? WEFT_FOREVER : deadline);
	return how == WAITS ? weft_channel_recv_n(c, h->elements, n)
			    : weft_channel_recv_n_until(c, h->elements, n, deadline);
}

static void
recv_batch(struct hand *h)
{
	size_t n = 1 + dice_below(&h->thread->dice, TRAFFIC_BATCH), done;
	enum how how = (enum how)dice_below(&h->thread->dice, 3);

	begin(h, "recv_n");
	done = recv_some(h, n, how);
	end(h);
	if (done > n)
		stress_fail(stress_of(h), "recv_n of %zu gives %zu", n, done);
	for (size_t i = 0; i < done; i++)
		take(h, element_of(h, i));
	if (done != 0)
		return;
	note_empty(h);
	if (how == WAITS)
		met_closed(h);
}

static void
recv_in_place(struct hand *h)
{
	struct traffic *t = h->traffic;
	weft_channel *c = &t->channel;
	size_t n = 1 + dice_below(&h->thread->dice, TRAFFIC_BATCH), takes;
	bool waits = dice_once_in(&h->thread->dice, 2);
	unsigned char *at;

	begin(h, "claim");
	at = waits ? weft_channel_claim(c, &n) : weft_channel_try_claim(c, &n);
	end(h);
	if (at == NULL) {
		note_empty(h);
		if (waits)
			met_closed(h);
		return;
	}
	takes = dice_below(&h->thread->dice, (uint32_t)n + 1);
	memcpy(h->elements, at, takes * t->ledger.size);
	begin(h, "release");
	weft_channel_release(c, takes);
	end(h);
	for (size_t i = 0; i < takes; i++)
		take(h, element_of(h, i));
}

static void
recv_selected(struct hand *h)
{
	weft_arm arm = weft_channel_recv_arm(&h->traffic->channel, h->elements);
	bool waits = dice_once_in(&h->thread->dice, 2);
	weft_time deadline = soon(h);
	int won;

	begin(h, "select of a receive");
	won = waits ? weft_select(&arm, 1) : weft_select_until(&arm, 1, deadline);
	end(h);
	if (won < 0 && waits)
		stress_fail(stress_of(h), "select ends without an arm");
	note_received(h, won < 0 ? WEFT_TIMEOUT : arm.status);
}

static void
take_drained(void *v, void *ctx)
{
	take(ctx, v);
}

/* Monitored: one by one, as drain does, so that each is received within its own interval. */
static void
recv_drain(struct hand *h)
{
	weft_channel *c = &h->traffic->channel;

	begin(h, "drain");
	if (h->log == NULL) {
		weft_channel_drain(c, h->elements, take_drained, h);
		return;
	}
	for (unsigned i = 0; i < TRAFFIC_BATCH; i++) {
		if (weft_channel_try_recv(c, h->elements) != WEFT_OK)
			return;
		end(h);
		take(h, h->elements);
		begin(h, "drain");
	}
}

static void
glance(struct hand *h)
{
	struct traffic *t = h->traffic;
	weft_status s;
	uint64_t value;

	begin(h, "peek");
	s = weft_channel_peek(&t->channel, h->elements);
	end(h);
	if (t->options.lock_free ? s != WEFT_INVALID
				 : s != WEFT_OK && s != WEFT_EMPTY && s != WEFT_CLOSED)
		stress_fail(stress_of(h), "peek says %d", (int)s);
	if (s == WEFT_EMPTY || s == WEFT_CLOSED)
		note_empty(h);
	if (s != WEFT_OK)
		return;
	value = ledger_read(&t->ledger, h->elements);
	if (h->glances != NULL && h->glanced < TRAFFIC_GLANCES)
		h->glances[h->glanced++] = (struct glance){ value, h->call, h->ret };
}

/* What the others do meanwhile, len may say; but never more than there is room for. */
static void
look(struct hand *h)
{
	struct traffic *t = h->traffic;
	size_t len, most = is_bounded(t) ? t->options.capacity * lanes_of(t) : SIZE_MAX / 2;

	begin(h, "len");
	len = weft_channel_len(&t->channel);
	end(h);
	if (len > most)
		stress_fail(stress_of(h), "len says %zu of a capacity of %zu", len, most);
	if (len == 0 && !t->options.lock_free)
		note_empty(h);
	if (weft_channel_capacity(&t->channel) != t->options.capacity)
		stress_fail(stress_of(h), "capacity says %zu", weft_channel_capacity(&t->channel));
}

/* Drawing. The first of each is the plain call: always made. */

static void (*const sends[])(struct hand *h) = { send_waits, send_tries, send_until, send_batch,
	send_by_force, send_in_place, send_selected, send_lane, come_and_go, look };
static void (*const recvs[])(struct hand *h) = { recv_waits, recv_tries, recv_until, recv_batch,
	recv_in_place, recv_selected, recv_drain, glance, look };

static unsigned
draw_mask(struct dice *d, size_t n)
{
	unsigned all = (1u << n) - 1, some = (unsigned)dice_u64(d) & (unsigned)dice_u64(d) & all;

	switch (dice_below(d, 4)) {
	case 0:
		return 1; /* only the plain call */
	case 1:
		return all;
	default:
		return some | 1;
	}
}

static unsigned
bit_of(void (*const calls[])(struct hand *h), size_t n, void (*call)(struct hand *h))
{
	for (size_t i = 0; i < n; i++)
		if (calls[i] == call)
			return 1u << i;
	return 0;
}

void
traffic_draw(struct traffic *t, struct dice *d)
{
	t->sends = draw_mask(d, WEFT_COUNT(sends));
	t->recvs = draw_mask(d, WEFT_COUNT(recvs));
	if (!t->options.single_sender || !has_places(t))
		t->sends &= ~bit_of(sends, WEFT_COUNT(sends), send_in_place);
	if (!t->options.single_receiver || !has_places(t))
		t->recvs &= ~bit_of(recvs, WEFT_COUNT(recvs), recv_in_place);
}

void
traffic_draw_patience(weft_channel *c, struct dice *d)
{
	for (int role = 0; role < 2 && c->indexed_; role++)
		if (c->sides_[role].lock_.patience_ != WEFT_INDEX_LOCK_NEVER_ &&
		    !c->single_[role] && !dice_once_in(d, 3))
			c->sides_[role].lock_.patience_ = 1 + dice_below(d, 12);
}

static unsigned
draw_call(struct dice *d, unsigned mask, size_t n)
{
	unsigned i;

	do
		i = dice_below(d, (uint32_t)n);
	while ((mask >> i & 1) == 0);
	return i;
}

void
traffic_send(struct hand *h)
{
	sends[draw_call(&h->thread->dice, h->traffic->sends, WEFT_COUNT(sends))](h);
	stress_tick(h->thread);
}

void
traffic_recv(struct hand *h)
{
	recvs[draw_call(&h->thread->dice, h->traffic->recvs, WEFT_COUNT(recvs))](h);
	stress_tick(h->thread);
}

void
traffic_after_end(struct hand *h)
{
	weft_channel *c = &h->traffic->channel;
	weft_status s = weft_channel_try_recv(c, h->elements);

	if (s != WEFT_CLOSED)
		stress_fail(stress_of(h), "try_recv says %d after CLOSED", (int)s);
	s = weft_channel_recv(c, h->elements);
	if (s != WEFT_CLOSED)
		stress_fail(stress_of(h), "recv says %d after CLOSED", (int)s);
}
