/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_lf_queue.c: the strictly lock-free bounded queue, through every execution. */
#include <weft/lf_queue.h>

#include "support/script.h"

WEFT_LF_QUEUE(ring, uint64_t);

#define MOST 4

static ring queue;
static uint64_t memory[WEFT_LF_QUEUE_BYTES(uint64_t, MOST) / sizeof(uint64_t)];

/* The variants: tickets begin as ever, or so that they wrap under way. */
enum { FROM_0, NEAR_THE_TOP };

static void
init(const struct script *s)
{
	if (ring_init_over(&queue, memory, sizeof memory, s->capacity) != WEFT_OK)
		abort();
	if (s->variant == NEAR_THE_TOP)
		weft_lf_queue_begin_at_(&queue.raw, -(queue.raw.mask_ + 1));
}

/*
 * Full is when every place has a value or is in the hands of a call: so a push takes a place
 * and then lets the value in, a pop takes the value out and then gives the place back.
 */
static bool
push(unsigned row)
{
	uint64_t v = script_value(row);

	if (!ring_push(&queue, v)) {
		answer_did(row, ANSWER_FULL, v);
		return false;
	}
	answer_did(row, ANSWER_TAKE_PLACE, v);
	answer_did(row, ANSWER_PUSH, v);
	return true;
}

static bool
pop(unsigned row)
{
	uint64_t v;

	if (!ring_pop(&queue, &v)) {
		answer_did(row, ANSWER_EMPTY, 0);
		return false;
	}
	answer_did(row, ANSWER_POP, v);
	answer_did(row, ANSWER_GIVE_PLACE, v);
	return true;
}

/* One that evicts finds no place free, takes the oldest value out and uses its place. */
static void
force_push(unsigned row)
{
	uint64_t v = script_value(row), old;
	bool had, is = ring_force_push(&queue, v, &old, &had);

	answer_did(row, is && !had ? ANSWER_TAKE_PLACE : ANSWER_FULL, v);
	if (!is)
		answer_did(row, ANSWER_EMPTY, 0);
	if (had)
		answer_did(row, ANSWER_POP, old);
	if (is)
		answer_did(row, ANSWER_PUSH, v);
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 'p':
		(void)push(row);
		break;
	case 'c':
		(void)pop(row);
		break;
	case 'f':
		force_push(row);
		break;
	case 'e':
		answer_did(row, ring_is_empty(&queue) ? ANSWER_EMPTY : ANSWER_SOME, 0);
		break;
	case 'D':
		while (pop(row))
			;
		break;
	}
}

static void
fini(void)
{
	ring_fini(&queue);
}

static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini, .step = answer_places
};

/* p push, c pop, f force_push, e is_empty, D drains. */
static const struct script scripts[] = {
	{ "1p1c", 2, .threads = { "p", "c" }, .after = "D" },
	{ "1p1c-x2", 2, .threads = { "pp", "cc" }, .after = "D" },
	{ "full", 1, .threads = { "pp", "c" }, .after = "D" },
	{ "wrap", 1, .threads = { "pp", "cc" }, .after = "D" },
	{ "top", 1, .threads = { "pp", "cc" }, .after = "D", .variant = NEAR_THE_TOP },
	{ "2p", 1, .threads = { "p", "p" }, .after = "D" },
	{ "2p-room", 2, .threads = { "p", "p" }, .after = "D" },
	{ "2c", 2, .threads = { "c", "c" }, .before = "pp", .after = "D" },
	{ "2c-last", 2, .threads = { "c", "c" }, .before = "p", .after = "D" },
	{ "2p1c", 2, .threads = { "p", "p", "c" }, .after = "D" },
	{ "1p2c", 2, .threads = { "p", "c", "c" }, .after = "D" },
	{ "1p2c-one", 1, .threads = { "p", "c", "c" }, .before = "p", .after = "D" },
	{ "2p2c", 2, .threads = { "p", "p", "c", "c" }, .after = "D" },
	{ "force", 1, .threads = { "f", "c" }, .before = "p", .after = "D" },
	{ "force-2", 1, .threads = { "f", "f" }, .before = "p", .after = "D" },
	{ "force-push", 1, .threads = { "f", "p" }, .before = "p", .after = "D" },
	{ "look", 1, .threads = { "p", "ec" }, .after = "D" },
	{ "look-2", 1, .threads = { "p", "ce" }, .after = "D" },
	{ "flag-empty", 2, .threads = { "p_2", "^c" }, .after = "D" },
	{ "flag-full", 1, .threads = { "c_2", "^p" }, .before = "p", .after = "D" },
	{ "flag-some", 2, .threads = { "c_2", "^e" }, .before = "p", .after = "D" },
	{ "flag-empty-turns", 2, .threads = { "p_2", "^c" }, .before = "pc", .after = "D" },
	{ "flag-last", 2, .threads = { "c_2", "^c" }, .before = "p", .after = "D" },
	{ "look-turns", 2, .threads = { "pc", "e" }, .before = "p", .after = "D" },
	{ "turns", 2, .threads = { "pc", "c" }, .before = "p", .after = "D" },
	{ "turns-full", 2, .threads = { "cp", "p" }, .before = "p", .after = "D" },
	{ "seen-full", 1, .threads = { "p!", "?1p" }, .after = "D" },
	{ "seen-empty", 2, .threads = { "p!", "?1c", "c" }, .after = "D" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
