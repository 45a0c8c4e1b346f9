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
		linear_did(row, LINEAR_PUSH, vs[i]);
}

static void
pop_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done = jobs_pop_n(&queue, vs, n);

	for (size_t i = 0; i < done; i++)
		linear_did(row, LINEAR_POP, vs[i]);
	if (done < n)
		linear_did(row, LINEAR_EMPTY, 0);
}

static void
act(unsigned row, char letter)
{
	uint64_t v = 0;

	switch (letter) {
	case 'p':
		v = script_value(row);
		if (!jobs_push(&queue, v))
			abort();
		linear_did(row, LINEAR_PUSH, v);
		break;
	case 'c':
		linear_did(row, jobs_pop(&queue, &v) ? LINEAR_POP : LINEAR_EMPTY, v);
		break;
	case 'P':
		push_n(row, 2);
		break;
	case 'C':
		pop_n(row, 2);
		break;
	case 'D':
		while (jobs_pop(&queue, &v))
			linear_did(row, LINEAR_POP, v);
		linear_did(row, LINEAR_EMPTY, 0);
		break;
	}
}

static void
fini(void)
{
	jobs_fini(&queue);
}

static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini, .step = linear_queue, .unbounded = true
};

/* p push, c pop, P push_n of 2, C pop_n of 2, D drains. `before` says how near the edge. */
static const struct script scripts[] = {
	{ "1p1c", 0, { "pp", "cc" }, .after = "D" },
	{ "edge", 0, { "pp", "cc" }, .before = "pp", .after = "D" },
	{ "edge-empty", 0, { "pp", "cc" }, .before = "ppcc", .after = "D" },
	{ "2p", 0, { "pp", "p" }, .before = "p", .after = "D" },
	{ "2p-edge", 0, { "p", "p" }, .before = "pp", .after = "D" },
	{ "2c-edge", 0, { "c", "c" }, .before = "pppp", .after = "D" },
	{ "2c-edge-sweep", 0, { "c", "cc" }, .before = "ppppcc", .after = "D" },
	{ "2p1c", 0, { "p", "p", "cc" }, .after = "D" },
	{ "2p1c-edge", 0, { "p", "p", "c" }, .before = "ppcc", .after = "D" },
	{ "1p2c", 0, { "pp", "c", "c" }, .after = "D" },
	{ "1p2c-edge", 0, { "pp", "c", "c" }, .before = "ppcc", .after = "D" },
	{ "2p2c", 0, { "p", "p", "c", "c" }, .after = "D" },
	{ "spare", 0, { "ppp", "cc" }, .before = "pppcc", .after = "D" },
	{ "batch", 0, { "PP", "CC" }, .after = "D" },
	{ "batch-2p", 0, { "P", "P" }, .before = "p", .after = "D" },
	{ "batch-2c", 0, { "C", "C" }, .before = "pppp", .after = "D" },
	{ "seen", 0, { "p!", "p!", "?1?2cc" }, .after = "D" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
