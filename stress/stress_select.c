/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * stress_select.c: selects that meet, in pairs, in circles and in crowds, and lose nothing.
 *
 *	meeting   half of the threads send where the others receive, and the other way round
 *	cycle     each of three sends to the next and receives from the one before
 *	self      all threads send and receive on one channel: none may meet itself
 *	mixed     the same, with arms of all sorts of channels beside
 *	pipes     some only send, the others receive until all is closed
 *
 * The first four are rings: as long as nothing is closed, any two that wait with all arms of
 * their part can meet, so nobody may sleep for long: the watchdog tells. A thread that has
 * done its share closes everything, in the middle of what the others do. Then the ledger is
 * settled: a send arm has won exactly when its value came out, once. An arm that has not won
 * has not been touched.
 */
#include "chaos.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weft/channel.h>

#include "traffic.h"

#define CHANNELS 8
#define ARMS 12
#define THREADS 32
#define NOW ((weft_time){ INT64_MIN })

enum scene { MEETING, CYCLE, SELF, MIXED, PIPES };

static const char *const scenes[] = { "meeting", "cycle", "self", "mixed", "pipes" };

struct plan {
	enum scene scene;
	unsigned threads, senders; /* senders: of pipes */
};

/* The channels that all share. */
struct net {
	struct ledger ledger;
	weft_type type;
	weft_channel channels[CHANNELS];
	weft_channel_options options[CHANNELS];
	unsigned n; /* channels                                             */
	unsigned ring; /* the first of them, where threads must meet           */
	const struct plan *plan;
	unsigned ops; /* of a thread                                          */
	bool plainly; /* only selects of one's own arms, that wait            */
	bool closes; /* single channels are closed in the middle             */
	weft_atomic_u32 over; /* somebody has done its share                          */
	weft_atomic_u32 sending; /* of pipes: senders that are not through               */
	struct actor *actors[THREADS];
};

/* One thread's. */
struct actor {
	struct stress_thread *thread;
	struct net *net;
	uint64_t next; /* number of its next value                             */
	uint64_t last[CHANNELS][THREADS];
	unsigned ended; /* mask of channels that said CLOSED                    */
	const char *doing;
	size_t n;
	weft_arm arms[ARMS];
	unsigned channel[ARMS];
	uint64_t values[ARMS]; /* 0: it receives                                       */
	alignas(16) unsigned char elements[ARMS][LEDGER_SIZE];
};

static struct net *now;

static void
drop(void *element)
{
	ledger_dropped(&now->ledger, ledger_read(&now->ledger, element));
}

static struct dice *
dice_of(struct actor *a)
{
	return &a->thread->dice;
}

static struct stress *
stress_of(const struct actor *a)
{
	return a->thread->stress;
}

static bool
is_over(struct net *net)
{
	/* relaxed: a hint to end; the closes order the rest. */
	return weft_load_relaxed(&net->over) != 0;
}

/* Values. */

static uint64_t
next_value(struct actor *a, void *element)
{
	uint64_t value = ledger_value(a->thread->index, a->next++);

	ledger_write(&a->net->ledger, element, value);
	return value;
}

static void
take(struct actor *a, unsigned channel, const void *element)
{
	struct net *net = a->net;
	uint64_t value = ledger_read(&net->ledger, element), number = ledger_number(value);
	unsigned stream = ledger_stream(value);

	ledger_got(&net->ledger, value);
	if (net->options[channel].capacity == 0 && stream == a->thread->index)
		stress_fail(stress_of(a), "thread %u met itself: value %llu", stream,
		    (unsigned long long)number);
	if (net->options[channel].lanes <= 1 && number < a->last[channel][stream])
		stress_fail(stress_of(a),
		    "order inverted: thread %u got value %llu of thread %u after "
		    "value %llu",
		    a->thread->index, (unsigned long long)number, stream,
		    (unsigned long long)(a->last[channel][stream] - 1));
	a->last[channel][stream] = number + 1;
}

static void
met_closed(struct actor *a, unsigned channel)
{
	if (!weft_channel_is_closed(&a->net->channels[channel]))
		stress_fail(stress_of(a), "%s: CLOSED of channel %u, which is open", a->doing,
		    channel);
	a->ended |= 1u << channel;
}

static void
note_sent(struct actor *a, unsigned channel, uint64_t value, weft_status s)
{
	ledger_sent(&a->net->ledger, value, s == WEFT_OK);
	if (s == WEFT_CLOSED)
		met_closed(a, channel);
	else if (s != WEFT_OK && s != WEFT_FULL && s != WEFT_TIMEOUT)
		stress_fail(stress_of(a), "%s says %d", a->doing, (int)s);
}

static void
note_received(struct actor *a, unsigned channel, weft_status s, const void *element)
{
	if (s == WEFT_OK)
		take(a, channel, element);
	else if (s == WEFT_CLOSED)
		met_closed(a, channel);
	else if (s != WEFT_EMPTY && s != WEFT_TIMEOUT)
		stress_fail(stress_of(a), "%s says %d", a->doing, (int)s);
}

/* Arms. */

static void
add_arm(struct actor *a, unsigned channel, weft_role role)
{
	weft_channel *c = &a->net->channels[channel];
	size_t i = a->n;
	unsigned lanes = a->net->options[channel].lanes > 1 ? a->net->options[channel].lanes : 1;

	if (i == ARMS)
		return;
	a->n++;
	a->channel[i] = channel;
	if (role == WEFT_SENDER) {
		a->values[i] = next_value(a, a->elements[i]);
		a->arms[i] = weft_channel_send_lane_arm(c, dice_below(dice_of(a), lanes),
		    a->elements[i]);
	} else {
		a->values[i] = 0;
		memset(a->elements[i], 0xee, a->net->ledger.size);
		a->arms[i] = weft_channel_recv_arm(c, a->elements[i]);
	}
}

/* What has not won is as it was. */
static void
check_untouched(struct actor *a, size_t i)
{
	size_t size = a->net->ledger.size;

	if (a->values[i] != 0) {
		if (ledger_read(&a->net->ledger, a->elements[i]) != a->values[i])
			stress_fail(stress_of(a), "a send arm that has not won has another value");
		return;
	}
	for (size_t j = 0; j < size; j++)
		if (a->elements[i][j] != 0xee)
			stress_fail(stress_of(a), "a receive arm that has not won was written to");
}

/* The arm that is ready, if nobody was faster, by a try. */
static weft_status
try_arm(struct actor *a, size_t i)
{
	weft_channel *c = &a->net->channels[a->channel[i]];

	return a->values[i] != 0
	    ? weft_channel_try_send_lane(c,
		  a->net->options[a->channel[i]].lanes > 1
		      ? dice_below(dice_of(a), a->net->options[a->channel[i]].lanes)
		      : 0,
		  a->elements[i])
	    : weft_channel_try_recv(c, a->elements[i]);
}

/* Notes what the select did: won is its answer. */
static void
note_select(struct actor *a, int won, const weft_select_options *how)
{
	if (won >= (int)a->n)
		stress_fail(stress_of(a), "select says %d of %zu arms", won, a->n);
	for (size_t i = 0; i < a->n; i++) {
		weft_status s = won == (int)i ? a->arms[i].status : WEFT_TIMEOUT;

		if (won == (int)i && s == WEFT_CLOSED && weft_arm_is_on(&a->arms[i]))
			stress_fail(stress_of(a), "an arm that is CLOSED stays on");
		if (how->ready_only || s != WEFT_OK)
			check_untouched(a, i);
		if (how->ready_only && s == WEFT_OK)
			s = try_arm(a, i);
		if (a->values[i] != 0)
			note_sent(a, a->channel[i], a->values[i], s);
		else
			note_received(a, a->channel[i], s, a->elements[i]);
	}
}

static weft_time
soon(struct actor *a)
{
	uint32_t us = dice_below(dice_of(a), 150);

	return us < 20 ? NOW : weft_after_us(us);
}

/* The arms that were added, once; false: no arm has won. */
static bool
select_once(struct actor *a, bool waits)
{
	/* Two that only look do not see each other: on a pipe, the receivers may. */
	bool looks = !waits || (a->net->plan->scene == PIPES && a->values[0] == 0);
	weft_select_options how = { .biased = dice_once_in(dice_of(a), 4),
		.ready_only = looks && dice_once_in(dice_of(a), 3) };
	int won;

	if (!waits)
		how.deadline = soon(a);
	a->doing = waits ? "select" : how.ready_only ? "select of what is ready" : "select until";
	won = weft_select_with(a->arms, a->n, &how);
	if (won < 0 && waits)
		stress_fail(stress_of(a), "select ends without an arm");
	note_select(a, won, &how);
	a->n = 0;
	return won >= 0;
}

static void
add_others(struct actor *a)
{
	struct net *net = a->net;

	for (unsigned n = dice_below(dice_of(a), 5); n > 0 && net->n > net->ring; n--)
		add_arm(a, net->ring + dice_below(dice_of(a), net->n - net->ring),
		    (weft_role)dice_below(dice_of(a), 2));
}

/* A call without select, on any channel; it waits for a moment at most. */
static void
call_plainly(struct actor *a)
{
	unsigned channel = dice_below(dice_of(a), a->net->n);
	weft_channel *c = &a->net->channels[channel];
	weft_time deadline = soon(a);

	if (dice_once_in(dice_of(a), 2)) {
		uint64_t value = next_value(a, a->elements[0]);

		a->doing = "send_until";
		note_sent(a, channel, value, weft_channel_send_until(c, a->elements[0], deadline));
	} else {
		a->doing = "recv_until";
		note_received(a, channel, weft_channel_recv_until(c, a->elements[0], deadline),
		    a->elements[0]);
	}
}

/* Rings. */

static void
add_own(struct actor *a)
{
	unsigned me = a->thread->index, to = 0, from = 0;
	bool turned = dice_once_in(dice_of(a), 2);

	if (a->net->plan->scene == MEETING)
		to = me % 2, from = (me + 1) % 2;
	else if (a->net->plan->scene == CYCLE)
		to = me % 3, from = (me + 2) % 3;
	add_arm(a, turned ? from : to, turned ? WEFT_RECEIVER : WEFT_SENDER);
	add_arm(a, turned ? to : from, turned ? WEFT_SENDER : WEFT_RECEIVER);
}

static void
close_all(struct actor *a)
{
	unsigned first = dice_below(dice_of(a), a->net->n);

	a->doing = "close";
	/* relaxed: as in is_over. */
	weft_store_relaxed(&a->net->over, 1);
	for (unsigned i = 0; i < a->net->n; i++)
		weft_channel_close(&a->net->channels[(first + i) % a->net->n]);
}

static void
ring_body(struct actor *a)
{
	struct net *net = a->net;
	struct dice *d = dice_of(a);

	for (unsigned i = 0; i < net->ops && !is_over(net); i++) {
		if (net->plainly || dice_below(d, 4) != 0) {
			bool waits = net->plainly || dice_below(d, 3) != 0;

			if (waits || dice_once_in(d, 2))
				add_own(a);
			if (!net->plainly)
				add_others(a);
			if (a->n != 0)
				select_once(a, waits);
		} else {
			call_plainly(a);
		}
		if (net->closes && net->n > net->ring && dice_once_in(d, 2 * net->ops))
			weft_channel_close(&net->channels[net->ring +
			    dice_below(d, net->n - net->ring)]);
		stress_tick(a->thread);
	}
	close_all(a);
}

/* Pipes. */

static void
pipe_sender(struct actor *a)
{
	struct net *net = a->net;
	struct dice *d = dice_of(a);

	for (unsigned i = 0; i < net->ops; i++) {
		for (unsigned n = 1 + dice_below(d, 4); n > 0; n--)
			add_arm(a, dice_below(d, net->n), WEFT_SENDER);
		select_once(a, net->plainly || dice_below(d, 3) != 0);
		stress_tick(a->thread);
	}
	/* relaxed: whoever is the last; the close orders the rest. */
	if (weft_fetch_sub_relaxed(&net->sending, 1) != 1)
		return;
	/* No more sends come that might make up for a wake that was lost. */
	a->doing = "waiting for all to be received";
	while (net->closes && !ledger_is_even(&net->ledger))
		usleep(100);
	close_all(a);
}

/* The same arms again and again: one that ended is off, and stays so. */
static void
pipe_loop(struct actor *a)
{
	weft_select_options how = { .biased = dice_once_in(dice_of(a), 4) };
	int won;

	for (unsigned i = 0; i < a->net->n; i++)
		add_arm(a, i, WEFT_RECEIVER);
	a->doing = "select in a loop";
	while ((won = weft_select_with(a->arms, a->n, &how)) >= 0) {
		note_received(a, a->channel[won], a->arms[won].status, a->elements[won]);
		memset(a->elements[won], 0xee, a->net->ledger.size);
		for (size_t i = 0; i < a->n; i++)
			check_untouched(a, i);
		stress_tick(a->thread);
	}
	if (a->ended != (1u << a->net->n) - 1)
		stress_fail(stress_of(a), "select ends, and not all arms have ended");
}

/* All but one of the receivers may: what is there, another of them must be woken for. */
static void
rest(struct actor *a)
{
	a->doing = "resting until all is received";
	while (!is_over(a->net) && !ledger_is_even(&a->net->ledger))
		usleep(50);
}

static void
pipe_receiver(struct actor *a)
{
	struct net *net = a->net;
	struct dice *d = dice_of(a);
	bool loops = dice_once_in(d, 2);

	/* Others than the first may look at one channel only. */
	if (a->thread->index > net->plan->senders && dice_once_in(d, 3)) {
		unsigned channel = dice_below(d, net->n);

		while (!(a->ended >> channel & 1)) {
			a->doing = "recv";
			note_received(a, channel,
			    weft_channel_recv(&net->channels[channel], a->elements[0]),
			    a->elements[0]);
			stress_tick(a->thread);
		}
		return;
	}
	while (!loops && a->ended != (1u << net->n) - 1) {
		for (unsigned i = 0; i < net->n; i++)
			if (!(a->ended >> i & 1))
				add_arm(a, i, WEFT_RECEIVER);
		select_once(a, net->plainly || dice_below(d, 3) != 0);
		stress_tick(a->thread);
		if (net->closes && a->thread->index > net->plan->senders && dice_once_in(d, 8))
			rest(a);
	}
	if (loops)
		pipe_loop(a);
}

static void
body(struct stress_thread *t)
{
	struct net *net = t->ctx;
	struct actor *a = net->actors[t->index];

	a->thread = t;
	if (net->plan->scene != PIPES)
		ring_body(a);
	else if (t->index < net->plan->senders)
		pipe_sender(a);
	else
		pipe_receiver(a);
	a->doing = "nothing more";
}

static void
dump(FILE *out, void *ctx)
{
	struct net *net = ctx;

	for (unsigned i = 0; i < net->plan->threads; i++) {
		const struct actor *a = net->actors[i];

		fprintf(out, "  thread %u: %s:", i, a->doing);
		for (size_t j = 0; j < a->n; j++)
			fprintf(out, " %s%u%s", a->values[j] ? "send " : "recv ", a->channel[j],
			    weft_arm_is_on(&a->arms[j]) ? "" : " (off)");
		fputc('\n', out);
	}
	for (unsigned i = 0; i < net->n; i++)
		/* relaxed: all stand still. */
		fprintf(out, "  channel %u: capacity %zu, lanes %u%s%s, len %zu\n", i,
		    net->options[i].capacity, net->options[i].lanes,
		    net->options[i].lock_free ? ", lock-free" : "",
		    weft_load_relaxed(&net->channels[i].closed_) ? ", closed" : "",
		    weft_channel_len(&net->channels[i]));
}

/* Rounds. */

static void
draw_options(struct stress *s, const struct plan *p, weft_channel_options *o)
{
	static const size_t capacities[] = { 0, 0, 1, 2, 3, 4, 5, 7, 64, WEFT_UNBOUNDED };

	*o = (weft_channel_options){
		.capacity = capacities[dice_below(&s->dice, WEFT_COUNT(capacities))]
	};
	o->stats = dice_once_in(&s->dice, 4);
	switch (dice_below(&s->dice, 4)) {
	case 0:
		o->lock_free = o->capacity != 0;
		break;
	case 1:
		o->lanes = 2 + dice_below(&s->dice, 2);
		o->lane_patience = dice_below(&s->dice, 3);
		break;
	case 2:
		o->single_sender = p->scene == PIPES && p->senders == 1;
		o->single_receiver = p->scene == PIPES && p->threads - p->senders == 1;
		break;
	default:
		break;
	}
}

static struct net *
net_new(struct stress *s, const struct plan *p)
{
	static const size_t sizes[] = { 8, 24, 200 };
	struct net *net = calloc(1, sizeof(*net));
	size_t size = sizes[dice_below(&s->dice, WEFT_COUNT(sizes))];

	if (net == NULL)
		stress_fail(s, "there is no memory");
	net->plan = p;
	net->ops = stress_ops(s, s->is_long ? 100 : 10, s->is_long ? 2000 : 150);
	net->ring = p->scene == MEETING ? 2 : p->scene == CYCLE ? 3 : p->scene == PIPES ? 0 : 1;
	net->plainly = p->scene != MIXED && dice_once_in(&s->dice, 2);
	net->closes = dice_once_in(&s->dice, 3);
	net->n = net->ring + (p->scene == PIPES) + dice_below(&s->dice, CHANNELS - net->ring);
	if (net->n > CHANNELS)
		net->n = CHANNELS;
	net->type = (weft_type){ "parcel", size, 8, drop };
	ledger_init(&net->ledger, s, p->threads, net->ops * ARMS, size);
	for (unsigned i = 0; i < net->n; i++) {
		if (i >= net->ring)
			draw_options(s, p, &net->options[i]);
		if (weft_channel_init_with(&net->channels[i], &net->type, &net->options[i]) !=
		    WEFT_OK)
			stress_fail(s, "init of a channel fails");
		traffic_draw_patience(&net->channels[i], &s->dice);
	}
	for (unsigned i = 0; i < p->threads; i++) {
		net->actors[i] = calloc(1, sizeof(*net->actors[i]));
		if (net->actors[i] == NULL)
			stress_fail(s, "there is no memory");
		net->actors[i]->net = net;
		net->actors[i]->doing = "nothing yet";
	}
	return net;
}

/* All is closed: what is left comes out, and then the end. */
static unsigned
drain(struct stress *s, struct net *net)
{
	alignas(16) unsigned char element[LEDGER_SIZE];
	unsigned left = 0;

	for (unsigned i = 0; i < net->n; i++) {
		weft_channel *c = &net->channels[i];
		weft_status status;

		while ((status = weft_channel_try_recv(c, element)) == WEFT_OK) {
			ledger_got(&net->ledger, ledger_read(&net->ledger, element));
			left++;
		}
		if (status != WEFT_CLOSED)
			stress_fail(s, "try_recv of what is closed says %d", (int)status);
		weft_channel_fini(c);
	}
	return left;
}

static void
round_of(struct stress *s, const void *arg)
{
	const struct plan *p = arg;
	struct net *net = net_new(s, p);
	struct ledger_sum sum;
	unsigned left;

	/* relaxed: before the threads. */
	weft_store_relaxed(&net->sending, p->senders);
	now = net;
	stress_dumps(dump, net);
	stress_run(s, p->threads, body, net);
	stress_dumps(NULL, NULL);
	left = drain(s, net);
	sum = ledger_settle(&net->ledger);
	if (sum.dropped != 0 || (p->scene == PIPES && left != 0))
		stress_fail(s, "all was received, and %llu were dropped, %u left",
		    (unsigned long long)sum.dropped, left);
	s->done += sum.sent + sum.got;
	for (unsigned i = 0; i < p->threads; i++)
		free(net->actors[i]);
	free(net);
}

/* clang-format off: a table reads best as one. */
static const struct plan plans[] = {
	{ MEETING, 2, 0 },
	{ MEETING, 4, 0 },
	{ MEETING, 8, 0 },
	{ MEETING, 32, 0 },
	{ CYCLE, 3, 0 },
	{ CYCLE, 6, 0 },
	{ CYCLE, 30, 0 },
	{ SELF, 2, 0 },
	{ SELF, 3, 0 },
	{ SELF, 5, 0 },
	{ SELF, 8, 0 },
	{ SELF, 32, 0 },
	{ MIXED, 2, 0 },
	{ MIXED, 4, 0 },
	{ MIXED, 8, 0 },
	{ MIXED, 32, 0 },
	{ PIPES, 2, 1 },
	{ PIPES, 4, 2 },
	{ PIPES, 8, 4 },
	{ PIPES, 5, 1 },
	{ PIPES, 5, 4 },
	{ PIPES, 17, 1 },
	{ PIPES, 17, 16 },
	{ PIPES, 32, 16 },
};
/* clang-format on */

int
main(int argc, char **argv)
{
	struct stress_case cases[WEFT_COUNT(plans)] = { 0 };

	for (size_t i = 0; i < WEFT_COUNT(plans); i++) {
		const struct plan *p = &plans[i];

		if (p->scene == PIPES)
			snprintf(cases[i].name, sizeof(cases[i].name), "%s/%ux%u", scenes[p->scene],
			    p->senders, p->threads - p->senders);
		else
			snprintf(cases[i].name, sizeof(cases[i].name), "%s/%u", scenes[p->scene],
			    p->threads);
		cases[i].round = round_of;
		cases[i].arg = p;
		cases[i].threads = p->threads;
	}
	return stress_main(argc, argv, cases, WEFT_COUNT(plans));
}
