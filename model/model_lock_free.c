/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_lock_free.c: the gate of a lock-free channel, with those who wait there in person. */
#include "../src/channel/lock_free.c"

#include <assert.h>
#include <weft/model.h>

#include "support/script.h"

WEFT_CHANNEL(jobs, uint64_t);

static jobs channel;

/* A select of one receive, step by step; none of them sleeps. */
static struct waiting {
	weft_wait_ wait;
	weft_waiter_ place;
	weft_park_node_ node;
	bool joined;
} selects[ANSWER_ROWS];

static void
init(const struct script *s)
{
	weft_channel_options options = { .lock_free = true,
		.capacity = s->capacity == 0 ? WEFT_UNBOUNDED : s->capacity };

	if (jobs_init_with(&channel, &options) != WEFT_OK)
		abort();
}

/* It joins; or there is something, which it takes. */
static void
begin(struct waiting *w)
{
	uint64_t v;

	w->wait.node = &w->node;
	w->place = (weft_waiter_){ .wait = &w->wait };
	w->joined = join(&channel.raw, WEFT_RECEIVER, 0, &w->place);
	if (!w->joined)
		(void)!jobs_try_recv(&channel, &v);
}

/* Executions in which it has not been woken by now are of no interest. */
static void
go_on(struct waiting *w)
{
	uint64_t v;

	/* A1: what the waker did; pairs with R2 of park. */
	weft_model_assume(weft_load_acquire(&w->node.state) != 0);
	w->joined = false;
	pass_on(&channel.raw, WEFT_RECEIVER, true);
	(void)!jobs_try_recv(&channel, &v);
}

/* Nor those in which so many do not stand in line. */
static void
assume_listed(unsigned n)
{
	gate *g = &((lock_free *)channel.raw.rest_)->gates[WEFT_RECEIVER];

	/* A1: of who stands there, what it did before; pairs with S1 of lock_free. */
	weft_model_assume(weft_load_acquire(&g->listed) == n);
}

static void
act(unsigned row, char letter)
{
	uint64_t v;

	switch (letter) {
	case '2':
		assume_listed(2);
		break;
	case 'j':
		begin(&selects[row]);
		break;
	case 'w':
		go_on(&selects[ANSWER_BEFORE]);
		break;
	case 'y':
		(void)!jobs_try_recv(&channel, &v);
		break;
	case 's':
		if (jobs_try_send(&channel, script_value(row)) != WEFT_OK)
			abort();
		break;
	}
}

/* Nobody waits beside a value. */
static void
check(void)
{
	for (unsigned row = 0; row < ANSWER_ROWS; row++)
		if (selects[row].joined)
			/* relaxed: the others were joined. */
			assert(weft_load_relaxed(&selects[row].wait.won) != 0 ||
			    jobs_len(&channel) == 0);
}

static const struct script_subject subject = { .init = init, .act = act, .fini = check };

/*
 * j begins a select; w is main's, which was woken, and goes on; 2: two wait. s sends, y receives.
 */
static const struct script scripts[] = {
	{ "merged-kicks", 0, .threads = { "w", "j", "2ss" }, .before = "j" },
	{ "merged-again", 0, .threads = { "w", "j", "2syss" }, .before = "j" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
