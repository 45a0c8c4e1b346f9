/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * stress_channel.c: every sort of channel, capacity and number of threads, and all calls.
 *
 * A round makes a channel, draws which calls its threads make (traffic.c), and lets it end in
 * one of three ways: the last sender leaves; somebody closes it in the middle; the receivers
 * leave while it is in use. Then the ledger is settled: what a send said was sent has come out
 * once, or was dropped once, and nothing else has. Where the channel was drained, nothing
 * may have been dropped that nobody forced out.
 *
 * Monitored rounds are short, and record all that happens, for the monitors of queues. Counted
 * ones record nothing, so nothing but the channel orders their threads.
 */
#include "chaos.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "traffic.h"

enum sort { PLAIN, LOCK_FREE, ONE_SENDER, ONE_RECEIVER, ONE_OF_EACH, LANES, PATIENT };

static const char *const sorts[] = { "plain", "lock_free", "one_sender", "one_receiver",
	"one_of_each", "lanes", "patient" };
static const size_t capacities[] = { 0, 1, 2, 3, 4, 5, 7, 64, 1024, WEFT_UNBOUNDED };
static const unsigned crowds[] = { 1, 2, 4, 16 };

struct plan {
	enum sort sort;
	size_t capacity;
	unsigned senders, receivers;
};

enum end { LAST_LEAVES, CLOSED_MIDWAY, RECEIVERS_GO };

struct round {
	struct traffic traffic;
	const struct plan *plan;
	enum end ends;
	unsigned ops; /* of a sender                                       */
	unsigned patience; /* of a receiver that goes early: operations, at most */
	weft_atomic_u32 sending; /* senders that are not through                      */
	struct history logs[TRAFFIC_HANDS];
	struct hand *hands[TRAFFIC_HANDS];
	weft_allocator allocator;
	weft_atomic_i64 blocks; /* of memory that are out                            */
	weft_atomic_u64 calls;
	bool refuses;
	bool lulls; /* nothing happens before the end, until all is received */
};

/* The drop callback knows only the value: there is one round at a time. */
static struct round *now;

static void
drop(void *element)
{
	struct ledger *l = &now->traffic.ledger;

	ledger_dropped(l, ledger_read(l, element));
}

/* An allocator that counts what is out, and in poor rounds refuses every third call. */

static void *
alloc(size_t size, size_t align, void *ctx)
{
	struct round *r = ctx;
	/* relaxed: a number to draw from. */
	uint64_t call = weft_fetch_add_relaxed(&r->calls, 1);
	void *memory;

	if (r->refuses && dice_mix(call) % 3 == 0)
		return NULL;
	align = align < sizeof(void *) ? sizeof(void *) : align;
	memory = aligned_alloc(align, (size + align - 1) / align * align);
	if (memory != NULL)
		/* relaxed: a count, read when all threads are gone. */
		weft_fetch_add_relaxed(&r->blocks, 1);
	return memory;
}

static void
give_back(void *memory, size_t size, size_t align, void *ctx)
{
	struct round *r = ctx;

	(void)size;
	(void)align;
	free(memory);
	/* relaxed: as above. */
	weft_fetch_sub_relaxed(&r->blocks, 1);
}

/* Threads. */

/* A wake that was lost shows: no more sends come that might make up for it. */
static void
wait_for_all(struct hand *h)
{
	h->doing = "waiting for all to be received";
	while (!ledger_is_even(&h->traffic->ledger))
		usleep(100);
}

static void
sender_ends(struct hand *h)
{
	struct round *r = h->thread->ctx;
	weft_channel *c = &r->traffic.channel;
	/* relaxed: whoever is the last; the close orders the rest. */
	bool last = weft_fetch_sub_relaxed(&r->sending, 1) == 1;

	if (last && r->lulls)
		wait_for_all(h);
	h->doing = "leave, or close";
	if (r->ends != CLOSED_MIDWAY)
		weft_channel_leave(c, WEFT_SENDER);
	else if (last || dice_once_in(&h->thread->dice, 4))
		weft_channel_close(c);
}

static void
sender_body(struct hand *h)
{
	struct round *r = h->thread->ctx;

	for (unsigned i = 0; i < r->ops && !h->ended; i++) {
		traffic_send(h);
		if (r->ends == CLOSED_MIDWAY && dice_once_in(&h->thread->dice, 2 * r->ops))
			weft_channel_close(&r->traffic.channel);
	}
	sender_ends(h);
}

/* All but one of the receivers may: what is there, another of them must be woken for. */
static void
rest(struct hand *h)
{
	h->doing = "resting until all is received";
	while (!weft_channel_is_closed(&h->traffic->channel) &&
	    !ledger_is_even(&h->traffic->ledger))
		usleep(50);
}

static void
receiver_body(struct hand *h)
{
	struct round *r = h->thread->ctx;
	bool goes = r->ends == RECEIVERS_GO ||
	    (h->thread->index > r->plan->senders && dice_once_in(&h->thread->dice, 4));
	unsigned ops = dice_below(&h->thread->dice, r->patience + 1);

	for (unsigned i = 0; !h->ended && (!goes || i < ops); i++) {
		traffic_recv(h);
		if (r->ends == CLOSED_MIDWAY && dice_once_in(&h->thread->dice, 2 * r->ops))
			weft_channel_close(&r->traffic.channel);
		if (r->lulls && h->thread->index > r->plan->senders &&
		    dice_once_in(&h->thread->dice, 8))
			rest(h);
	}
	if (h->ended && !r->traffic.discards)
		traffic_after_end(h);
	h->doing = "leave";
	if (r->ends != CLOSED_MIDWAY)
		weft_channel_leave(&r->traffic.channel, WEFT_RECEIVER);
}

static void
body(struct stress_thread *t)
{
	struct round *r = t->ctx;
	struct hand *h = r->hands[t->index];

	h->thread = t;
	h->producer = t->index;
	if (t->index < r->plan->senders)
		sender_body(h);
	else
		receiver_body(h);
	h->doing = "nothing more";
}

static void
dump(FILE *out, void *ctx)
{
	struct round *r = ctx;
	weft_channel *c = &r->traffic.channel;

	for (unsigned i = 0; i < r->plan->senders + r->plan->receivers; i++)
		fprintf(out, "  thread %u: %s\n", i, r->hands[i]->doing);
	/* relaxed: all stand still. */
	fprintf(out, "  closed %u, joined %u and %u\n", weft_load_relaxed(&c->closed_),
	    weft_load_relaxed(&c->joined_[0]), weft_load_relaxed(&c->joined_[1]));
	for (int i = 0; i < 2 && c->indexed_; i++) {
		weft_channel_side_ *s = &c->sides_[i];

		fprintf(out, "  side %d: index %llu, limit %llu, word %u, busy %u%s%s%s%s%s\n", i,
		    (unsigned long long)s->own_, (unsigned long long)s->limit_,
		    /* relaxed: as above. */
		    weft_load_relaxed(&s->lock_.word_), weft_load_relaxed(&s->lock_.busy_[0]),
		    s->closed_ ? ", closed" : "", s->waking_ ? ", waking" : "",
		    s->alert_ ? ", alert" : "", s->waiting_.first ? ", waited for" : "",
		    s->watching_.first ? ", watched" : "");
	}
}

/* Rounds. */

static void
draw_options(struct stress *s, struct round *r)
{
	const struct plan *p = r->plan;
	weft_channel_options *o = &r->traffic.options;

	r->ends = (enum end)dice_below(&s->dice, 3);
	r->lulls = r->ends != RECEIVERS_GO && dice_once_in(&s->dice, 2);
	*o = (weft_channel_options){ .capacity = p->capacity, .allocator = &r->allocator };
	o->stats = dice_once_in(&s->dice, 3);
	o->lock_free = p->sort == LOCK_FREE;
	o->single_sender = p->sort == ONE_SENDER || p->sort == ONE_OF_EACH;
	o->single_receiver = p->sort == ONE_RECEIVER || p->sort == ONE_OF_EACH;
	if (p->sort == LANES || p->sort == PATIENT)
		o->lanes = TRAFFIC_LANES;
	if (p->sort == PATIENT)
		o->lane_patience = 1 + dice_below(&s->dice, 3);
	if (r->ends != CLOSED_MIDWAY) {
		o->senders = p->senders;
		o->receivers = p->receivers;
	}
}

static void
make_channel(struct stress *s, struct round *r)
{
	static const size_t sizes[] = { 8, 24, 200 };
	struct traffic *t = &r->traffic;
	size_t size = sizes[dice_below(&s->dice, WEFT_COUNT(sizes))];

	r->allocator = (weft_allocator){ .alloc = alloc, .free = give_back, .ctx = r };
	draw_options(s, r);
	t->type = (weft_type){ "parcel", size, 8, drop };
	t->is_fifo = t->options.lanes <= 1;
	t->discards = r->ends == RECEIVERS_GO;
	t->is_poor = t->options.capacity == WEFT_UNBOUNDED && dice_once_in(&s->dice, 4);
	traffic_draw(t, &s->dice);
	ledger_init(&t->ledger, s, r->plan->senders * (t->is_fifo ? 1 : TRAFFIC_LANES),
	    r->ops * TRAFFIC_BATCH, size);
	if (weft_channel_init_with(&t->channel, &t->type, &t->options) != WEFT_OK)
		stress_fail(s, "init of a channel fails");
	traffic_draw_patience(&t->channel, &s->dice);
	r->refuses = t->is_poor;
}

/* The counts say what was done; what receivers that went left behind is not asked about. */
static void
check_stats(struct stress *s, const struct round *r, const struct ledger_sum *sum,
    const weft_channel_stats *stats)
{
	const struct traffic *t = &r->traffic;
	/* relaxed: all threads are gone. */
	uint64_t evicted = weft_load_relaxed(&t->evicted);

	if (!t->options.stats)
		return;
	if (stats->sent != sum->sent || stats->forced_out != evicted ||
	    (!t->discards && stats->received != sum->sent - evicted))
		stress_fail(s,
		    "the counts say %llu sent, %llu received, %llu forced out; "
		    "these were %llu, %llu, %llu",
		    (unsigned long long)stats->sent, (unsigned long long)stats->received,
		    (unsigned long long)stats->forced_out, (unsigned long long)sum->sent,
		    (unsigned long long)(sum->sent - evicted), (unsigned long long)evicted);
}

static struct ledger_sum
end_channel(struct stress *s, struct round *r)
{
	struct traffic *t = &r->traffic;
	weft_channel_stats stats = weft_channel_usage(&t->channel);
	size_t left = weft_channel_len(&t->channel);
	struct ledger_sum sum;

	weft_channel_fini(&t->channel);
	sum = ledger_settle(&t->ledger);
	/* relaxed: all threads are gone. */
	if (weft_load_relaxed(&r->blocks) != 0)
		stress_fail(s, "after fini %lld blocks of memory are out",
		    (long long)weft_load_relaxed(&r->blocks));
	if (!t->discards && (left != 0 || sum.dropped > weft_load_relaxed(&t->evicted)))
		stress_fail(s, "drained, and %zu were left, %llu dropped", left,
		    (unsigned long long)sum.dropped);
	check_stats(s, r, &sum, &stats);
	s->done += sum.sent + sum.got;
	return sum;
}

static void
run_round(struct stress *s, struct round *r)
{
	unsigned n = r->plan->senders + r->plan->receivers;

	/* relaxed: before the threads. */
	weft_store_relaxed(&r->sending, r->plan->senders);
	now = r;
	stress_dumps(dump, r);
	stress_run(s, n, body, r);
	stress_dumps(NULL, NULL);
}

static struct round *
round_new(struct stress *s, const void *plan, unsigned low, unsigned high)
{
	struct round *r = calloc(1, sizeof(*r));

	if (r == NULL)
		stress_fail(s, "there is no memory");
	r->plan = plan;
	r->ops = stress_ops(s, low, high);
	r->patience = r->ops;
	for (unsigned i = 0; i < r->plan->senders + r->plan->receivers; i++) {
		r->hands[i] = calloc(1, sizeof(*r->hands[i]));
		if (r->hands[i] == NULL)
			stress_fail(s, "there is no memory");
		r->hands[i]->traffic = &r->traffic;
		r->hands[i]->doing = "nothing yet";
	}
	make_channel(s, r);
	return r;
}

static void
round_free(struct round *r)
{
	for (unsigned i = 0; i < r->plan->senders + r->plan->receivers; i++) {
		free(r->hands[i]->glances);
		free(r->hands[i]);
	}
	free(r);
}

static void
counted_round(struct stress *s, const void *plan)
{
	struct round *r = round_new(s, plan, s->is_long ? 200 : 20, s->is_long ? 3000 : 300);

	run_round(s, r);
	end_channel(s, r);
	round_free(r);
}

/* What a monitored round tells of one value. */
struct life {
	uint64_t push_call, push_ret, pop_call, pop_ret;
};

/* By stream and number; what did not happen was never. */
static struct life *
lives_of(struct stress *s, const struct ledger *l, const struct history *h)
{
	size_t n = (size_t)l->streams * l->quota;
	struct life *lives = malloc((n + 1) * sizeof(*lives));

	if (lives == NULL)
		stress_fail(s, "there is no memory");
	for (size_t i = 0; i < n; i++)
		lives[i] = (struct life){ UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	for (size_t i = 0; i < h->n; i++) {
		const struct history_op *op = &h->ops[i];
		struct life *life =
		    &lives[(size_t)ledger_stream(op->value) * l->quota + ledger_number(op->value)];

		if (op->kind == HISTORY_PUSH)
			life->push_call = op->call, life->push_ret = op->ret;
		else if (op->kind == HISTORY_POP)
			life->pop_call = op->call, life->pop_ret = op->ret;
	}
	return lives;
}

/* Before the history's times become ranks: meetings, and what was peeked at. */
static void
check_lives(struct stress *s, const struct round *r, const struct history *h)
{
	const struct ledger *l = &r->traffic.ledger;
	struct life *lives = lives_of(s, l, h);

	for (size_t i = 0; i < (size_t)l->streams * l->quota; i++)
		if (r->plan->capacity == 0 && lives[i].pop_call != UINT64_MAX &&
		    (lives[i].push_call > lives[i].pop_ret ||
			lives[i].pop_call > lives[i].push_ret))
			stress_fail(s, "value %zu: its send and its receive do not meet", i);
	for (unsigned i = 0; i < r->plan->senders + r->plan->receivers; i++)
		for (size_t j = 0; j < r->hands[i]->glanced; j++) {
			const struct glance *g = &r->hands[i]->glances[j];
			const struct life
			    *life = &lives[(size_t)ledger_stream(g->value) * l->quota +
				ledger_number(g->value)];

			if (life->push_call == UINT64_MAX
				? r->plan->capacity != 0
				: life->push_call > g->ret || life->pop_ret < g->call)
				stress_fail(s, "a peek shows %#llx, which was not there",
				    (unsigned long long)g->value);
		}
	free(lives);
}

static struct monitor_verdict
judge(const struct round *r, struct history *h)
{
	const struct traffic *t = &r->traffic;
	size_t capacity = t->options.capacity;
	/* A meeting is a push and a pop side by side: a queue of one place. */
	size_t places = capacity == 0 ? 1 : capacity;
	struct monitor_spec spec = {
		.capacity = capacity == WEFT_UNBOUNDED ? 0 : places,
		.weak_full = t->options.lock_free,
		.is_drained = !t->discards,
	};

	/* Nobody notes what is dropped: a lock-free send that is under way may find its place. */
	if (!t->is_fifo || (t->discards && t->options.lock_free))
		return monitor_producers(h, !t->discards);
	history_seal(h);
	return monitor_queue(h, &spec);
}

static void
monitored_round(struct stress *s, const void *plan)
{
	struct round *r = round_new(s, plan, 5, 40);
	unsigned n = r->plan->senders + r->plan->receivers;
	struct monitor_verdict v;

	for (unsigned i = 0; i < n; i++) {
		history_init(&r->logs[i], r->ops * (TRAFFIC_BATCH + 2));
		r->hands[i]->log = &r->logs[i];
		r->hands[i]->glances = calloc(TRAFFIC_GLANCES, sizeof(struct glance));
	}
	run_round(s, r);
	for (unsigned i = 1; i < n; i++) {
		history_append(&r->logs[0], &r->logs[i]);
		history_fini(&r->logs[i]);
	}
	check_lives(s, r, &r->logs[0]);
	end_channel(s, r);
	v = judge(r, &r->logs[0]);
	stress_judge(s, &r->logs[0], &v);
	history_fini(&r->logs[0]);
	round_free(r);
}

/* Cases. */

static bool
is_possible(const struct plan *p)
{
	if (p->sort == LOCK_FREE && p->capacity == 0)
		return false;
	if ((p->sort == ONE_SENDER || p->sort == ONE_OF_EACH) && p->senders != 1)
		return false;
	return (p->sort != ONE_RECEIVER && p->sort != ONE_OF_EACH) || p->receivers == 1;
}

static void
add_case(struct stress_case *c, struct plan *p, const char *how,
    void (*round)(struct stress *s, const void *arg))
{
	char capacity[24] = "unbounded";

	if (p->capacity != WEFT_UNBOUNDED)
		snprintf(capacity, sizeof(capacity), "%zu", p->capacity);
	snprintf(c->name, sizeof(c->name), "%s/%s/%s/%ux%u", how, sorts[p->sort], capacity,
	    p->senders, p->receivers);
	c->round = round;
	c->arg = p;
	c->threads = p->senders + p->receivers;
}

static size_t
make_cases(struct stress_case *cases, struct plan *plans)
{
	size_t k = 0, p = 0;

	for (size_t i = 0; i < WEFT_COUNT(sorts) * WEFT_COUNT(capacities); i++)
		for (size_t j = 0; j < WEFT_COUNT(crowds) * WEFT_COUNT(crowds); j++) {
			plans[p] = (struct plan){ (enum sort)(i / WEFT_COUNT(capacities)),
				capacities[i % WEFT_COUNT(capacities)],
				crowds[j / WEFT_COUNT(crowds)], crowds[j % WEFT_COUNT(crowds)] };
			if (!is_possible(&plans[p]))
				continue;
			add_case(&cases[k++], &plans[p], "monitor", monitored_round);
			add_case(&cases[k++], &plans[p++], "count", counted_round);
		}
	return k;
}

int
main(int argc, char **argv)
{
	size_t most = WEFT_COUNT(sorts) * WEFT_COUNT(capacities) * WEFT_COUNT(crowds) *
	    WEFT_COUNT(crowds);
	struct stress_case *cases = calloc(2 * most, sizeof(*cases));
	struct plan *plans = calloc(most, sizeof(*plans));
	int status = 2;

	if (cases != NULL && plans != NULL)
		status = stress_main(argc, argv, cases, make_cases(cases, plans));
	free(cases);
	free(plans);
	return status;
}
