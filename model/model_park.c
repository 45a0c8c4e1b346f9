/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_park.c: event, parker and node, through every execution: no wake-up is lost. */
#include <weft/park.h>

#include <assert.h>

#include "../src/sync/parking.h"
#include "support/script.h"

static weft_event event;
static weft_parker parker;
/* What is waited for; plain data behind it, so that what is not published is a race. */
static weft_atomic_u32 flag;
static unsigned data[ANSWER_ROWS];
/* A node, put where wakers find it. */
static WEFT_ATOMIC(weft_park_node_ *) listed;
static weft_park_hook_ hook;

static void
hooked(void)
{
}

static void
init(const struct script *s)
{
	(void)s;
}

/* As weft/park.h says: look, see whether there is anything to wait for, wait. */
static void
wait_for(uint32_t n)
{
	for (;;) {
		uint32_t seen = weft_event_look(&event);

		/* A1: what was done before the flag; pairs with R1. */
		if (weft_load_acquire(&flag) >= n)
			return;
		weft_event_wait(&event, seen);
	}
}

/*
 * The same with the flag relaxed: then all there is, is that a notify which the look missed ends
 * the wait, and that what was done before a notify is seen by the look that sees it.
 */
static void
wait_relaxed(void)
{
	for (;;) {
		uint32_t seen = weft_event_look(&event);

		/* relaxed: the event has the order. */
		if (weft_load_relaxed(&flag) != 0)
			return;
		weft_event_wait(&event, seen);
	}
}

/* The notify alone tells: what was done before it is seen by whoever sees it. */
static void
wait_for_notify(void)
{
	while (weft_event_look(&event) == 0)
		weft_event_wait(&event, 0);
}

/* As far as a wait tells, which need not look again. */
static void
wait_once(void)
{
	if (weft_event_wait_until(&event, 0, WEFT_FOREVER))
		assert(data[1] == 1);
}

static void
wait_on_node(void)
{
	weft_park_node_ *node = weft_park_prepare_();

	/* R2: the node is prepared; pairs with A2. */
	weft_store_release(&listed, node);
	(void)!weft_park_wait_(node, WEFT_FOREVER);
}

/* Whoever finds the node wakes it. */
static void
wake_node(unsigned row)
{
	weft_park_node_ *node;

	do
		/* A2: the node is prepared; pairs with R2. */
		node = weft_swap_acquire(&listed, NULL);
	while (node == NULL);
	data[row]++;
	weft_park_wake_(node);
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 's':
		data[row] = 1;
		/* R1: the data; pairs with A1. */
		weft_fetch_add_release(&flag, 1);
		break;
	case 'r':
		/* relaxed: the event has the order. */
		weft_fetch_add_relaxed(&flag, 1);
		break;
	case '1':
		weft_event_notify_one(&event);
		break;
	case 'n':
		weft_event_notify_all(&event);
		break;
	case 'w':
		wait_for(1);
		assert(data[1] + data[2] + data[3] >= 1);
		break;
	case 'W':
		wait_for(2);
		assert(data[1] + data[2] + data[3] >= 2);
		break;
	case 'q':
		wait_relaxed();
		break;
	case 'm':
		data[row] = 1;
		weft_event_notify_all(&event);
		break;
	case 'v':
		wait_for_notify();
		assert(data[1] == 1);
		break;
	case 'V':
		wait_once();
		break;
	case 'u':
		data[row]++;
		weft_parker_unpark(&parker);
		break;
	case 'p':
		weft_parker_park(&parker);
		break;
	case 'c':
		/* All that was done before each unpark up to the one that ended the park. */
		weft_parker_park(&parker);
		assert(data[2] >= 1);
		break;
	case 't':
		(void)!weft_parker_park_until(&parker, (weft_time){ 1 });
		break;
	case 'l':
		wait_on_node();
		assert(data[2] + data[3] == ++data[row]);
		break;
	case 'k':
		wake_node(row);
		break;
	case 'h':
		hook = (weft_park_hook_){ hooked, hooked };
		weft_park_hook_set_(&hook);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * Of an event: s sets the flag, r sets it relaxed, 1 notifies one, n all; w waits for one s, W
 * for two, q for r; m notifies with no flag, v and V wait for that. Of a parker: u unparks, p
 * parks, c parks and reads what thread 2 wrote. Of a node: l lists and waits, k wakes it.
 * h hangs a hook in.
 */
static const struct script scripts[] = {
	{ "event", 0, .threads = { "sn", "w" } },
	{ "event-relaxed", 0, .threads = { "rn", "q" } },
	{ "event-relaxed-2", 0, .threads = { "rn", "q", "q" } },
	{ "event-alone", 0, .threads = { "m", "v" } },
	{ "event-once", 0, .threads = { "m", "V" } },
	{ "event-one", 0, .threads = { "s1", "w" } },
	{ "event-2w", 0, .threads = { "sn", "w", "w" } },
	{ "event-one-2w", 0, .threads = { "s11", "w", "w" } },
	{ "event-2s", 0, .threads = { "sn", "sn", "W" } },
	{ "event-one-2s", 0, .threads = { "s1", "s1", "W" } },
	{ "park", 0, .threads = { "c", "u" } },
	{ "park-2u", 0, .threads = { "p", "u", "u" } },
	{ "park-token", 0, .threads = { "p", "u" }, .before = "u" },
	{ "node", 0, .threads = { "l", "k" } },
	{ "node-again", 0, .threads = { "ll", "kk" } },
	{ "node-2k", 0, .threads = { "ll", "k", "k" } },
	{ "hook", 0, .threads = { "hu", "p" } },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
