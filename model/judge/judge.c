/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* judge.c: an execution as a history, right and wrong, for a monitor and for the search. */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../stress/brute.h"
#include "../../stress/monitor_deque.h"
#include "../../stress/monitor_queue.h"

static const struct brute_spec *spec;
static size_t capacity;

static uint32_t
thread_of(const struct answer_op *op)
{
	bool is_main = op->row == ANSWER_BEFORE || op->row == ANSWER_AFTER;

	return spec == &brute_deque && is_main ? 1 : op->row;
}

static enum history_kind
kind_of(const struct answer_op *op)
{
	bool steals = spec == &brute_deque && thread_of(op) != 1;

	switch ((enum answer_kind)op->kind) {
	case ANSWER_PUSH:
		return HISTORY_PUSH;
	case ANSWER_FULL:
		return HISTORY_FULL;
	case ANSWER_POP_NEWEST:
		return HISTORY_POP;
	case ANSWER_POP:
		return steals ? HISTORY_STEAL : HISTORY_POP;
	case ANSWER_EMPTY:
		return steals ? HISTORY_STEAL_EMPTY : HISTORY_EMPTY;
	default:
		fputs("judge: a monitor knows no such operation\n", stderr);
		abort();
	}
}

static struct history
make_history(void)
{
	const struct answer_op *order;
	size_t n = answer_order(&order);
	struct history h;

	history_init(&h, n);
	for (size_t i = 0; i < n; i++) {
		size_t before = i, after = i;

		/* From just after the thread's last one to just before its next one. */
		while (before > 0 && thread_of(&order[before - 1]) != thread_of(&order[i]))
			before--;
		while (after + 1 < n && thread_of(&order[after + 1]) != thread_of(&order[i]))
			after++;
		history_add(&h, (struct history_op){ .call = 2 * before, .ret = 2 * after + 1,
		    .value = order[i].value, .thread = thread_of(&order[i]),
		    .kind = kind_of(&order[i]) });
	}
	history_seal(&h);
	return h;
}

static bool
says_right(const struct history *h)
{
	struct monitor_spec how = { .capacity = capacity };
	struct monitor_verdict v = spec == &brute_deque ? monitor_deque(h, false)
							: monitor_queue(h, &how);

	return v.fault == MONITOR_OK;
}

/* The first pop and the last one change places: what came out is the same, the order is not. */
static void
change_answers(struct history *h)
{
	size_t first = h->n, last = h->n;

	for (size_t i = 0; i < h->n; i++) {
		if (h->ops[i].kind != HISTORY_POP && h->ops[i].kind != HISTORY_STEAL)
			continue;
		first = first == h->n ? i : first;
		last = i;
	}
	if (first != last) {
		uint64_t v = h->ops[first].value;

		h->ops[first].value = h->ops[last].value;
		h->ops[last].value = v;
	}
}

static void
judge(void)
{
	struct history h = make_history();

	if (!brute_is_linearizable(&h, spec, capacity) || !says_right(&h)) {
		fputs("judge: a right history is called wrong\n", stderr);
		abort();
	}
	change_answers(&h);
	if (brute_is_linearizable(&h, spec, capacity) != says_right(&h)) {
		fputs("judge: the monitor and the search do not agree\n", stderr);
		abort();
	}
	history_fini(&h);
}

void
judge_queue(unsigned of)
{
	spec = &brute_queue;
	capacity = of;
	judge();
}

void
judge_deque(void)
{
	spec = &brute_deque;
	judge();
}
