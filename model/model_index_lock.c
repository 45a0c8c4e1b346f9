/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_index_lock.c: the lock of one side of a channel, owned and taken away. */
#include <weft/detail/index_lock_inl.h>

#include <assert.h>

#include "support/script.h"

static weft_index_lock_ lock;
/* Plain: two threads inside at once are a race. */
static unsigned inside, visits[ANSWER_ROWS];

/* capacity: so many takes running, and a thread owns it; 0: nobody ever does. */
static void
init(const struct script *s)
{
	weft_index_lock_init_(&lock, s->variant != 0);
	if (s->variant == 0)
		lock.patience_ = s->capacity;
}

static void
visit(unsigned row)
{
	assert(inside == 0);
	inside = row + 1;
	visits[row]++;
	assert(inside == row + 1);
	inside = 0;
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 't':
		weft_index_lock_take_(&lock, "take");
		visit(row);
		weft_index_lock_leave_(&lock);
		break;
	case 'o':
		weft_index_lock_take_outside_(&lock);
		visit(row);
		weft_index_lock_leave_outside_(&lock);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/* t takes and leaves, o does so from outside (a close, a waiter). DECLARED: by one thread alone. */
enum { DECLARED = 1 };

static const struct script scripts[] = {
	{ "plain", 0, .threads = { "tt", "tt" } },
	{ "plain-3", 0, .threads = { "t", "t", "t" } },
	{ "declared", 0, .threads = { "tt", "o" }, .variant = DECLARED },
	{ "declared-2", 0, .threads = { "tt", "oo" }, .variant = DECLARED },
	{ "declared-3", 0, .threads = { "tt", "o", "o" }, .variant = DECLARED },
	{ "owner", 1, .threads = { "tt", "t" } },
	{ "owner-2", 1, .threads = { "tt", "tt" } },
	{ "owner-outside", 1, .threads = { "tt", "o" } },
	{ "owner-3", 1, .threads = { "t", "t", "t" }, .before = "t" },
	{ "second-take", 2, .threads = { "tt", "t" } },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
