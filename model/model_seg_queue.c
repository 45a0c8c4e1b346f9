/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_seg_queue.c: the unbounded queue, through every execution; a segment has 3 slots here. */
#include <weft/seg_queue.h>

#include "support/script.h"

WEFT_SEG_QUEUE(jobs, uint64_t);

#define MOST 4

static jobs queue;

static void
init(const struct script *s)
{
	(void)s;
	if (jobs_init(&queue) != WEFT_OK)
		abort();
}

static void
push_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];

	for (size_t i = 0; i < n; i++)
		vs[i] = script_value(row);
	if (jobs_push_n(&queue, vs, n) != n)
		abort();
	for (size_t i = 0; i < n; i++)
		answer_did(row, ANSWER_PUSH, vs[i]);
}

static void
pop_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done = jobs_pop_n(&queue, vs, n);

	for (size_t i = 0; i < done; i++)
		answer_did(row, ANSWER_POP, vs[i]);
	if (done < n)
		answer_did(row, ANSWER_EMPTY, 0);
}

static void
act(unsigned row, char letter)
{
	uint64_t v = 0;
	bool is;

	switch (letter) {
	case 'p':
		v = script_value(row);
		if (!jobs_push(&queue, v))
			abort();
		answer_did(row, ANSWER_PUSH, v);
		break;
	case 'c':
		is = jobs_pop(&queue, &v);
		answer_did(row, is ? ANSWER_POP : ANSWER_EMPTY, v);
		break;
	case 'P':
		push_n(row, 2);
		break;
	case 'C':
		pop_n(row, 2);
		break;
	case 'e':
		answer_did(row, jobs_is_empty(&queue) ? ANSWER_EMPTY : ANSWER_SOME, 0);
		break;
	case 'n':
		answer_did(row, ANSWER_LENGTH, jobs_len(&queue));
		break;
	case 'D':
		while (jobs_pop(&queue, &v))
			answer_did(row, ANSWER_POP, v);
		answer_did(row, ANSWER_EMPTY, 0);
		break;
	}
}

static void
fini(void)
{
	jobs_fini(&queue);
}

static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini, .step = answer_queue, .unbounded = true
};

/*
 * p push, c pop, P push_n of 2, C pop_n of 2, e is_empty, n len, D drains; `before`: how near
 * the edge.
 */
static const struct script scripts[] = {
	{ "1p1c", 0, .threads = { "pp", "cc" }, .after = "D" },
	{ "edge", 0, .threads = { "pp", "cc" }, .before = "pp", .after = "D" },
	{ "edge-empty", 0, .threads = { "pp", "cc" }, .before = "ppcc", .after = "D" },
	{ "2p", 0, .threads = { "pp", "p" }, .before = "p", .after = "D" },
	{ "2p-edge", 0, .threads = { "p", "p" }, .before = "pp", .after = "D" },
	{ "2c-edge", 0, .threads = { "c", "c" }, .before = "pppp", .after = "D" },
	{ "2c-edge-sweep", 0, .threads = { "c", "cc" }, .before = "ppppcc", .after = "D" },
	{ "2p1c", 0, .threads = { "p", "p", "cc" }, .after = "D" },
	{ "2p1c-edge", 0, .threads = { "p", "p", "c" }, .before = "ppcc", .after = "D" },
	{ "1p2c", 0, .threads = { "pp", "c", "c" }, .after = "D" },
	{ "1p2c-edge", 0, .threads = { "pp", "c", "c" }, .before = "ppcc", .after = "D" },
	{ "1p2c-link", 0, .threads = { "p", "c", "c" }, .before = "ppcc", .after = "D" },
	{ "2p2c", 0, .threads = { "p", "p", "c", "c" }, .after = "D" },
	{ "reuse", 0, .threads = { "c", "ccppp" }, .before = "ppp", .after = "D" },
	{ "reuse-2", 0, .threads = { "cc", "cppp" }, .before = "ppp", .after = "D" },
	{ "spare", 0, .threads = { "ppp", "cc" }, .before = "pppcc", .after = "D" },
	{ "batch", 0, .threads = { "PP", "CC" }, .after = "D" },
	{ "batch-2p", 0, .threads = { "P", "P" }, .before = "p", .after = "D" },
	{ "batch-2c", 0, .threads = { "C", "C" }, .before = "pppp", .after = "D" },
	{ "look", 0, .threads = { "pp", "ece" }, .before = "p", .after = "D" },
	{ "look-edge", 0, .threads = { "pp", "ece" }, .before = "ppcc", .after = "D" },
	{ "reuse-slot", 0, .threads = { "c", "ccpppp" }, .before = "ppp", .after = "D" },
	{ "leave", 0, .threads = { "cc", "cc" }, .before = "pppc", .after = "D" },
	{ "turns", 0, .threads = { "pc", "c" }, .before = "p", .after = "D" },
	{ "flag-empty", 0, .threads = { "p_2", "^c" }, .after = "D" },
	{ "flag-edge", 0, .threads = { "p_2", "^c" }, .before = "ppcc", .after = "D" },
	{ "flag-edge-3", 0, .threads = { "p", "^c", "e_2" }, .before = "ppcc", .after = "D" },
	{ "flag-some", 0, .threads = { "c_2", "^e" }, .before = "p", .after = "D" },
	{ "flag-some-edge", 0, .threads = { "c_2", "^e" }, .before = "pppcc", .after = "D" },
	{ "flag-some-3", 0, .threads = { "c", "^e", "e_2" }, .before = "pppcc", .after = "D" },
	{ "flag-len", 0, .threads = { "p_2", "^n" }, .after = "D" },
	{ "flag-len-edge", 0, .threads = { "p_2", "^n" }, .before = "pp", .after = "D" },
	{ "len-turns", 0, .threads = { "pcp", "n" }, .before = "p", .after = "D" },
	{ "len-edge", 0, .threads = { "pcp", "n" }, .before = "pp", .after = "D" },
	{ "len-before", 0, .threads = { "ce", "p", "n" }, .before = "p", .after = "D" },
	{ "len-after", 0, .threads = { "pn", "c", "n" }, .before = "p", .after = "D" },
	{ "seen", 0, .threads = { "p!", "p!", "?1?2cc" }, .after = "D" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
