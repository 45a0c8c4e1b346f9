/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* span.c: pairing pushes with pops, and what can be told from the pairs alone. */
#include "span.h"

#include <stdlib.h>

struct monitor_verdict
monitor_ok(void)
{
	return (struct monitor_verdict){ .fault = MONITOR_OK };
}

void
monitor_blame(struct monitor_verdict *v, enum monitor_fault fault)
{
	v->fault = fault;
	v->n = 0;
}

void
monitor_because(struct monitor_verdict *v, size_t op)
{
	if (op != SPAN_NONE && v->n < MONITOR_WHY)
		v->why[v->n++] = op;
}

static int
span_by_value(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value;
}

static int
span_by_push_ret(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->push_ret < y->push_ret ? -1 : x->push_ret > y->push_ret;
}

static struct span *
span_pushes(const struct history *h, size_t *n)
{
	struct span *spans = malloc((h->n + 1) * sizeof(*spans));

	if (spans == NULL)
		abort();
	*n = 0;
	for (size_t i = 0; i < h->n; i++)
		if (h->ops[i].kind == HISTORY_PUSH)
			spans[(*n)++] = (struct span){ h->ops[i].value, h->ops[i].call,
				h->ops[i].ret, SPAN_NEVER, SPAN_NEVER, i, SPAN_NONE };
	qsort(spans, *n, sizeof(*spans), span_by_value);
	for (size_t i = 1; i < *n; i++)
		if (spans[i].value == spans[i - 1].value)
			abort();   /* the program's fault: values must tell themselves apart */
	return spans;
}

/* Ends the span that a pop or steal belongs to; false, with the verdict, when none does. */
static bool
span_end(const struct history *h, struct span *spans, size_t n, size_t op,
    struct monitor_verdict *v)
{
	struct span key = { .value = h->ops[op].value };
	struct span *s = bsearch(&key, spans, n, sizeof(*spans), span_by_value);

	if (s == NULL || h->ops[op].ret < s->push_call) {
		monitor_blame(v, MONITOR_NOWHERE);
		monitor_because(v, op);
		monitor_because(v, s ? s->push : SPAN_NONE);
		return false;
	}
	if (s->pop != SPAN_NONE) {
		monitor_blame(v, MONITOR_TWICE);
		monitor_because(v, s->push);
		monitor_because(v, s->pop);
		monitor_because(v, op);
		return false;
	}
	s->pop = op;
	s->pop_call = h->ops[op].call;
	s->pop_ret = h->ops[op].ret;
	return true;
}

struct span *
span_pair(const struct history *h, bool is_drained, size_t *n, struct monitor_verdict *v)
{
	struct span *spans = span_pushes(h, n);

	*v = monitor_ok();
	for (size_t i = 0; i < h->n; i++)
		if ((h->ops[i].kind == HISTORY_POP || h->ops[i].kind == HISTORY_STEAL) &&
		    !span_end(h, spans, *n, i, v))
			goto out;
	for (size_t i = 0; is_drained && i < *n; i++)
		if (spans[i].pop == SPAN_NONE) {
			monitor_blame(v, MONITOR_LOST);
			monitor_because(v, spans[i].push);
			goto out;
		}
	return spans;
out:
	free(spans);
	return NULL;
}

/* A time during which some value was certainly there. */
struct presence {
	uint64_t from, to;
};

/*
 * A value is certainly there from the return of its push to the call of its pop. Joins
 * what overlaps. Spans are sorted by push_ret; the result is sorted and disjoint.
 */
static size_t
presence_join(const struct span *spans, size_t n, struct presence *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (spans[i].push_ret > spans[i].pop_call)
			continue;   /* the two overlap: it need not have been there at any time */
		if (k > 0 && spans[i].push_ret < out[k - 1].to) {
			if (spans[i].pop_call > out[k - 1].to)
				out[k - 1].to = spans[i].pop_call;
		} else {
			out[k++] = (struct presence){ spans[i].push_ret, spans[i].pop_call };
		}
	}
	return k;
}

/* The last presence that begins before t; NULL: none does. */
static const struct presence *
presence_before(const struct presence *p, size_t k, uint64_t t)
{
	size_t low = 0, high = k;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p[mid].from < t)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &p[low - 1] : NULL;
}

/* A chain of values, each there before the one before it may leave, across the empty operation. */
static void
explain_empty(struct monitor_verdict *v, const struct history *h, const struct span *spans,
    size_t n, size_t empty)
{
	uint64_t reached = h->ops[empty].call;
	size_t i = 0;

	monitor_blame(v, MONITOR_FALSE_EMPTY);
	monitor_because(v, empty);
	while (reached <= h->ops[empty].ret) {
		const struct span *best = NULL;

		for (; i < n && spans[i].push_ret < reached; i++)
			if (best == NULL || spans[i].pop_call > best->pop_call)
				best = &spans[i];
		if (best == NULL || best->pop_call <= reached)
			return;
		monitor_because(v, best->push);
		monitor_because(v, best->pop);
		reached = best->pop_call;
	}
}

struct monitor_verdict
span_false_empty(const struct history *h, const struct span *spans, size_t n, unsigned kinds)
{
	struct monitor_verdict v = monitor_ok();
	struct span *sorted = malloc((n + 1) * sizeof(*sorted));
	struct presence *joined = malloc((n + 1) * sizeof(*joined));
	size_t k;

	if (sorted == NULL || joined == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		sorted[i] = spans[i];
	qsort(sorted, n, sizeof(*sorted), span_by_push_ret);
	k = presence_join(sorted, n, joined);
	for (size_t i = 0; i < h->n; i++) {
		const struct presence *p;

		if (!(kinds >> h->ops[i].kind & 1))
			continue;
		p = presence_before(joined, k, h->ops[i].call);
		if (p != NULL && p->to > h->ops[i].ret) {
			explain_empty(&v, h, sorted, n, i);
			break;
		}
	}
	free(sorted);
	free(joined);
	return v;
}
