/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_deque.c: the work-stealing deque and its injector, through every execution. */
#include <weft/deque.h>

#include "support/script.h"

WEFT_DEQUE(work, uint64_t);

#define MOST 4

static work deque;

static void
init(const struct script *s)
{
	weft_deque_options options = { .capacity = s->capacity };

	if (work_init_with(&deque, &options) != WEFT_OK)
		abort();
}

/* A steal that another was quicker than says nothing. */
static void
steal(unsigned row)
{
	uint64_t v = 0;
	weft_status s = work_steal(&deque, &v);

	if (s == WEFT_OK)
		answer_did(row, ANSWER_POP, v);
	else if (s == WEFT_EMPTY)
		answer_did(row, ANSWER_EMPTY, 0);
}

static void
steal_n(unsigned row, size_t n)
{
	uint64_t vs[MOST];
	size_t done = work_steal_n(&deque, vs, n);

	for (size_t i = 0; i < done; i++)
		answer_did(row, ANSWER_POP, vs[i]);
	if (done == 0)
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
		if (!work_push(&deque, v))
			abort();
		answer_did(row, ANSWER_PUSH, v);
		break;
	case 'c':
		is = work_pop(&deque, &v);
		answer_did(row, is ? ANSWER_POP_NEWEST : ANSWER_EMPTY, v);
		break;
	case 's':
		steal(row);
		break;
	case 'S':
		steal_n(row, 3);
		break;
	case 'i':
		v = script_value(row);
		if (!work_inject(&deque, v))
			abort();
		answer_did(row, ANSWER_PUSH, v);
		break;
	case 'j':
		is = work_pop_injected(&deque, &v);
		answer_did(row, is ? ANSWER_POP : ANSWER_EMPTY, v);
		break;
	case 'e':
		answer_did(row, work_is_empty(&deque) ? ANSWER_EMPTY : ANSWER_SOME, 0);
		break;
	case 'n':
		answer_did(row, ANSWER_LENGTH, work_len(&deque));
		break;
	case 'D':
		while (work_pop(&deque, &v))
			answer_did(row, ANSWER_POP_NEWEST, v);
		answer_did(row, ANSWER_EMPTY, 0);
		break;
	case 'J':
		while (work_pop_injected(&deque, &v))
			answer_did(row, ANSWER_POP, v);
		answer_did(row, ANSWER_EMPTY, 0);
		break;
	}
}

static void
fini(void)
{
	work_fini(&deque);
}

static const struct script_subject subject = {
	.init = init, .act = act, .fini = fini, .step = answer_deque, .unbounded = true
};

/*
 * The first thread owns it: p push, c pop. s steals, S steal_n of 3. i injects, j pops what
 * was injected. e is_empty, n len. D, J drain.
 */
static const struct script scripts[] = {
	{ "last", 2, .threads = { "pc", "s" }, .after = "D" },
	{ "two", 2, .threads = { "ppcc", "s" }, .after = "D" },
	{ "two-thieves", 2, .threads = { "pc", "s", "s" }, .before = "p", .after = "D" },
	{ "two-steals", 2, .threads = { "pcc", "ss" }, .before = "p", .after = "D" },
	{ "wrap", 2, .threads = { "ppcpp", "ss" }, .after = "D" },
	{ "reuse", 2, .threads = { "cpcp", "s" }, .before = "p", .after = "D" },
	{ "grow", 1, .threads = { "pp", "s" }, .after = "D" },
	{ "grow-steal", 2, .threads = { "pc", "ss" }, .before = "pp", .after = "D" },
	{ "grow-2", 1, .threads = { "ppc", "s", "s" }, .after = "D" },
	{ "half", 4, .threads = { "cc", "S" }, .before = "ppp", .after = "D" },
	{ "half-2", 4, .threads = { "c", "S", "s" }, .before = "ppp", .after = "D" },
	{ "3-thieves", 4, .threads = { "pc", "s", "s", "s" }, .before = "pp", .after = "D" },
	{ "4p3c3s", 4, .threads = { "pppcpcc", "s", "s", "s" }, .after = "D" },
	{ "look", 2, .threads = { "pc", "es" }, .after = "D" },
	{ "seen", 2, .threads = { "p!", "?1s", "?1s" }, .after = "D" },
	{ "flag-some", 2, .threads = { "p", "s_3", "^e" }, .before = "p", .after = "D" },
	{ "flag-taken", 2, .threads = { "c_2", "^e" }, .before = "p", .after = "D" },
	{ "flag-stolen", 2, .threads = { "^e", "s_1" }, .before = "p", .after = "D" },
	{ "flag-stolen-3", 2, .threads = { "", "s_3", "^e" }, .before = "p", .after = "D" },
	{ "flag-len", 2, .threads = { "^n", "s_1" }, .before = "pp", .after = "D" },
	{ "flag-len-3", 2, .threads = { "", "s_3", "^n" }, .before = "p", .after = "D" },
	{ "flag-len-2", 2, .threads = { "c_2", "^n" }, .before = "pp", .after = "D" },
	{ "flag-last", 2, .threads = { "c_2", "^s" }, .before = "p", .after = "D" },
	{ "flag-last-2", 2, .threads = { "^c", "s_1" }, .before = "p", .after = "D" },
	{ "look-turns", 2, .threads = { "pp", "s", "e" }, .before = "p", .after = "D" },
	{ "len-turns", 2, .threads = { "pcp", "n" }, .before = "p", .after = "D" },
	{ "len-steal", 2, .threads = { "p", "s", "n" }, .before = "p", .after = "D" },
	{ "flag-some-2", 2, .threads = { "c_3", "s!", "?2^e" }, .before = "pp", .after = "D" },
	{ "len-seen", 2, .threads = { "p!", "?1s", "n" }, .before = "p", .after = "D" },
	{ "flag-len-steal", 2, .threads = { "^p", "s_1", "n" }, .before = "p", .after = "D" },
	{ "inject", 1, .threads = { "i", "i", "jj" }, .after = "J" },
	{ "inject-owner", 1, .threads = { "jj", "ii", "j" }, .after = "J" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
