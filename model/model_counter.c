/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_counter.c: counters, cells and watermarks, through every execution. */
#include <weft/counter.h>

#include <assert.h>

#include "support/script.h"

static weft_counter counter;
static weft_cell cell;
static weft_watermark mark;
static const struct script *script;
/* What each thread's takes gave. */
static int64_t taken[ANSWER_ROWS];

static void
init(const struct script *s)
{
	script = s;
	counter = (weft_counter){ 0 };
	cell = (weft_cell){ 0 };
	mark = (weft_watermark){ 0 };
}

static void
act(unsigned row, char letter)
{
	int64_t sum, least, greatest, all = 0;
	uint64_t n;

	switch (letter) {
	case 'a':
		weft_counter_add(&counter, 1);
		break;
	case 's':
		/* Adds of different threads in no common order, but never more than there were. */
		sum = weft_counter_sum(&counter);
		assert(sum >= 0 && sum <= (int64_t)script->capacity);
		break;
	case 't':
		sum = weft_counter_take(&counter);
		assert(sum >= 0 && sum <= (int64_t)script->capacity);
		taken[row] += sum;
		break;
	case 'E':
		for (unsigned i = 0; i < ANSWER_ROWS; i++)
			all += taken[i];
		assert(weft_counter_sum(&counter) + all == (int64_t)script->capacity);
		weft_counter_fini(&counter);
		break;
	case 'c':
		n = weft_cell_add(&cell, 1);
		assert(n >= 1 && n <= script->capacity);
		break;
	case 'C':
		assert(weft_cell_get(&cell) == script->capacity);
		break;
	case 'm':
		weft_watermark_see(&mark, (int64_t)row - 2);
		break;
	case 'g':
		if (weft_watermark_get(&mark, &least, &greatest))
			assert(least >= -2 && greatest <= 2);
		break;
	case 'M':
		assert(weft_watermark_get(&mark, &least, &greatest));
		assert(least == -1 && greatest == (int64_t)script->capacity - 2);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * a adds, s sums, t takes, E: nothing was lost. c: adds to a cell, C its end. m: a watermark sees
 * this thread's number, g is a look at it, M the end. capacity: how much is added, or seen.
 */
static const struct script scripts[] = {
	{ "2a", 2, .threads = { "a", "a" }, .after = "E" },
	{ "2a1s", 2, .threads = { "a", "a", "s" }, .after = "E" },
	{ "2a1t", 2, .threads = { "a", "a", "t" }, .after = "E" },
	{ "2a-x2", 4, .threads = { "aa", "aa" }, .after = "E" },
	{ "1a2t", 1, .threads = { "a", "t", "t" }, .after = "E" },
	{ "1a1t1s", 1, .threads = { "a", "t", "s" }, .after = "E" },
	{ "ready-1a2t", 2, .threads = { "a", "t", "t" }, .before = "a", .after = "E" },
	{ "ready-2a1t1s", 3, .threads = { "a", "a", "t", "s" }, .before = "a", .after = "E" },
	{ "cell", 3, .threads = { "c", "c", "c" }, .after = "C" },
	{ "watermark-2", 2, .threads = { "m", "m" }, .after = "M" },
	{ "watermark-3", 3, .threads = { "m", "m", "mg" }, .after = "M" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
