/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_select_set.c: sets of arms: what is sent is told, in every execution. */
#include <weft/channel.h>
#include <weft/select.h>

#include <assert.h>

#include "support/script.h"

WEFT_CHANNEL(jobs, uint64_t);

#define CHANNELS 2u

static jobs channels[CHANNELS];
static weft_select_set set;
static uint64_t ids[CHANNELS];
/* Values that a channel took, by its sender; and gave, by who waits or drains. */
static unsigned sent[ANSWER_ROWS][CHANNELS], got[ANSWER_ROWS][CHANNELS];

static void
add(unsigned i)
{
	ids[i] = weft_select_set_add(&set, jobs_recv_arm(&channels[i], NULL), &channels[i]);
	if (ids[i] == 0)
		abort();
}

static void
init(const struct script *s)
{
	weft_channel_options options = { .capacity = s->capacity, .lock_free = s->variant != 0 };

	for (unsigned i = 0; i < CHANNELS; i++)
		if (jobs_init_with(&channels[i], &options) != WEFT_OK)
			abort();
	if (!weft_select_set_init(&set))
		abort();
}

static void
send(unsigned row, unsigned to)
{
	if (jobs_send(&channels[to], script_value(row)) == WEFT_OK)
		sent[row][to]++;
}

/* Only one thread waits, so what it is told of is there. */
static void
wait_for_one(unsigned row)
{
	weft_ready ready;
	uint64_t v;
	unsigned i;

	if (weft_select_set_wait(&set, &ready, 1) == 0)
		abort();
	i = (unsigned)((jobs *)ready.ctx - channels);
	assert(jobs_try_recv(&channels[i], &v) == WEFT_OK);
	got[row][i]++;
}

static void
act(unsigned row, char letter)
{
	uint64_t v;

	switch (letter) {
	case 'a':
	case 'b':
		add(letter == 'a' ? 0 : 1);
		break;
	case 'r':
		if (!weft_select_set_remove(&set, ids[0]))
			abort();
		break;
	case 'x':
	case 'y':
		send(row, letter == 'x' ? 0 : 1);
		break;
	case 'w':
		wait_for_one(row);
		break;
	case 'D':
		for (unsigned i = 0; i < CHANNELS; i++)
			while (jobs_try_recv(&channels[i], &v) == WEFT_OK)
				got[row][i]++;
		break;
	}
}

static void
fini(void)
{
	weft_select_set_fini(&set);
	for (unsigned i = 0; i < CHANNELS; i++) {
		unsigned n = 0;

		for (unsigned row = 0; row < ANSWER_ROWS; row++)
			n += sent[row][i] - got[row][i];
		assert(n == 0);
		jobs_fini(&channels[i]);
	}
}

static const struct script_subject subject = { .init = init, .act = act, .fini = fini };

/* a adds channel X, b channel Y, r removes X; x, y send; w waits and receives; D drains. */
static const struct script scripts[] = {
	{ "one", 1, .threads = { "w", "x" }, .before = "a" },
	{ "again", 1, .threads = { "ww", "x" }, .before = "ax" },
	{ "either", 1, .threads = { "w", "y" }, .before = "ab" },
	{ "both", 1, .threads = { "w", "xy" }, .before = "ab", .after = "D" },
	{ "add", 1, .threads = { "w", "ax" }, .before = "b", .after = "D" },
	{ "remove", 1, .threads = { "r", "x" }, .before = "ab", .after = "D" },
	{ "lock-free", 1, .threads = { "w", "x" }, .before = "a", .variant = 1 },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
