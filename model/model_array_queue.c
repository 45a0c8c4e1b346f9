/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_array_queue.c: the bounded queue of tickets and turns, through every execution. */
#include <weft/array_queue.h>

#include "support/script.h"

WEFT_ARRAY_QUEUE(ring, uint64_t);

#define MOST 4

static ring queue;
static uint64_t memory[WEFT_ARRAY_QUEUE_BYTES(uint64_t, MOST) / sizeof(uint64_t)];

/* The variants: tickets begin at 0, or so that they wrap under way. */
enum { FROM_0, NEAR_THE_TOP };

static void
init(const struct script *s)
{
	if (ring_init_over(&queue, memory, sizeof memory, s->capacity) != WEFT_OK)
		abort();
	if (s->variant == NEAR_THE_TOP)
		weft_array_queue_begin_at_(&queue.raw, &ring_type_, -queue.raw.lap_);
}

static void
push_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done;

	for (size_t i = 0; i < n; i++)
		vs[i] = script_value(row);
	done = ring_push_n(&queue, vs, n);
	for (size_t i = 0; i < done; i++)
		answer_did(row, ANSWER_PUSH, vs[i]);
	if (done < n)
		answer_did(row, ANSWER_FULL, vs[done]);
}

static void
pop_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done = ring_pop_n(&queue, vs, n);

	for (size_t i = 0; i < done; i++)
		answer_did(row, ANSWER_POP, vs[i]);
	if (done < n)
		answer_did(row, ANSWER_EMPTY, 0);
}

/* A force_push that evicts counts as a pop, of a full queue, and a push right after it. */
static void
force_push(unsigned row)
{
	uint64_t v = script_value(row), old;
	bool had;

	ring_force_push(&queue, v, &old, &had);
	if (had)
		answer_did(row, ANSWER_POP_FULL, old);
	answer_did(row, ANSWER_PUSH, v);
}

static void
act(unsigned row, char letter)
{
	uint64_t v = 0;
	bool is;

	switch (letter) {
	case 'p':
		v = script_value(row);
		answer_did(row, ring_push(&queue, v) ? ANSWER_PUSH : ANSWER_FULL, v);
		break;
	case 'c':
		is = ring_pop(&queue, &v);
		answer_did(row, is ? ANSWER_POP : ANSWER_EMPTY, v);
		break;
	case 'k':
		is = ring_peek(&queue, &v);
		answer_did(row, is ? ANSWER_PEEK : ANSWER_EMPTY, v);
		break;
	case 'f':
		force_push(row);
		break;
	case 'P':
		push_n(row, 2);
		break;
	case 'C':
		pop_n(row, 2);
		break;
	case 'e':
		answer_did(row, ring_is_empty(&queue) ? ANSWER_EMPTY : ANSWER_SOME, 0);
		break;
	case 'u':
		answer_did(row, ring_is_full(&queue) ? ANSWER_FULL : ANSWER_ROOM, 0);
		break;
	case 'n':
		answer_did(row, ANSWER_LENGTH, ring_len(&queue));
		break;
	case 'D':
		while (ring_pop(&queue, &v))
			answer_did(row, ANSWER_POP, v);
		answer_did(row, ANSWER_EMPTY, 0);
		break;
	}
}

static void
fini(void)
{
	ring_fini(&queue);
}

static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini, .step = answer_queue
};

/*
 * p push, c pop, k peek, f force_push, P push_n of 2, C pop_n of 2, e is_empty, u is_full,
 * n len, D drains.
 */
static const struct script scripts[] = {
	{ "1p1c", 2, .threads = { "pp", "cc" }, .after = "D" },
	{ "full", 1, .threads = { "pp", "cc" }, .after = "D" },
	{ "wrap", 2, .threads = { "ppp", "ccc" }, .after = "D" },
	{ "top", 2, .threads = { "ppp", "ccc" }, .after = "D", .variant = NEAR_THE_TOP },
	{ "2p", 1, .threads = { "p", "p" }, .after = "D" },
	{ "2p1c", 2, .threads = { "p", "p", "cc" }, .after = "D" },
	{ "1p2c", 2, .threads = { "pp", "c", "c" }, .after = "D" },
	{ "2p1c-full", 1, .threads = { "p", "p", "c" }, .after = "D" },
	{ "2p2c", 2, .threads = { "p", "p", "c", "c" }, .after = "D" },
	{ "2p2c-x2", 4, .threads = { "pp", "pp", "cc", "cc" } },
	{ "force", 1, .threads = { "ff", "cc" }, .after = "D" },
	{ "force-2", 1, .threads = { "f", "f", "c" }, .before = "p", .after = "D" },
	{ "force-push", 1, .threads = { "f", "p", "c" }, .after = "D" },
	{ "force-wide", 2, .threads = { "f", "f", "c" }, .before = "pp", .after = "D" },
	{ "batch", 2, .threads = { "PP", "CC" }, .after = "D" },
	{ "batch-2p1c", 3, .threads = { "P", "P", "C" }, .after = "D" },
	{ "batch-1p2c", 2, .threads = { "P", "C", "c" }, .after = "D" },
	{ "peek", 1, .threads = { "pp", "kckc" }, .after = "D" },
	{ "look", 1, .threads = { "pp", "ece" }, .after = "D" },
	{ "seen-full", 1, .threads = { "p!", "?1pc" }, .after = "D" },
	{ "turns", 2, .threads = { "pcp", "p" }, .after = "D" },
	{ "turns-pop", 2, .threads = { "cpc", "c" }, .before = "pp", .after = "D" },
	{ "force-then", 2, .threads = { "fp", "cc" }, .before = "pp", .after = "D" },
	{ "peek-full", 2, .threads = { "pp", "ck" }, .before = "p", .after = "D" },
	{ "look-full", 2, .threads = { "pp", "ce" }, .before = "p", .after = "D" },
	{ "look-room", 2, .threads = { "pu", "cc" }, .before = "p", .after = "D" },
	{ "look-turns", 2, .threads = { "cpc", "e" }, .before = "pp", .after = "D" },
	{ "look-turns-full", 2, .threads = { "pcp", "u" }, .after = "D" },
	{ "flag-empty", 2, .threads = { "p_2", "^e" }, .after = "D" },
	{ "flag-some", 2, .threads = { "c_2", "^e" }, .before = "p", .after = "D" },
	{ "flag-full", 1, .threads = { "c_2", "^u" }, .before = "p", .after = "D" },
	{ "flag-room", 1, .threads = { "p_2", "^u" }, .after = "D" },
	{ "flag-len", 1, .threads = { "p_2", "^n" }, .after = "D" },
	{ "flag-len-1", 1, .threads = { "c_2", "^n" }, .before = "p", .after = "D" },
	{ "flag-force", 1, .threads = { "f_2", "^c" }, .before = "p", .after = "D" },
	{ "flag-force-len", 2, .threads = { "f_2", "^n" }, .before = "pp", .after = "D" },
	{ "len", 2, .threads = { "pp", "cn" }, .before = "p", .after = "D" },
	{ "len-turns", 2, .threads = { "pcp", "n" }, .before = "p", .after = "D" },
	{ "len-before", 2, .threads = { "ce", "p", "n" }, .before = "p", .after = "D" },
	{ "len-after", 2, .threads = { "pn", "c", "n" }, .before = "p", .after = "D" },
	{ "seen-empty", 2, .threads = { "p!", "p!", "?1?2cc" }, .after = "D" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
