/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_local.c: locals through every execution: a value a thread, which all see made. */
#include <weft/local.h>

#include <assert.h>

#include "support/script.h"

/* made: by make, for all to see; count: its thread's, plain. */
struct tally {
	unsigned made, count;
};

static void
tally_make(struct tally *t)
{
	t->made = 5;
}

WEFT_LOCAL(tallies, struct tally, tally_make);

static tallies locals[2];
static unsigned gets[ANSWER_ROWS][2];

static void
init(const struct script *s)
{
	(void)s;
	for (unsigned i = 0; i < 2; i++)
		locals[i] = (tallies){ 0 };
}

static void
count(unsigned row, unsigned which)
{
	struct tally *mine = tallies_get(&locals[which]);

	assert(mine != NULL && mine->made == 5);
	assert(mine->count == gets[row][which]);
	mine->count = ++gets[row][which];
}

/* Beside threads that make theirs: each that is seen is made. */
static void
walk(void)
{
	for (struct tally *each = NULL; (each = tallies_next(&locals[0], each)) != NULL;)
		assert(each->made == 5);
}

/* All are done. */
static void
merge(unsigned which)
{
	unsigned n = 0, sum = 0, want = 0, threads = 0;

	for (struct tally *each = NULL; (each = tallies_next(&locals[which], each)) != NULL; n++)
		sum += each->count;
	for (unsigned row = 0; row < ANSWER_ROWS; row++) {
		want += gets[row][which];
		threads += gets[row][which] != 0;
	}
	assert(sum == want && n == threads && n == tallies_len(&locals[which]));
	tallies_fini(&locals[which]);
	assert(tallies_len(&locals[which]) == 0);
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 'g':
		count(row, 0);
		break;
	case 'o':
		count(row, 1);
		break;
	case 'w':
		walk();
		break;
	case 'm':
		merge(0);
		merge(1);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/* g gets this thread's value and counts in it, o that of another local; w walks; m merges. */
static const struct script scripts[] = {
	{ "2g", .threads = { "g", "g" }, .after = "m" },
	{ "2g-x2", .threads = { "gg", "gg" }, .after = "m" },
	{ "3g", .threads = { "g", "g", "g" }, .after = "m" },
	{ "2go", .threads = { "go", "og" }, .after = "m" },
	{ "before", .threads = { "g", "g" }, .before = "g", .after = "m" },
	{ "1g1w", .threads = { "g", "w" }, .after = "m" },
	{ "2g1w", .threads = { "g", "g", "w" }, .after = "m" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
