/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_select.c: selects that meet each other, and those that compete, in every execution. */
#include <weft/channel.h>
#include <weft/select.h>

#include <assert.h>

#include "support/script.h"

WEFT_CHANNEL(jobs, uint64_t);

/* Of a script's variant: what both or all three channels are; capacity 0: a rendezvous. */
enum { LOCK_FREE = 1, UNBOUNDED = 2 };

#define CHANNELS 3u
#define MOST 8u

static jobs channels[CHANNELS];
static weft_cancel token, other_token;
/* Plain: what was done before the token was set. */
static unsigned before_token;

/* What each row did, by channel. */
struct side {
	uint64_t values[MOST];
	unsigned n;
};
static struct side sent[ANSWER_ROWS][CHANNELS], got[ANSWER_ROWS][CHANNELS];
static unsigned won[ANSWER_ROWS], ended[ANSWER_ROWS];

static void
init(const struct script *s)
{
	weft_channel_options options = {
		.capacity = (s->variant & UNBOUNDED) != 0 ? WEFT_UNBOUNDED : s->capacity,
		.lock_free = (s->variant & LOCK_FREE) != 0,
	};

	for (unsigned i = 0; i < CHANNELS; i++)
		if (jobs_init_with(&channels[i], &options) != WEFT_OK)
			abort();
}

static void
note(struct side *at, uint64_t v)
{
	at->values[at->n++] = v;
}

/* One that sends on channel `to`, one that receives from `from`. True: it sent. */
static bool
select_both(unsigned row, unsigned to, unsigned from, bool send_first, bool biased)
{
	uint64_t out = script_value(row), in = 0;
	unsigned s = send_first ? 0 : 1, r = 1 - s;
	weft_arm arms[2];
	int i;

	arms[s] = jobs_send_arm(&channels[to], &out);
	arms[r] = jobs_recv_arm(&channels[from], &in);
	i = weft_select_with(arms, 2, &(weft_select_options){ .biased = biased });
	assert(i >= 0);
	if (arms[i].status == WEFT_CLOSED) {
		ended[row]++;
		return false;
	}
	assert(arms[i].status == WEFT_OK);
	won[row]++;
	if ((unsigned)i == s)
		note(&sent[row][to], out);
	else
		note(&got[row][from], in);
	return (unsigned)i == s;
}

static void
select_recv(unsigned row, unsigned a, unsigned b)
{
	uint64_t in[2] = { 0, 0 };
	weft_arm arms[] = { jobs_recv_arm(&channels[a], &in[0]), jobs_recv_arm(&channels[b],
	    &in[1]) };
	int i = weft_select(arms, 2);

	assert(i >= 0 && arms[i].status == WEFT_OK);
	note(&got[row][i == 0 ? a : b], in[i]);
}

static void
select_send(unsigned row, unsigned a, unsigned b)
{
	uint64_t out = script_value(row);
	weft_arm arms[] = { jobs_send_arm(&channels[a], &out), jobs_send_arm(&channels[b], &out) };
	int i = weft_select(arms, 2);

	assert(i >= 0 && arms[i].status == WEFT_OK);
	note(&sent[row][i == 0 ? a : b], out);
}

/* Or a token that is set. */
static void
select_token(unsigned row)
{
	uint64_t in = 0;
	weft_arm arms[] = { jobs_recv_arm(&channels[0], &in), weft_cancel_arm(&token) };
	int i = weft_select(arms, 2);

	assert(i >= 0 && arms[i].status == WEFT_OK);
	if (i == 0)
		note(&got[row][0], in);
	else
		assert(before_token == 1);
}

/* Until it is closed. */
static void
select_to_end(unsigned row, unsigned from)
{
	for (;;) {
		uint64_t in = 0;
		weft_arm arm = jobs_recv_arm(&channels[from], &in);
		int i = weft_select(&arm, 1);

		assert(i == 0);
		if (arm.status == WEFT_CLOSED)
			return;
		note(&got[row][from], in);
	}
}

/* Nobody sets it yet; from now on its setter looks for those who wait for tokens. */
static void
wait_in_vain(weft_cancel *c)
{
	weft_arm arm = weft_cancel_arm(c);

	assert(weft_select_until(&arm, 1, weft_after_ns(1000000000)) < 0);
}

static void
send(unsigned row, unsigned to)
{
	uint64_t v = script_value(row);

	if (jobs_send(&channels[to], v) == WEFT_OK)
		note(&sent[row][to], v);
}

static void
try_send(unsigned row, unsigned to)
{
	uint64_t v = script_value(row);

	if (jobs_try_send(&channels[to], v) == WEFT_OK)
		note(&sent[row][to], v);
}

static void
recv(unsigned row, unsigned from)
{
	uint64_t v;

	if (jobs_recv(&channels[from], &v) == WEFT_OK)
		note(&got[row][from], v);
}

/*
 * In the circle each sends to the next. Of the two that meet, the one that sent closes the
 * channel that it would have received from: there the third stands, and sends. So few operations
 * let all three go home: what is explored is how they meet.
 */
static void
meet_in_circle(unsigned row)
{
	if (select_both(row, row - 1, row % CHANNELS, row % 2 == 1, true))
		jobs_close(&channels[row % CHANNELS]);
}

static void
drain(unsigned row)
{
	uint64_t v;

	for (unsigned i = 0; i < CHANNELS; i++)
		while (jobs_try_recv(&channels[i], &v) == WEFT_OK)
			note(&got[row][i], v);
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 'a':
		(void)select_both(row, 0, 1, true, false);
		break;
	case 'b':
		(void)select_both(row, 1, 0, true, false);
		break;
	case 'B':
		(void)select_both(row, 1, 0, false, false);
		break;
	case 'o':
		meet_in_circle(row);
		break;
	case 'r':
		select_recv(row, 0, 1);
		break;
	case 'R':
		select_recv(row, 1, 0);
		break;
	case 's':
		select_send(row, 0, 1);
		break;
	case 't':
		select_token(row);
		break;
	case 'w':
		wait_in_vain(&other_token);
		break;
	case 'W':
		wait_in_vain(&token);
		break;
	case 'O':
		weft_cancel_set(&other_token);
		break;
	case 'T':
		before_token = 1;
		weft_cancel_set(&token);
		break;
	case 'x':
	case 'y':
		send(row, letter == 'x' ? 0 : 1);
		break;
	case 'u':
	case 'v':
		recv(row, letter == 'u' ? 0 : 1);
		break;
	case 'm':
		try_send(row, 0);
		break;
	case 'X':
		jobs_close(&channels[0]);
		break;
	case 'e':
		select_to_end(row, 0);
		break;
	case 'D':
		drain(row);
		break;
	}
}

static bool
has(struct side *of, uint64_t v)
{
	for (unsigned i = 0; i < of->n; i++)
		if (of->values[i] == v) {
			of->values[i] = 0;
			return true;
		}
	return false;
}

/* What was received is what was sent, each once. */
static void
check_channel(unsigned channel)
{
	unsigned n_sent = 0, n_got = 0;

	for (unsigned row = 0; row < ANSWER_ROWS; row++) {
		struct side *of = &got[row][channel];

		n_sent += sent[row][channel].n;
		n_got += of->n;
		for (unsigned i = 0; i < of->n; i++) {
			bool found = false;

			for (unsigned from = 0; from < ANSWER_ROWS && !found; from++)
				found = has(&sent[from][channel], of->values[i]);
			assert(found);
		}
	}
	assert(n_sent == n_got);
}

static void
fini(void)
{
	for (unsigned i = 0; i < CHANNELS; i++) {
		check_channel(i);
		jobs_fini(&channels[i]);
	}
	/* Of three in a circle two meet. */
	if (ended[1] + ended[2] + ended[3] != 0)
		assert(won[1] + won[2] + won[3] == 2);
}

static const struct script_subject subject = { .init = init, .act = act, .fini = fini };

/*
 * Of channels X and Y, and Z: a selects of sending to X and receiving from Y, b of the other way
 * round, B the same with its arms the other way round; o is one of a circle; r, R receives from X
 * or Y, s sends to X or Y; e receives from X until it is closed, by X; t receives from X, or a
 * token is set, by T; W waits in vain for it, w for another token, which O sets. x, y send, m tries
 * to send to X, u, v receive.
 */
static const struct script scripts[] = {
	{ "meet", 0, .threads = { "a", "b" } },
	{ "meet-turned", 0, .threads = { "a", "B" } },
	{ "circle", 0, .threads = { "o", "o", "o" } },
	{ "recv", 0, .threads = { "r", "x" } },
	{ "recv-second", 0, .threads = { "r", "y" } },
	{ "recv-2", 0, .threads = { "rr", "x", "y" } },
	{ "send", 0, .threads = { "s", "u" } },
	{ "two-recv", 0, .threads = { "r", "R", "xy" } },
	{ "token", 0, .threads = { "t", "T" } },
	{ "token-other", 0, .threads = { "t", "OT" }, .before = "w" },
	{ "token-list", 0, .threads = { "W", "O" }, .before = "w" },
	{ "token-or-value", 1, .threads = { "t", "T", "x" }, .after = "D" },
	{ "bounded", 1, .threads = { "r", "x" }, .after = "D" },
	{ "bounded-2", 1, .threads = { "rr", "x", "y" } },
	{ "bounded-send", 1, .threads = { "s", "u" }, .before = "xy", .after = "D" },
	{ "bounded-compete", 1, .threads = { "r", "u", "xx" } },
	{ "bounded-compete-last", 2, .threads = { "r", "u", "x" }, .before = "x" },
	{ "bounded-two-recv", 1, .threads = { "r", "R", "x" }, .before = "y" },
	{ "bounded-pass-on", 1, .threads = { "r", "u", "xyx" }, .after = "D" },
	{ "lock-free", 1, .threads = { "r", "x" }, .variant = LOCK_FREE },
	{ "lock-free-end", 1, .threads = { "Xe", "m" }, .variant = LOCK_FREE },
	{ "lock-free-unbounded-end", 1, .threads = { "Xe", "m" },
	    .variant = LOCK_FREE | UNBOUNDED },
	{ "lock-free-compete-last", 1, .threads = { "r", "u", "x" }, .before = "x",
	    .variant = LOCK_FREE | UNBOUNDED },
	{ "lock-free-compete", 1, .threads = { "r", "u", "xx" }, .variant = LOCK_FREE },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
