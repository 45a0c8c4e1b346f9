/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * monitor_deque.c: the aspects of a deque that one thread owns.
 *
 * The owner's operations are in one order, that of its program, which makes this easier
 * than a queue. Let a < b be values, so a was pushed first.
 *
 * ORDER, at the owner's end    The owner pops a, and b, pushed before that pop, was not
 *                              popped by the owner before it. Then b was stolen, or is
 *                              still there: at the moment of that steal (or of the pop)
 *                              both a and b were there, and a, which is older, was in
 *                              the way (or b, which is newer).
 * ORDER, at the thieves' end   a is stolen after b was: the steal of b returned before the
 *                              steal of a was called, or b is stolen and a is never taken.
 *                              When b was stolen a was there, and older. One thief's steals
 *                              count in its own order, those of a batch too.
 * ORDER, between the ends      The owner popped a after b's steal had returned: covered by
 *                              the first, since b was pushed before it was stolen, and a
 *                              was there all the while.
 * FALSE_EMPTY                  As for queues: certainly there means from the return of the
 *                              push to the call of the pop or steal. The owner's empties
 *                              and the thieves' are judged alike. (That an older value is
 *                              stolen first adds nothing: it is there as long itself.)
 *
 * That these are all is not proved here: tests/stress/test_monitor_deque.c has brute force
 * agree on 10^5 histories, batches included.
 */
#include "monitor_deque.h"

#include <stdlib.h>

#include "span.h"

static void *
must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static bool
is_stolen(const struct history *h, const struct span *s)
{
	return s->pop != SPAN_NONE && h->ops[s->pop].kind == HISTORY_STEAL;
}

static struct monitor_verdict
passed_over(const struct span *taken, const struct span *left)
{
	struct monitor_verdict v;

	monitor_blame(&v, MONITOR_ORDER);
	monitor_because(&v, taken->push);
	monitor_because(&v, taken->pop);
	monitor_because(&v, left->push);
	monitor_because(&v, left->pop);
	return v;
}

/* The owner's end: replays the owner's operations on a stack that no thief touches. */
static struct monitor_verdict
find_pop_order(const struct history *h, const struct span *spans, size_t n)
{
	struct monitor_verdict v = monitor_ok();
	const struct span **stack = must(malloc((n + 1) * sizeof(*stack)));
	const struct span **of_op = must(calloc(h->n + 1, sizeof(*of_op)));
	size_t height = 0;

	for (size_t i = 0; i < n; i++) {
		of_op[spans[i].push] = &spans[i];
		if (spans[i].pop != SPAN_NONE)
			of_op[spans[i].pop] = &spans[i];
	}
	for (size_t i = 0; i < h->n && v.fault == MONITOR_OK; i++) {
		if (h->ops[i].kind == HISTORY_PUSH)
			stack[height++] = of_op[i];
		if (h->ops[i].kind != HISTORY_POP)
			continue;
		if (height > 0 && stack[height - 1] == of_op[i])
			height--;
		else
			v = passed_over(of_op[i], height ? stack[height - 1] : of_op[i]);
	}
	free(stack);
	free(of_op);
	return v;
}

/*
 * The thieves' end. Spans are by value, so by age. Against all older values that were
 * stolen, or are still there: none may be taken after this one's steal had returned.
 */
static struct monitor_verdict
find_steal_order(const struct history *h, const struct span *spans, size_t n)
{
	const struct span *latest = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!is_stolen(h, &spans[i]) && spans[i].pop != SPAN_NONE)
			continue;
		if (is_stolen(h, &spans[i]) && latest != NULL &&
		    spans[i].pop_ret < latest->pop_call)
			return passed_over(&spans[i], latest);
		if (latest == NULL || spans[i].pop_call > latest->pop_call)
			latest = &spans[i];
	}
	return monitor_ok();
}

/* One thief's steals, in its own order, give ever newer values. */
static struct monitor_verdict
find_thief_order(const struct history *h, const struct span *spans, size_t n)
{
	struct monitor_verdict v = monitor_ok();
	uint32_t threads = 0;
	const struct span **last;

	for (size_t i = 0; i < h->n; i++)
		if (h->ops[i].thread >= threads)
			threads = h->ops[i].thread + 1;
	last = must(calloc(threads + 1, sizeof(*last)));
	for (size_t i = 0; i < n; i++) {
		const struct span **of_thief;

		if (!is_stolen(h, &spans[i]))
			continue;
		of_thief = &last[h->ops[spans[i].pop].thread];
		if (*of_thief != NULL && (*of_thief)->pop > spans[i].pop) {
			v = passed_over(&spans[i], *of_thief);
			break;
		}
		*of_thief = &spans[i];
	}
	free(last);
	return v;
}

struct monitor_verdict
monitor_deque(const struct history *h, bool is_drained)
{
	struct monitor_verdict v;
	size_t n;
	struct span *spans = span_pair(h, is_drained, &n, &v);

	if (spans == NULL)
		return v;
	v = find_pop_order(h, spans, n);
	if (v.fault == MONITOR_OK)
		v = find_steal_order(h, spans, n);
	if (v.fault == MONITOR_OK)
		v = find_thief_order(h, spans, n);
	if (v.fault == MONITOR_OK)
		v = span_false_empty(h, spans, n, 1u << HISTORY_EMPTY | 1u << HISTORY_STEAL_EMPTY);
	free(spans);
	return v;
}
