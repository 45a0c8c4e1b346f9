/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_fd.c: descriptors of channels, over a counter in the place of the system's. */
#define weft_os_readable_open model_open
#define weft_os_readable_set model_set
#define weft_os_readable_clear model_clear
#define weft_os_readable_close model_close
#include "../src/channel/fd.c"

#include <assert.h>

#include "support/script.h"

WEFT_CHANNEL(jobs, uint64_t);

#define DESCRIPTORS 3u

static jobs channel;
/* As the kernel's: one operation on it after the other, and the later one comes after. */
static weft_atomic_u32 written[DESCRIPTORS], opened, closed;
static int asked[ANSWER_ROWS];

bool
model_open(int fds[2])
{
	/* relaxed: a number. */
	fds[0] = fds[1] = 1 + (int)weft_fetch_add_relaxed(&opened, 1);
	assert(fds[0] <= (int)DESCRIPTORS);
	return true;
}

void
model_set(const int fds[2])
{
	/* A1, R1: as the kernel does; pairs with A1, R1. */
	weft_fetch_add_acq_rel(&written[fds[1] - 1], 1);
}

void
model_clear(const int fds[2])
{
	/* A1, R1: as above. */
	weft_swap_acq_rel(&written[fds[0] - 1], 0);
}

void
model_close(const int fds[2])
{
	(void)fds;
	/* relaxed: a number. */
	weft_fetch_add_relaxed(&closed, 1);
}

static void
init(const struct script *s)
{
	weft_channel_options options = { .capacity = s->capacity, .lock_free = s->variant != 0 };

	if (jobs_init_with(&channel, &options) != WEFT_OK)
		abort();
}

static bool
is_readable(void)
{
	/* A1: as above; pairs with R1. */
	return weft_load_acquire(&written[jobs_fd(&channel) - 1]) != 0;
}

/* An event loop: the descriptor wakes it, it takes what is there, and arms again. */
static void
loop(void)
{
	bool armed;
	uint64_t v;

	do {
		weft_status s;

		while (!is_readable())
			;
		while ((s = jobs_try_recv(&channel, &v)) == WEFT_OK)
			;
		if (s == WEFT_CLOSED)
			return;
		armed = jobs_fd_arm(&channel);
	} while (armed);
}

static void
act(unsigned row, char letter)
{
	bool something;
	uint64_t v;

	switch (letter) {
	case 'f':
		asked[row] = jobs_fd(&channel);
		assert(asked[row] > 0);
		break;
	case 'a':
		(void)!jobs_fd_arm(&channel);
		break;
	case 's':
		if (jobs_send(&channel, script_value(row)) != WEFT_OK)
			abort();
		break;
	case 'y':
		(void)!jobs_try_recv(&channel, &v);
		break;
	case 'x':
		jobs_close(&channel);
		break;
	case 'o':
		loop();
		break;
	case 'E':
	case 'e':
		/* Who took something has armed since. */
		something = jobs_len(&channel) != 0 || jobs_is_closed(&channel);
		assert(is_readable() ? something || letter == 'e' : !something);
		break;
	}
}

static void
fini(void)
{
	int first = 0;

	for (unsigned row = 0; row < ANSWER_ROWS; row++) {
		assert(asked[row] == 0 || first == 0 || asked[row] == first);
		first = first == 0 ? asked[row] : first;
	}
	jobs_fini(&channel);
	/* relaxed: the others were joined. */
	assert(weft_load_relaxed(&opened) == weft_load_relaxed(&closed));
}

static const struct script_subject subject = { .init = init, .act = act, .fini = fini };

/*
 * f asks for the descriptor, a arms it; s sends, y tries to receive, x closes; o is an event loop
 * until it is closed; e: it is readable if there is something; E: and only if. (Where a value
 * may be taken before its send has told of it, it is readable once with nothing there.)
 */
static const struct script scripts[] = {
	{ "ask", 1, .threads = { "f", "f" }, .after = "fE" },
	{ "ask-send", 1, .threads = { "f", "s" }, .after = "E" },
	{ "arm", 2, .threads = { "ya", "s" }, .before = "f", .after = "E" },
	{ "arm-again", 2, .threads = { "ya", "s" }, .before = "fs", .after = "E" },
	{ "close", 1, .threads = { "ya", "x" }, .before = "f", .after = "E" },
	{ "loop", 1, .threads = { "o", "sx" }, .before = "f" },
	{ "lock-free-arm", 1, .threads = { "ya", "s" }, .before = "f", .after = "e", .variant = 1 },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
