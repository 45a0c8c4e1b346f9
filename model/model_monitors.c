/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_monitors.c: the monitors of the stress programs, over histories of every execution. */
#include <weft/array_queue.h>
#include <weft/deque.h>

#include "judge/judge.h"
#include "support/script.h"

WEFT_ARRAY_QUEUE(ring, uint64_t);
WEFT_DEQUE(work, uint64_t);

/* Of a script's variant: what it is about. */
enum { QUEUE, DEQUE };

static const struct script *script;
static ring queue;
static work deque;
static uint64_t memory[WEFT_ARRAY_QUEUE_BYTES(uint64_t, 4) / sizeof(uint64_t)];

static void
init(const struct script *s)
{
	weft_deque_options options = { .capacity = 2 };

	script = s;
	script_rule(s->variant == DEQUE ? answer_deque : answer_queue, false);
	if (ring_init_over(&queue, memory, sizeof memory, s->capacity) != WEFT_OK ||
	    work_init_with(&deque, &options) != WEFT_OK)
		abort();
}

static void
act_on_queue(unsigned row, char letter)
{
	uint64_t v = 0;
	bool is;

	if (letter == 'p') {
		v = script_value(row);
		is = ring_push(&queue, v);
		answer_did(row, is ? ANSWER_PUSH : ANSWER_FULL, v);
	} else {
		is = ring_pop(&queue, &v);
		answer_did(row, is ? ANSWER_POP : ANSWER_EMPTY, v);
	}
}

static void
act_on_deque(unsigned row, char letter)
{
	uint64_t v = 0;
	weft_status s;
	bool is;

	if (letter == 'p') {
		v = script_value(row);
		if (!work_push(&deque, v))
			abort();
		answer_did(row, ANSWER_PUSH, v);
	} else if (letter == 'c') {
		is = work_pop(&deque, &v);
		answer_did(row, is ? ANSWER_POP_NEWEST : ANSWER_EMPTY, v);
	} else {
		s = work_steal(&deque, &v);
		if (s != WEFT_BUSY)
			answer_did(row, s == WEFT_OK ? ANSWER_POP : ANSWER_EMPTY, v);
	}
}

static void
act(unsigned row, char letter)
{
	if (script->variant == DEQUE)
		act_on_deque(row, letter);
	else
		act_on_queue(row, letter);
}

static void
fini(void)
{
	if (script->variant == DEQUE)
		judge_deque();
	else
		judge_queue(script->capacity);
	ring_fini(&queue);
	work_fini(&deque);
}

static const struct script_subject subject = { .init = init, .act = act, .fini = fini };

/* p push, c pop, s steal. */
static const struct script scripts[] = {
	{ "queue", 2, .threads = { "pp", "cc" }, .after = "ccc" },
	{ "queue-full", 1, .threads = { "pp", "cc" }, .after = "cc" },
	{ "queue-3", 2, .threads = { "p", "p", "cc" }, .after = "cc" },
	{ "queue-2c", 2, .threads = { "pp", "c", "c" }, .after = "ccc" },
	{ "queue-2p2c", 2, .threads = { "p", "p", "c", "c" }, .after = "c" },
	{ "deque", 2, .threads = { "ppcc", "s" }, .after = "c", .variant = DEQUE },
	{ "deque-2s", 2, .threads = { "pcc", "ss" }, .before = "p", .after = "c",
	    .variant = DEQUE },
	{ "deque-2t", 2, .threads = { "pc", "s", "s" }, .before = "p", .after = "c",
	    .variant = DEQUE },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
