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
		linear_did(row, LINEAR_PUSH, vs[i]);
	if (done < n)
		linear_did(row, LINEAR_FULL, vs[done]);
}

static void
pop_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done = ring_pop_n(&queue, vs, n);

	for (size_t i = 0; i < done; i++)
		linear_did(row, LINEAR_POP, vs[i]);
	if (done < n)
		linear_did(row, LINEAR_EMPTY, 0);
}

/* A force_push that evicts counts as a pop, of a full queue, and a push right after it. */
static void
force_push(unsigned row)
{
	uint64_t v = script_value(row), old;
	bool had;

	ring_force_push(&queue, v, &old, &had);
	if (had)
		linear_did(row, LINEAR_POP_FULL, old);
	linear_did(row, LINEAR_PUSH, v);
}

static void
act(unsigned row, char letter)
{
	uint64_t v = 0;

	switch (letter) {
	case 'p':
		v = script_value(row);
		linear_did(row, ring_push(&queue, v) ? LINEAR_PUSH : LINEAR_FULL, v);
		break;
	case 'c':
		linear_did(row, ring_pop(&queue, &v) ? LINEAR_POP : LINEAR_EMPTY, v);
		break;
	case 'k':
		linear_did(row, ring_peek(&queue, &v) ? LINEAR_PEEK : LINEAR_EMPTY, v);
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
	case 'D':
		while (ring_pop(&queue, &v))
			linear_did(row, LINEAR_POP, v);
		linear_did(row, LINEAR_EMPTY, 0);
		break;
	}
}

static void
fini(void)
{
	ring_fini(&queue);
}

static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini, .step = linear_queue
};

/*
 * p push, c pop, k peek, f force_push, P push_n of 2, C pop_n of 2, D drains. In brackets:
 * complete executions.
 */
static const struct script scripts[] = {
	{ "1p1c", 2, { "pp", "cc" }, .after = "D" },
	{ "full", 1, { "pp", "cc" }, .after = "D" },
	{ "wrap", 2, { "ppp", "ccc" }, .after = "D" },
	{ "top", 2, { "ppp", "ccc" }, .after = "D", .variant = NEAR_THE_TOP },
	{ "2p", 1, { "p", "p" }, .after = "D" },
	{ "2p1c", 2, { "p", "p", "cc" }, .after = "D" },
	{ "1p2c", 2, { "pp", "c", "c" }, .after = "D" },
	{ "2p1c-full", 1, { "p", "p", "c" }, .after = "D" },
	{ "2p2c", 2, { "p", "p", "c", "c" }, .after = "D" },
	{ "2p2c-x2", 4, { "pp", "pp", "cc", "cc" } },
	{ "force", 1, { "ff", "cc" }, .after = "D" },
	{ "force-2", 1, { "f", "f", "c" }, .before = "p", .after = "D" },
	{ "force-push", 1, { "f", "p", "c" }, .after = "D" },
	{ "force-wide", 2, { "f", "f", "c" }, .before = "pp", .after = "D" },
	{ "batch", 2, { "PP", "CC" }, .after = "D" },
	{ "batch-2p1c", 3, { "P", "P", "C" }, .after = "D" },
	{ "batch-1p2c", 2, { "P", "C", "c" }, .after = "D" },
	{ "peek", 1, { "pp", "kckc" }, .after = "D" },
	{ "seen-full", 1, { "p!", "?1pc" }, .after = "D" },
	{ "seen-empty", 2, { "p!", "p!", "?1?2cc" }, .after = "D" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
