/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_broadcast.c: broadcasts, plain and lossless, of values that own, in every execution. */
#include <weft/broadcast.h>

#include <assert.h>

#include "support/script.h"

/* Of a script's variant. */
enum { LOSSLESS = 1 };

WEFT_BROADCAST(prices, uint64_t);

static prices broadcast;
static prices_reader readers[ANSWER_ROWS];
/* The last value of each sender's that each reader got. */
static uint64_t last[ANSWER_ROWS][ANSWER_ROWS];
static bool is_lossless;
/* Plain: what was done before the close. */
static unsigned before_close;

static void
init(const struct script *s)
{
	weft_broadcast_options options = { .capacity = s->capacity };

	is_lossless = options.lossless = (s->variant & LOSSLESS) != 0;
	if (prices_init_with(&broadcast, &options) != WEFT_OK)
		abort();
}

/* Of one sender values rise; a lossless reader misses none. */
static void
got(unsigned row, uint64_t v)
{
	uint64_t *before = &last[row][script_row(v)];

	assert(v > *before);
	if (is_lossless && *before != 0)
		assert(v == *before + 1);
	*before = v;
}

static bool
recv(unsigned row)
{
	uint64_t v = 0;
	weft_status s = prices_recv(&readers[row], &v);

	assert(s == WEFT_OK || s == WEFT_CLOSED);
	if (s == WEFT_OK)
		got(row, v);
	else
		assert(before_close == 1);
	return s == WEFT_OK;
}

static void
act(unsigned row, char letter)
{
	uint64_t v = 0;
	weft_status s;

	switch (letter) {
	case 'S':
		/* The readers of rows 1 to 4, by main, before the threads start. */
		for (unsigned i = 1; i < ANSWER_ROWS - 1; i++)
			if (i < 3)
				prices_subscribe(&broadcast, &readers[i]);
		break;
	case '1':
		prices_subscribe(&broadcast, &readers[1]);
		break;
	case 'b':
		prices_subscribe(&broadcast, &readers[row]);
		break;
	case 'u':
		prices_unsubscribe(&readers[row]);
		break;
	case 's':
		s = prices_send(&broadcast, script_value(row));
		assert(s == WEFT_OK || s == WEFT_CLOSED);
		break;
	case 't':
		s = prices_try_send(&broadcast, script_value(row));
		assert(s == WEFT_OK || s == WEFT_FULL || s == WEFT_CLOSED);
		break;
	case 'r':
		(void)recv(row);
		break;
	case 'A':
		while (recv(row))
			;
		break;
	case 'y':
		if (prices_try_recv(&readers[row], &v) == WEFT_OK)
			got(row, v);
		break;
	case 'x':
		before_close = 1;
		prices_close(&broadcast);
		break;
	}
}

static void
fini(void)
{
	prices_fini(&broadcast);
}

static const struct script_subject subject = { .init = init, .act = act, .fini = fini };

/*
 * S subscribes threads 1 and 2, 1 the first of them, b oneself; u unsubscribes. s sends, t tries
 * to; r receives, y tries to, A receives until it is closed; x closes.
 */
static const struct script scripts[] = {
	{ "1r", 2, .threads = { "rru", "ss" }, .before = "1" },
	{ "lost", 1, .threads = { "yyu", "ss" }, .before = "1" },
	{ "1r-close", 2, .threads = { "Au", "sx" }, .before = "1" },
	{ "2r", 2, .threads = { "ru", "ru", "s" }, .before = "S" },
	{ "subscribe", 2, .threads = { "byu", "s" } },
	{ "2s", 2, .threads = { "rru", "s", "s" }, .before = "1" },
	{ "lossless", 1, .threads = { "rru", "ss" }, .before = "1", .variant = LOSSLESS },
	{ "lossless-close", 1, .threads = { "Au", "ssx" }, .before = "1", .variant = LOSSLESS },
	{ "lossless-leave", 1, .threads = { "ru", "ss" }, .before = "1", .variant = LOSSLESS },
	{ "lossless-2r", 1, .threads = { "rru", "rru", "ss" }, .before = "S",
	    .variant = LOSSLESS },
	{ "lossless-2r-last", 1, .threads = { "ru", "ru", "s" }, .before = "S",
	    .variant = LOSSLESS },
	{ "lossless-try", 1, .threads = { "ru", "tt" }, .before = "1", .variant = LOSSLESS },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
