/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_spsc_queue.c: the queue from one thread to one other, through every execution. */
#include <weft/spsc_queue.h>

#include "support/script.h"

WEFT_SPSC_QUEUE(ticks, uint64_t);

#define MOST 4

static ticks queue;
static uint64_t memory[WEFT_SPSC_QUEUE_BYTES(uint64_t, MOST) / sizeof(uint64_t)];

/* The variants: counts begin at 0, or so that they wrap under way. */
enum { FROM_0, NEAR_THE_TOP };

static void
init(const struct script *s)
{
	if (ticks_init_over(&queue, memory, sizeof memory, s->capacity) != WEFT_OK)
		abort();
	if (s->variant == NEAR_THE_TOP)
		weft_spsc_queue_begin_at_(&queue.raw, UINT64_MAX);
}

static void
push_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done;

	for (size_t i = 0; i < n; i++)
		vs[i] = script_value(row);
	done = ticks_push_n(&queue, vs, n);
	for (size_t i = 0; i < done; i++)
		answer_did(row, ANSWER_PUSH, vs[i]);
	if (done < n)
		answer_did(row, ANSWER_FULL, vs[done]);
}

static void
pop_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done = ticks_pop_n(&queue, vs, n);

	for (size_t i = 0; i < done; i++)
		answer_did(row, ANSWER_POP, vs[i]);
	if (done < n)
		answer_did(row, ANSWER_EMPTY, 0);
}

/* As many as it lends, of two. */
static void
fill_in_place(unsigned row)
{
	size_t n = 2;
	uint64_t *at = ticks_reserve(&queue, &n), v;

	if (at == NULL) {
		answer_did(row, ANSWER_FULL, 0);
		return;
	}
	for (size_t i = 0; i < n; i++)
		at[i] = script_value(row);
	v = at[0] - 1;
	ticks_commit(&queue, n);
	for (size_t i = 0; i < n; i++)
		answer_did(row, ANSWER_PUSH, ++v);
}

/* Of two, the first. */
static void
read_in_place(unsigned row)
{
	size_t n = 2;
	const uint64_t *at = ticks_claim(&queue, &n);
	uint64_t v;

	if (at == NULL) {
		answer_did(row, ANSWER_EMPTY, 0);
		return;
	}
	v = at[0];
	ticks_release(&queue, 1);
	answer_did(row, ANSWER_POP, v);
}

static void
act(unsigned row, char letter)
{
	uint64_t v = 0;
	bool is;

	switch (letter) {
	case 'p':
		v = script_value(row);
		answer_did(row, ticks_push(&queue, v) ? ANSWER_PUSH : ANSWER_FULL, v);
		break;
	case 'c':
		is = ticks_pop(&queue, &v);
		answer_did(row, is ? ANSWER_POP : ANSWER_EMPTY, v);
		break;
	case 'P':
		push_n(row, 2);
		break;
	case 'C':
		pop_n(row, 2);
		break;
	case 'r':
		fill_in_place(row);
		break;
	case 'l':
		read_in_place(row);
		break;
	case 'e':
		answer_did(row, ticks_is_empty(&queue) ? ANSWER_EMPTY : ANSWER_SOME, 0);
		break;
	case 'n':
		answer_did(row, ANSWER_LENGTH, ticks_len(&queue));
		break;
	case 'D':
		while (ticks_pop(&queue, &v))
			answer_did(row, ANSWER_POP, v);
		answer_did(row, ANSWER_EMPTY, 0);
		break;
	}
}

static void
fini(void)
{
	ticks_fini(&queue);
}

/*
 * Each side looks at the other's count, acquire, after the release store of its own: so the
 * producer may find the queue full, and the consumer find it empty, in no common order.
 * ("top" shows it, without `apart`: of two places, one has a value; push, full | pop, empty.)
 */
static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini, .step = answer_queue, .apart = true
};

/*
 * p push, c pop, P push_n of 2, C pop_n of 2, r reserve and commit, l claim and release, e
 * is_empty, D drains.
 */
static const struct script scripts[] = {
	{ "1p1c", 2, .threads = { "pp", "cc" }, .after = "D" },
	{ "full", 1, .threads = { "ppp", "ccc" }, .after = "D" },
	{ "wrap", 2, .threads = { "pppp", "cccc" }, .after = "D" },
	{ "top", 2, .threads = { "ppp", "ccc" }, .after = "D", .variant = NEAR_THE_TOP },
	{ "batch", 3, .threads = { "PP", "CC" }, .after = "D" },
	{ "batch-one", 2, .threads = { "PpP", "cCC" }, .after = "D" },
	{ "in-place", 3, .threads = { "rr", "ll" }, .after = "D" },
	{ "in-place-wrap", 2, .threads = { "rpr", "lcl" }, .after = "D" },
	{ "look", 2, .threads = { "pp", "ece" }, .after = "D" },
	/* Either side is handed from one thread to another, by a mark that is seen. */
	{ "len", 2, .threads = { "p", "c", "n" }, .after = "D" },
	{ "len-full", 1, .threads = { "p", "c", "n" }, .before = "p", .after = "D" },
	{ "seen-full", 1, .threads = { "p!", "?1c" }, .after = "D" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
