/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_channel.c: channels of every kind, through every execution: nobody waits for ever. */
#include <weft/channel.h>

#include <string.h>

#include "support/script.h"

static void dropped(uint64_t *v);

WEFT_CHANNEL(jobs, uint64_t, dropped);

#define MOST 4

/* Of a script's variant. */
enum {
	SINGLE_SENDER = 1,
	SINGLE_RECEIVER = 2,
	LOCK_FREE = 4,
	LANES = 8,
	UNBOUNDED = 16,
	RENDEZVOUS = 32,
	SINGLES = SINGLE_SENDER | SINGLE_RECEIVER,
	LOCK_FREE_UNBOUNDED = LOCK_FREE | UNBOUNDED
};

static jobs channel;
/* Full is when each place has a value or is in the hands of a call: see model_lf_queue.c. */
static bool has_places;
/* What the channel dropped, for whoever made it drop that; one at a time does. */
static uint64_t drops[ANSWER_ITEMS];
static unsigned n_drops;

/* Plain: what was done before the close, by the one who closes, or by each of those who leave. */
static unsigned before_close[ANSWER_ROWS];
static bool closes[ANSWER_ROWS];

static void
check_closed(void)
{
	for (unsigned row = 0; row < ANSWER_ROWS; row++)
		if (closes[row] && before_close[row] != 1)
			abort();
}

static void
dropped(uint64_t *v)
{
	drops[n_drops++] = *v;
}

/*
 * Where each side has a lock of its own, full and empty have no common order: as in
 * model_spsc_queue.c.
 */
static void
choose_rule(const struct script *s)
{
	if ((s->variant & RENDEZVOUS) != 0)
		script_rule(answer_meeting, false);
	else if (has_places)
		script_rule(answer_places, false);
	else
		script_rule(answer_queue, (s->variant & (LOCK_FREE | LANES)) == 0);
}

static void
init(const struct script *s)
{
	weft_channel_options options = {
		.capacity = s->capacity,
		.single_sender = (s->variant & SINGLE_SENDER) != 0,
		.single_receiver = (s->variant & SINGLE_RECEIVER) != 0,
		.lock_free = (s->variant & LOCK_FREE) != 0,
		.lanes = (s->variant & LANES) != 0 ? 2 : 1,
	};

	has_places = (s->variant & LOCK_FREE) != 0 && (s->variant & UNBOUNDED) == 0;
	choose_rule(s);
	for (unsigned i = 0; i < ANSWER_THREADS && s->threads[i] != NULL; i++)
		closes[i + 1] = strpbrk(s->threads[i], "xlL") != NULL;
	if ((s->variant & UNBOUNDED) != 0)
		options.capacity = WEFT_UNBOUNDED;
	if (jobs_init_with(&channel, &options) != WEFT_OK)
		abort();
}

static void
did_send(unsigned row, uint64_t v, weft_status s)
{
	switch (s) {
	case WEFT_OK:
		if (has_places)
			answer_did(row, ANSWER_TAKE_PLACE, v);
		answer_did(row, ANSWER_PUSH, v);
		break;
	case WEFT_FULL:
		answer_did(row, ANSWER_FULL, v);
		break;
	case WEFT_CLOSED:
		check_closed();
		answer_did(row, ANSWER_CLOSED, v);
		break;
	default:
		abort();
	}
}

static void
did_urgent(unsigned row, uint64_t v, weft_status s)
{
	answer_did(row, s == WEFT_OK ? ANSWER_PUSH_URGENT : s == WEFT_FULL ? ANSWER_FULL_URGENT :
	                                                                     ANSWER_CLOSED, v);
}

/* False: nothing came. */
static bool
did_recv(unsigned row, uint64_t v, weft_status s)
{
	switch (s) {
	case WEFT_OK:
		answer_did(row, ANSWER_POP, v);
		if (has_places)
			answer_did(row, ANSWER_GIVE_PLACE, v);
		return true;
	case WEFT_EMPTY:
		answer_did(row, ANSWER_EMPTY, 0);
		return false;
	case WEFT_CLOSED:
		check_closed();
		answer_did(row, ANSWER_DRAINED, 0);
		return false;
	default:
		abort();
	}
}

static void
send_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done;

	for (size_t i = 0; i < n; i++)
		vs[i] = script_value(row);
	done = jobs_send_n(&channel, vs, n);
	for (size_t i = 0; i < done; i++)
		did_send(row, vs[i], WEFT_OK);
	if (done < n)
		did_send(row, vs[done], WEFT_CLOSED);
}

static void
recv_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done = jobs_recv_n(&channel, vs, n);

	for (size_t i = 0; i < done; i++)
		(void)did_recv(row, vs[i], WEFT_OK);
	if (done == 0)
		(void)did_recv(row, 0, WEFT_CLOSED);
}

static void
force_send(unsigned row)
{
	uint64_t v = script_value(row), old;
	bool had = false;
	weft_status s = jobs_force_send(&channel, v, &old, &had);

	if (had && has_places)
		answer_did(row, ANSWER_FULL, v);
	if (had)
		answer_did(row, has_places ? ANSWER_POP : ANSWER_POP_FULL, old);
	if (had && has_places)
		answer_did(row, ANSWER_PUSH, v);
	else
		did_send(row, v, s);
}

/* The last receiver to leave drops what is there. */
static void
leave(unsigned row, weft_role role)
{
	before_close[row] = 1;
	jobs_leave(&channel, role);
	answer_did(row, ANSWER_LEAVE, role);
	for (unsigned i = 0; i < n_drops && role == WEFT_RECEIVER; i++)
		(void)did_recv(row, drops[i], WEFT_OK);
	if (role == WEFT_RECEIVER)
		n_drops = 0;
}

static void
in_place(unsigned row, char letter)
{
	size_t n = 1;
	uint64_t *at = letter == 'g' ? jobs_reserve(&channel, &n) : jobs_claim(&channel, &n), v;

	if (letter == 'g') {
		v = script_value(row);
		if (at != NULL)
			*at = v;
		did_send(row, v, at == NULL ? WEFT_CLOSED : jobs_commit(&channel, 1));
		return;
	}
	v = at == NULL ? 0 : *at;
	if (at != NULL)
		jobs_release(&channel, 1);
	(void)did_recv(row, v, at == NULL ? WEFT_CLOSED : WEFT_OK);
}

static void
send(unsigned row, char letter)
{
	uint64_t v = script_value(row);

	switch (letter) {
	case 's':
		did_send(row, v, jobs_send(&channel, v));
		break;
	case 't':
		did_send(row, v, jobs_try_send(&channel, v));
		break;
	case 'u':
		did_urgent(row, v, jobs_send_lane(&channel, 0, v));
		break;
	}
}

static void
act(unsigned row, char letter)
{
	uint64_t v = 0;
	weft_status s;

	switch (letter) {
	case 's':
	case 't':
	case 'u':
		send(row, letter);
		break;
	case 'S':
		send_n(row, 2);
		break;
	case 'f':
		force_send(row);
		break;
	case 'r':
		s = jobs_recv(&channel, &v);
		(void)did_recv(row, v, s);
		break;
	case 'R':
		recv_n(row, 2);
		break;
	case 'y':
		s = jobs_try_recv(&channel, &v);
		(void)did_recv(row, v, s);
		break;
	case 'A':
		do
			s = jobs_recv(&channel, &v);
		while (did_recv(row, v, s));
		break;
	case 'D':
		do
			s = jobs_try_recv(&channel, &v);
		while (did_recv(row, v, s));
		break;
	case 'n':
		answer_did(row, ANSWER_LENGTH, jobs_len(&channel));
		break;
	case 'q':
		if (jobs_is_closed(&channel))
			check_closed();
		break;
	case 'x':
		before_close[row] = 1;
		jobs_close(&channel);
		answer_did(row, ANSWER_CLOSE, 0);
		break;
	case 'j':
	case 'J':
		jobs_join(&channel, letter == 'j' ? WEFT_SENDER : WEFT_RECEIVER);
		answer_did(row, ANSWER_JOIN, letter == 'j' ? WEFT_SENDER : WEFT_RECEIVER);
		break;
	case 'l':
	case 'L':
		leave(row, letter == 'l' ? WEFT_SENDER : WEFT_RECEIVER);
		break;
	case 'g':
	case 'h':
		in_place(row, letter);
		break;
	}
}

static void
fini(void)
{
	jobs_fini(&channel);
}

static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini
};

/*
 * s send, t try_send, u send to the urgent lane, S send_n of 2, f force_send, g reserve and
 * commit; r recv, y try_recv, R recv_n of 2, A recv until closed, h claim and release; n len; x
 * close, q is_closed; j and l a sender joins and leaves, J and L a receiver; D drains.
 */
static const struct script scripts[] = {
	{ "1s1r", 1, .threads = { "s", "r" }, .after = "D" },
	{ "wait-send", 1, .threads = { "ss", "rr" }, .after = "D" },
	{ "try", 1, .threads = { "tt", "yy" }, .after = "D" },
	{ "try-wide", 2, .threads = { "tt", "yy" }, .before = "t", .after = "D" },
	{ "close", 1, .threads = { "sx", "A" } },
	{ "close-other", 1, .threads = { "s", "A", "x" } },
	{ "is-closed", 1, .threads = { "x", "q" } },
	{ "lanes-is-closed", 1, .threads = { "x", "q" }, .variant = LANES },
	{ "lock-free-is-closed", 1, .threads = { "x", "q", "t" }, .variant = LOCK_FREE },
	{ "close-full", 1, .threads = { "s", "x" }, .before = "s", .after = "D" },
	{ "leave", 2, .threads = { "sl", "sl", "A" }, .before = "jj" },
	{ "leave-last", 1, .threads = { "sl", "l", "A" }, .before = "jj" },
	{ "leave-recv", 1, .threads = { "ss", "rL" }, .before = "J", .after = "D" },
	{ "leave-is-closed", 1, .threads = { "l", "l", "q" }, .before = "jj" },
	{ "len", 2, .threads = { "sr", "n" } },
	{ "len-leave", 2, .threads = { "sL", "n" }, .before = "J" },
	{ "2s1r", 1, .threads = { "s", "s", "rr" }, .after = "D" },
	{ "1s2r", 1, .threads = { "ss", "r", "r" }, .after = "D" },
	{ "2r", 2, .threads = { "s", "r", "r" }, .before = "s" },
	{ "close-3", 1, .threads = { "s", "r", "x" }, .after = "D" },
	{ "leave-3", 1, .threads = { "tl", "tl", "y" }, .before = "jj", .after = "D" },
	{ "2s", 1, .threads = { "s", "s", "r" }, .after = "D" },
	{ "batch", 2, .threads = { "S", "R" }, .after = "D" },
	{ "batch-wrap", 1, .threads = { "S", "R" }, .after = "D" },
	{ "batch-room", 1, .threads = { "R", "t" }, .before = "s", .after = "D" },
	{ "batch-narrow", 1, .threads = { "Sx", "A" } },
	{ "force", 1, .threads = { "f", "r" }, .before = "s", .after = "D" },
	{ "force-2", 1, .threads = { "f", "y", "f" }, .before = "s", .after = "D" },
	{ "single", 1, .threads = { "s", "r" }, .after = "D", .variant = SINGLES },
	{ "single-wait", 1, .threads = { "ss", "rr" }, .variant = SINGLES },
	{ "single-room", 1, .threads = { "s", "r" }, .before = "s", .after = "D",
	    .variant = SINGLES },
	{ "single-close", 1, .threads = { "sx", "A" }, .variant = SINGLES },
	{ "single-close-other", 1, .threads = { "s", "A", "x" }, .variant = SINGLES },
	{ "single-3", 1, .threads = { "s", "y", "x" }, .after = "D", .variant = SINGLES },
	{ "single-sender", 1, .threads = { "ss", "rr" }, .variant = SINGLE_SENDER },
	{ "single-receiver", 1, .threads = { "ss", "rr" }, .variant = SINGLE_RECEIVER },
	{ "single-2r", 1, .threads = { "ss", "r", "r" }, .variant = SINGLE_SENDER },
	{ "single-2r-last", 2, .threads = { "s", "r", "r" }, .before = "s",
	    .variant = SINGLE_SENDER },
	{ "in-place-room", 1, .threads = { "g", "h" }, .before = "g", .after = "h",
	    .variant = SINGLES },
	{ "in-place", 1, .threads = { "gg", "hh" }, .variant = SINGLES },
	{ "in-place-one", 1, .threads = { "g", "h" }, .variant = SINGLES },
	{ "unbounded", 0, .threads = { "ss", "rr" }, .after = "D", .variant = UNBOUNDED },
	{ "unbounded-edge", 0, .threads = { "sss", "rrr" }, .after = "D", .variant = UNBOUNDED },
	{ "unbounded-reuse", 0, .threads = { "s", "y" }, .before = "ssssrr", .after = "D",
	    .variant = UNBOUNDED },
	{ "unbounded-reuse-2", 0, .threads = { "sss", "y" }, .before = "ssssssrrrr", .after = "D",
	    .variant = UNBOUNDED },
	{ "unbounded-2s1r", 0, .threads = { "s", "s", "rr" }, .before = "s", .after = "D",
	    .variant = UNBOUNDED },
	{ "unbounded-close", 0, .threads = { "sx", "A" }, .variant = UNBOUNDED },
	{ "unbounded-leave", 0, .threads = { "sl", "sl", "A" }, .before = "jj",
	    .variant = UNBOUNDED },
	{ "unbounded-leave-last", 0, .threads = { "sl", "l", "A" }, .before = "jj",
	    .variant = UNBOUNDED },
	{ "unbounded-2r", 0, .threads = { "s", "r", "r" }, .before = "s", .variant = UNBOUNDED },
	{ "meet", 0, .threads = { "s", "r" }, .variant = RENDEZVOUS },
	{ "meet-x2", 0, .threads = { "ss", "rr" }, .variant = RENDEZVOUS },
	{ "meet-2s1r", 0, .threads = { "s", "s", "rr" }, .variant = RENDEZVOUS },
	{ "meet-1s2r", 0, .threads = { "ss", "r", "r" }, .variant = RENDEZVOUS },
	{ "meet-2s2r", 0, .threads = { "s", "s", "r", "r" }, .variant = RENDEZVOUS },
	{ "meet-3", 0, .threads = { "s", "r", "x" }, .variant = RENDEZVOUS },
	{ "meet-3-try", 0, .threads = { "t", "r", "x" }, .variant = RENDEZVOUS },
	{ "meet-2s-try", 0, .threads = { "t", "tx", "r" }, .variant = RENDEZVOUS },
	{ "meet-2r-try", 0, .threads = { "sx", "y", "r" }, .variant = RENDEZVOUS },
	{ "meet-try", 0, .threads = { "tx", "r" }, .variant = RENDEZVOUS },
	{ "meet-close", 0, .threads = { "s", "A", "x" }, .variant = RENDEZVOUS },
	{ "lanes", 1, .threads = { "us", "rr" }, .after = "D", .variant = LANES },
	{ "lanes-3", 1, .threads = { "u", "s", "r" }, .after = "D", .variant = LANES },
	{ "lanes-3-full", 1, .threads = { "s", "u", "rr" }, .before = "s", .after = "D",
	    .variant = LANES },
	{ "lanes-wait", 1, .threads = { "uu", "s", "rrr" }, .variant = LANES },
	{ "lanes-2r", 1, .threads = { "us", "r", "r" }, .variant = LANES },
	{ "lanes-close", 1, .threads = { "usx", "A" }, .variant = LANES },
	{ "lock-free", 1, .threads = { "s", "r" }, .after = "D", .variant = LOCK_FREE },
	{ "lock-free-3", 2, .threads = { "t", "t", "y" }, .after = "D", .variant = LOCK_FREE },
	{ "lock-free-3-close", 1, .threads = { "t", "r", "x" }, .after = "D",
	    .variant = LOCK_FREE },
	{ "lock-free-wait", 1, .threads = { "ss", "r" }, .after = "D", .variant = LOCK_FREE },
	{ "lock-free-close", 1, .threads = { "sx", "A" }, .variant = LOCK_FREE },
	{ "lock-free-closed", 1, .threads = { "s", "r", "x" }, .after = "D", .variant = LOCK_FREE },
	{ "lock-free-2r", 1, .threads = { "s", "r", "r" }, .before = "s", .variant = LOCK_FREE },
	{ "lock-free-unbounded", 0, .threads = { "s", "r" }, .variant = LOCK_FREE_UNBOUNDED },
	{ "lock-free-unbounded-3", 0, .threads = { "t", "t", "y" }, .after = "D",
	    .variant = LOCK_FREE_UNBOUNDED },
	{ "lock-free-unbounded-3-close", 0, .threads = { "t", "r", "x" }, .after = "D",
	    .variant = LOCK_FREE_UNBOUNDED },
	{ "lock-free-unbounded-2r-last", 0, .threads = { "s", "r", "r" }, .before = "s",
	    .variant = LOCK_FREE_UNBOUNDED },
	{ "lock-free-unbounded-2r", 0, .threads = { "ss", "r", "r" },
	    .variant = LOCK_FREE_UNBOUNDED },
	{ "lock-free-unbounded-close", 0, .threads = { "sx", "A" },
	    .variant = LOCK_FREE_UNBOUNDED },
	{ "lock-free-unbounded-over", 0, .threads = { "ttx", "y", "y" }, .after = "D",
	    .variant = LOCK_FREE_UNBOUNDED },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
