/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* oracle_channels.c: the same operations on channels of every kind and on a plain model of one. */
#include "channel_model.h"

/*
 * A sequence is drawn from its seed alone: the kind of channel, the size of its values, and
 * some dozens of operations. One thread does them all, so a call that waits is made only where
 * it need not wait.
 *
 *	oracle_channels [sequences [first seed]]
 */

/* Operations. */

static weft_status
sends(unsigned lane)
{
	return m.closed ? WEFT_CLOSED : has_room(lane) ? WEFT_OK : WEFT_FULL;
}

static weft_status
recvs(void)
{
	return model_len() != 0 ? WEFT_OK : m.closed ? WEFT_CLOSED : WEFT_EMPTY;
}

static weft_time
past(void)
{
	return (weft_time){ below(2) == 0 ? INT64_MIN : 1 };
}

static weft_time
any_time(weft_status s)
{
	return s == WEFT_OK || s == WEFT_CLOSED ? WEFT_FOREVER : past();
}

static void
send_one(void)
{
	unsigned last = m.lanes - 1, lane = below(2) == 0 ? last : (unsigned)below(m.lanes + 1);
	weft_status s = lane < m.lanes ? sends(lane) : WEFT_INVALID, got;
	enum { TRIES, WAITS, UNTIL } how = below(3);
	unsigned char v[BYTES];

	doing = "send";
	put_value(v, m.next);
	reached_full += s == WEFT_FULL;
	if (how == WAITS && s == WEFT_FULL)
		how = UNTIL;
	if (lane == last && below(2) == 0)
		got = how == TRIES ? weft_channel_try_send(&c, v)
		    : how == WAITS ? weft_channel_send(&c, v)
				   : weft_channel_send_until(&c, v, any_time(s));
	else
		got = how == TRIES ? weft_channel_try_send_lane(&c, lane, v)
		    : how == WAITS ? weft_channel_send_lane(&c, lane, v)
				   : weft_channel_send_lane_until(&c, lane, v, any_time(s));
	same("status", got, how == UNTIL && s == WEFT_FULL ? WEFT_TIMEOUT : s);
	if (s == WEFT_OK)
		model_send(lane, m.next++);
}

static void
send_many(void)
{
	unsigned char vs[BATCH * BYTES];
	size_t n = (size_t)below(BATCH + 1), fit = 0, got;
	unsigned last = m.lanes - 1;

	doing = "send_n";
	for (size_t i = 0; i < n; i++)
		put_value(vs + i * m.size, m.next + i);
	if (!m.closed)
		fit = n < m.o.capacity - m.len[last] ? n : m.o.capacity - m.len[last];
	got = below(2) == 0 ? weft_channel_try_send_n(&c, vs, n)
	    : fit == n || m.closed ? weft_channel_send_n(&c, vs, n)
				   : weft_channel_send_n_until(&c, vs, n, past());
	same("how many", got, fit);
	for (size_t i = 0; i < fit; i++)
		model_send(last, m.next++);
}

static void
force(void)
{
	unsigned char v[BYTES], old[BYTES];
	unsigned last = m.lanes - 1;
	bool had = false, wants = below(3) != 0, evicts = !m.closed && !has_room(last);
	weft_status s = m.o.single_receiver ? WEFT_INVALID : m.closed ? WEFT_CLOSED
	    : m.o.capacity == 0 ? WEFT_FULL : WEFT_OK;

	doing = "force_send";
	put_value(v, m.next);
	same("status", weft_channel_force_send(&c, v, wants ? old : NULL, wants ? &had : NULL), s);
	if (s != WEFT_OK)
		return;
	if (wants)
		same("had", had, evicts);
	if (evicts) {
		uint64_t oldest = model_take(last);

		m.forced++;
		if (wants)
			same("old", get_value(old), oldest);
		else
			must_drop[oldest]++;
	}
	model_send(last, m.next++);
}

static void
recv_one(void)
{
	unsigned char v[BYTES];
	weft_status s = recvs(), got;

	doing = "recv";
	switch (below(3)) {
	case 0:
		got = weft_channel_try_recv(&c, v);
		break;
	case 1:
		if (s != WEFT_EMPTY) {
			got = weft_channel_recv(&c, v);
			break;
		}
		/* fall through */
	default:
		got = weft_channel_recv_until(&c, v, any_time(s));
		s = s == WEFT_EMPTY ? WEFT_TIMEOUT : s;
	}
	same("status", got, s);
	if (s == WEFT_OK)
		same("value", get_value(v), model_recv());
}

static void
recv_many(void)
{
	unsigned char vs[BATCH * BYTES];
	size_t n = (size_t)below(BATCH + 1), there = n < model_len() ? n : model_len(), got;

	doing = "recv_n";
	switch (below(4)) {
	case 0:
		got = weft_channel_try_recv_n(&c, vs, n);
		break;
	case 1:
		got = weft_channel_recv_n_until(&c, vs, n, any_time(recvs()));
		break;
	case 2:
		got = weft_channel_recv_n_linger(&c, vs, n, 0, any_time(recvs()));
		break;
	default:
		got = n != 0 && recvs() == WEFT_EMPTY ? 0 : weft_channel_recv_n(&c, vs, n);
	}
	same("how many", got, there);
	for (size_t i = 0; i < there; i++)
		same("value", get_value(vs + i * m.size), model_recv());
}

static void
look(void)
{
	unsigned char v[BYTES];

	doing = "peek";
	if (m.o.lock_free) {
		same("status", weft_channel_peek(&c, v), WEFT_INVALID);
	} else {
		same("status", weft_channel_peek(&c, v), recvs());
		if (model_len() != 0)
			same("value", get_value(v), model_oldest());
	}
	doing = "len, capacity, is_";
	same("len", weft_channel_len(&c), model_len());
	same("capacity", weft_channel_capacity(&c), m.o.capacity);
	same("is_empty", weft_channel_is_empty(&c), model_len() == 0);
	same("is_full", weft_channel_is_full(&c), m.o.capacity != WEFT_UNBOUNDED &&
	    model_len() == m.o.capacity * m.lanes);
	same("is_closed", weft_channel_is_closed(&c), m.closed);
}

static void
take_drained(void *v, void *ctx)
{
	(void)ctx;
	if (model_len() == 0)
		differs("a value more", get_value(v), 0);
	same("value", get_value(v), model_recv());
}

static void
drain(void)
{
	unsigned char spare[BYTES];
	size_t n = model_len();

	doing = "drain";
	same("how many", weft_channel_drain(&c, spare, take_drained, NULL), n);
	same("left", model_len(), 0);
}

/* Loans. */

static bool
lends(weft_role role)
{
	return (role == WEFT_SENDER ? m.o.single_sender : m.o.single_receiver) &&
	    m.o.capacity != 0 && m.lanes == 1;
}

static void
reserve(void)
{
	size_t n = 1 + (size_t)below(BATCH), want = n;
	size_t room = m.o.capacity - m.len[0];
	bool some = !m.closed && room != 0;

	doing = "reserve";
	m.reserved_at = some || m.closed ? weft_channel_reserve(&c, &n)
					 : weft_channel_try_reserve(&c, &n);
	same("given", m.reserved_at != NULL, some);
	if (!some)
		return;
	same("too many", n == 0 || n > want || n > room, 0);
	for (size_t i = 0; i < n; i++)
		put_value(m.reserved_at + i * m.size, m.next + i);
	m.reserved = n;
}

static void
commit(void)
{
	size_t n = (size_t)below(m.reserved + 1);

	doing = "commit";
	same("status", weft_channel_commit(&c, n), m.closed ? WEFT_CLOSED : WEFT_OK);
	m.reserved = 0;
	for (size_t i = 0; i < n && !m.closed; i++)
		model_send(0, m.next++);
}

static void
claim(void)
{
	size_t n = 1 + (size_t)below(BATCH), want = n;
	const unsigned char *at = recvs() != WEFT_EMPTY && below(2) == 0
	    ? weft_channel_claim(&c, &n) : weft_channel_try_claim(&c, &n);

	doing = "claim";
	same("given", at != NULL, m.len[0] != 0);
	if (at == NULL)
		return;
	same("too many", n == 0 || n > want || n > m.len[0], 0);
	for (size_t i = 0; i < n; i++)
		same("value", get_value(at + i * m.size), m.values[0][i]);
	m.claimed = n;
}

static void
release(void)
{
	size_t n = (size_t)below(m.claimed + 1);

	doing = "release";
	weft_channel_release(&c, n);
	for (size_t i = 0; i < n; i++)
		model_recv();
	m.claimed = 0;
}

/* Closing. */

static void
close_it(void)
{
	doing = "close";
	weft_channel_close(&c);
	m.closed = true;
	reached_closed++;
}

static void
leave(weft_role role)
{
	doing = "leave";
	if (m.joined[role] == 0 || (role == WEFT_RECEIVER && m.claimed != 0)) {
		weft_channel_join(&c, role);
		m.joined[role]++;
		return;
	}
	weft_channel_leave(&c, role);
	if (--m.joined[role] != 0)
		return;
	m.closed = true;
	for (unsigned i = 0; i < m.lanes && role == WEFT_RECEIVER; i++)
		while (m.len[i] != 0)
			must_drop[model_take(i)]++;
}

static void
usage(void)
{
	weft_channel_stats s = weft_channel_usage(&c);

	doing = "usage";
	same("sent", s.sent, m.o.stats ? m.sent : 0);
	same("received", s.received, m.o.stats ? m.received : 0);
	same("forced_out", s.forced_out, m.o.stats ? m.forced : 0);
	same("high_water", s.high_water, m.o.stats ? m.high_water : 0);
}

/* Select: arms of this channel, perhaps twice, and one that is off. */
static void
choose(bool may_send, bool may_recv)
{
	unsigned char in[BYTES], out[2][BYTES];
	weft_arm arms[4];
	unsigned lane = (unsigned)below(m.lanes), first = 4;
	weft_status s[4] = { WEFT_FULL, WEFT_FULL, WEFT_EMPTY, WEFT_EMPTY };
	weft_select_options how = { .biased = below(2) == 0, .ready_only = below(4) == 0 };
	int won;

	doing = "select";
	put_value(in, m.next);
	arms[0] = weft_channel_send_lane_arm(&c, lane, in);
	arms[1] = weft_channel_send_arm(&c, in);
	arms[2] = weft_channel_recv_arm(&c, out[0]);
	arms[3] = weft_channel_recv_arm(&c, out[1]);
	s[0] = sends(lane);
	s[1] = sends(m.lanes - 1);
	s[2] = s[3] = recvs();
	for (unsigned i = 0; i < 4; i++) {
		if (below(3) == 0 || (i < 2 ? !may_send : !may_recv)) {
			weft_arm_off(&arms[i]);
			s[i] = WEFT_EMPTY;
		}
		if (first == 4 && (s[i] == WEFT_OK || s[i] == WEFT_CLOSED))
			first = i;
	}
	if (first == 4)
		how.deadline = past();
	won = weft_select_with(arms, 4, &how);
	if (first == 4 || how.biased) {
		same("the arm", (uint64_t)won, first == 4 ? (uint64_t)-1 : first);
	} else {
		same("the arm was ready", won >= 0 && won < 4 && (s[won] == WEFT_OK ||
		    s[won] == WEFT_CLOSED), 1);
	}
	if (won < 0)
		return;
	same("status", arms[won].status, s[won]);
	same("off", !weft_arm_is_on(&arms[won]), s[won] == WEFT_CLOSED);
	if (how.ready_only || s[won] != WEFT_OK)
		return;
	if (won < 2)
		model_send(won == 0 ? lane : m.lanes - 1, m.next++);
	else
		same("value", get_value(out[won - 2]), model_recv());
}

static void
step(void)
{
	bool may_send = m.reserved == 0, may_recv = m.claimed == 0, up = below(2) == 0;
	uint64_t kind = below(32);

	if (kind < 8 && may_send && up)
		send_one();
	else if (kind < 8 && may_recv && !up)
		recv_one();
	else if (kind < 12 && may_send && up)
		send_many();
	else if (kind < 12 && may_recv && !up)
		recv_many();
	else if (kind < 15 && may_send)
		force();
	else if (kind < 18)
		look();
	else if (kind == 18 && may_recv)
		drain();
	else if (kind < 22 && up && lends(WEFT_SENDER))
		may_send ? reserve() : commit();
	else if (kind < 22 && !up && lends(WEFT_RECEIVER))
		may_recv ? claim() : release();
	else if (kind < 25)
		choose(may_send, may_recv);
	else if (kind < 27)
		usage();
	else if (kind == 27)
		leave(up ? WEFT_SENDER : WEFT_RECEIVER);
	else if (kind == 28 && below(4) == 0)
		close_it();
}

static void
draw_kind(void)
{
	static const size_t capacities[] = { 0, 1, 2, 3, 4, 5, 7, 8, 16, 64, WEFT_UNBOUNDED };
	static const size_t sizes[] = { 3, 8, BYTES };

	m.o.capacity = capacities[below(WEFT_COUNT(capacities))];
	m.size = sizes[below(WEFT_COUNT(sizes))];
	switch (below(4)) {
	case 0:
		m.o.lock_free = m.o.capacity != 0;
		break;
	case 1:
		m.o.lanes = (unsigned)below(LANES + 1);
		m.o.lane_patience = (unsigned)below(4);
		/* fall through */
	case 2:
		m.o.single_sender = below(2) == 0;
		m.o.single_receiver = below(2) == 0;
		break;
	default:
		break;
	}
	m.o.stats = below(3) == 0;
	m.o.senders = m.joined[WEFT_SENDER] = (uint32_t)below(3);
	m.o.receivers = m.joined[WEFT_RECEIVER] = (uint32_t)below(3);
	m.lanes = m.o.lanes == 0 ? 1 : m.o.lanes;
}

static void
sequence(void)
{
	unsigned char spare[BYTES];
	static weft_type type = { "bytes", 0, 1, drop };
	size_t steps;

	dice = weft_random_stream(seed, 7);
	memset(&m.o, 0, sizeof m.o);
	memset(m.len, 0, sizeof m.len);
	m.streak = 0;
	m.closed = false;
	m.reserved = m.claimed = 0;
	m.sent = m.received = m.forced = m.high_water = 0;
	m.next = 1;
	draw_kind();
	type.size = m.size;
	weft_must(weft_channel_init_with(&c, &type, &m.o));
	steps = 10 + (size_t)below(80);
	/* A lock that this thread has had for long is its own (src/channel/index_lock.c). */
	for (unsigned i = 0; i < 4200 && seed % 300 == 0; i++) {
		weft_ignore(weft_channel_try_recv(&c, spare));
		same("none", weft_channel_try_send_n(&c, spare, 0), 0);
	}
	for (size_t i = 0; i < steps; i++)
		step();
	doing = "fini";
	for (unsigned i = 0; i < m.lanes; i++)
		for (size_t k = 0; k < m.len[i]; k++)
			must_drop[m.values[i][k]]++;
	weft_channel_fini(&c);
	for (uint32_t v = 0; v < m.next; v++)
		same("drops of a value", dropped[v], must_drop[v]);
	memset(dropped, 0, m.next);
	memset(must_drop, 0, m.next);
}

int
main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;

	for (seed = first; seed < first + n; seed++)
		sequence();
	if (n >= 1000 && (reached_full < n / 3 || reached_closed < n / 5)) {
		fprintf(stderr, "full %" PRIu64 " times, closed %" PRIu64 " times: too few\n",
		    reached_full, reached_closed);
		return 1;
	}
	printf("oracle: %" PRIu64 " sequences on channels of every kind: %" PRIu64 " answers, "
	    "all the model's (seeds from %" PRIu64 ")\n", n, answers, first);
	return 0;
}
