/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * monitor_queue.c: linearizability of FIFO queues by aspects.
 *
 * The idea is Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability proofs"
 * (CONCUR 2013): a history of a queue whose values differ is linearizable exactly when it
 * shows none of four faults, each of which concerns few operations and is found by sorting.
 * Write a.push.ret < b.push.call as "a's push precedes b's". For each aspect: why what it
 * reports is a fault (it is never a false alarm), then why there is nothing else.
 *
 * NOWHERE, TWICE   A pop gives a value that nobody pushed, or whose push began after the
 *                  pop had returned, or that another pop gave. No order can put a push
 *                  before such a pop and no other pop between.
 * ORDER            a's push precedes b's, but b's pop precedes a's (or a is never popped
 *                  and b is). In any order a is in the queue before b comes, so b cannot
 *                  leave before a.
 * FALSE_EMPTY      A value is in the queue from the return of its push to the call of its
 *                  pop, whatever the order. If such times of several values, each begun
 *                  before the last one ended, cover a pop that said empty, then that pop
 *                  has no moment at which the queue was empty.
 * LOST             After the last pops said empty, a value is missing: a FALSE_EMPTY, by
 *                  its plainer name.
 *
 * Nothing else, for unbounded queues: that is the paper's theorem. The gist: without
 * empties, order values by "a before b if a's push precedes b's or a's pop precedes b's".
 * Precedence of intervals has no 2+2 (of two pairs one first interval precedes the other
 * pair's second), so a cycle would shrink to one of two values, which is ORDER. An order
 * of the values gives the pushes their moments, as early as it allows, and the pops
 * theirs. An empty that is not covered has a moment that no value must span; what ends
 * before it and what begins after it are two histories with one empty less.
 *
 * Bounded queues, the dual. A queue of capacity k is a queue of values in one direction
 * and of k places in the other: a pop puts a place in, a push takes one out, and "full" is
 * the "empty" of places. The aspects turn round:
 *
 * OVERFULL         (of places: taken before it is there.) More than k values are certainly
 *                  in the queue at one moment, by the same times as above.
 * FALSE_FULL       (of places: false empty.) A value can only be in the queue from the
 *                  call of its push to the return of its pop. If at every moment of a push
 *                  that said full fewer than k values can be there, it had no moment at
 *                  which the queue was full.
 *
 * These two are right but not all: a place, unlike a value, has no name, so which pop
 * gives which push its place depends on the order of the values, which the history leaves
 * open in part; and one value may have to be in the queue early for a full and late for
 * the capacity. Three examples, each of capacity 1, in which every aspect is silent:
 *
 *   x: push [0,9], pop [10,11]; full [1,2]; empty [3,4]: full wants x in, empty wants it out.
 *   y: push [0,1], pop [6,7]; x: push [0,5], pop [2,3]: x leaves first, so x came before y,
 *      so x is still there when y comes.
 *   x: push [0,1], pop [2,5]; y: push [3,4], pop [6,7]; full [2,5], empty [2,5].
 *      (That one is right: x leaves, empty; y comes, full.)
 *
 * So when the aspects are silent and the queue is bounded, witness.c looks for an order,
 * and the monitor believes only that. On the histories of right queues it finds one without
 * going back, in n log n all told; the aspects are what names a fault at once and at any size.
 *
 * Batches: the values of a push_n or pop_n share an interval and have an order all the
 * same, which intervals do not tell. Two of one push_n that leave in the wrong order are
 * found like ORDER; for what is subtler the search, which knows the threads' order, is run.
 *
 * A weak full (monitor_queue.h) says nothing of the order: it is the FALSE_FULL test
 * itself, with "can be there" as its very definition, and is left out of the search.
 */
#include "monitor_queue.h"

#include <stdlib.h>

#include "span.h"
#include "witness.h"

const char *
monitor_fault_text(enum monitor_fault fault)
{
	static const char *const texts[] = {
#define MONITOR_TEXT_(name, text) text,
		MONITOR_FAULTS(MONITOR_TEXT_)
#undef MONITOR_TEXT_
	};

	return texts[fault];
}

static void *
must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static int
by_push_ret(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->push_ret < y->push_ret ? -1 : x->push_ret > y->push_ret;
}

static int
by_push_call(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->push_call < y->push_call ? -1 : x->push_call > y->push_call;
}

struct pushed {
	uint32_t thread;
	const struct span *span;
};

static struct monitor_verdict
inverted(const struct span *first, const struct span *second)
{
	struct monitor_verdict v;

	monitor_blame(&v, MONITOR_ORDER);
	monitor_because(&v, first->push);
	monitor_because(&v, first->pop);
	monitor_because(&v, second->push);
	monitor_because(&v, second->pop);
	return v;
}

/*
 * ORDER. Take the values b by the calls of their pushes; those whose pushes precede b's
 * are a growing prefix by push_ret, and only the one that leaves last matters.
 */
static struct monitor_verdict
find_order(const struct span *spans, size_t n)
{
	struct monitor_verdict v = monitor_ok();
	struct span *before = must(malloc((n + 1) * sizeof(*before)));
	struct span *next = must(malloc((n + 1) * sizeof(*next)));
	const struct span *latest = NULL;
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		before[i] = next[i] = spans[i];
	qsort(before, n, sizeof(*before), by_push_ret);
	qsort(next, n, sizeof(*next), by_push_call);
	for (size_t i = 0; i < n; i++) {
		for (; at < n && before[at].push_ret < next[i].push_call; at++)
			if (latest == NULL || before[at].pop_call > latest->pop_call)
				latest = &before[at];
		if (latest != NULL && next[i].pop_ret < latest->pop_call) {
			v = inverted(latest, &next[i]);
			break;
		}
	}
	free(before);
	free(next);
	return v;
}

static int
by_thread(const void *a, const void *b)
{
	const struct pushed *x = a, *y = b;

	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	return x->span->push < y->span->push ? -1 : x->span->push > y->span->push;
}

/* ORDER between pushes of one thread: of one batch they overlap, and have an order all the same. */
static struct monitor_verdict
find_batch_order(const struct history *h, const struct span *spans, size_t n)
{
	struct monitor_verdict v = monitor_ok();
	struct pushed *p = must(malloc((n + 1) * sizeof(*p)));
	const struct span *latest = NULL;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pushed){ h->ops[spans[i].push].thread, &spans[i] };
	qsort(p, n, sizeof(*p), by_thread);
	for (size_t i = 0; i < n && v.fault == MONITOR_OK; i++) {
		if (i == 0 || p[i].thread != p[i - 1].thread)
			latest = NULL;
		if (latest != NULL && p[i].span->pop_ret < latest->pop_call)
			v = inverted(latest, p[i].span);
		if (latest == NULL || p[i].span->pop_call > latest->pop_call)
			latest = p[i].span;
	}
	free(p);
	return v;
}

/* OVERFULL: the values that are certainly there, counted along the ranks. */
static struct monitor_verdict
find_overfull(const struct history *h, const struct span *spans, size_t n, size_t capacity)
{
	struct monitor_verdict v = monitor_ok();
	int *change = must(calloc(2 * h->n + 1, sizeof(*change)));
	size_t there = 0;
	uint64_t t = 0;

	for (size_t i = 0; i < n; i++)
		if (spans[i].push_ret < spans[i].pop_call) {
			change[spans[i].push_ret]++;
			if (spans[i].pop_call != SPAN_NEVER)
				change[spans[i].pop_call]--;
		}
	for (; t < 2 * h->n && there <= capacity; t++)
		there += (size_t)change[t];
	if (there > capacity) {
		monitor_blame(&v, MONITOR_OVERFULL);
		for (size_t i = 0; i < n; i++)
			if (spans[i].push_ret < t && spans[i].pop_call >= t) {
				monitor_because(&v, spans[i].push);
				monitor_because(&v, spans[i].pop);
			}
	}
	free(change);
	return v;
}

/* A tree over the ranks whose nodes hold the largest below them: the maximum of any range. */
struct maxima {
	size_t size;
	size_t *node;
};

/* node[size + t]: how many values can be there just after rank t. */
static struct maxima
possible_values(const struct history *h, const struct span *spans, size_t n)
{
	struct maxima m = { 2 * h->n + 1, NULL };

	m.node = must(calloc(2 * m.size, sizeof(*m.node)));
	for (size_t i = 0; i < n; i++) {
		m.node[m.size + spans[i].push_call]++;
		if (spans[i].pop_ret != SPAN_NEVER)
			m.node[m.size + spans[i].pop_ret]--;   /* wraps round; the sum does not */
	}
	for (size_t t = 1; t < m.size; t++)
		m.node[m.size + t] += m.node[m.size + t - 1];
	for (size_t i = m.size - 1; i > 0; i--)
		m.node[i] = m.node[2 * i] > m.node[2 * i + 1] ? m.node[2 * i] : m.node[2 * i + 1];
	return m;
}

static size_t
maximum(const struct maxima *m, size_t from, size_t to)
{
	size_t most = 0;

	for (from += m->size, to += m->size; from < to; from /= 2, to /= 2) {
		if ((from & 1) && m->node[from++] > most)
			most = m->node[from - 1];
		if ((to & 1) && m->node[--to] > most)
			most = m->node[to];
	}
	return most;
}

static struct monitor_verdict
find_false_full(const struct history *h, const struct span *spans, size_t n, size_t capacity)
{
	struct monitor_verdict v = monitor_ok();
	struct maxima m = possible_values(h, spans, n);

	for (size_t i = 0; i < h->n; i++) {
		const struct history_op *op = &h->ops[i];

		if (op->kind != HISTORY_FULL || maximum(&m, op->call, op->ret) >= capacity)
			continue;
		monitor_blame(&v, MONITOR_FALSE_FULL);
		monitor_because(&v, i);
		for (size_t j = 0; j < n; j++)
			if (spans[j].push_call < op->ret && spans[j].pop_ret > op->call) {
				monitor_because(&v, spans[j].push);
				monitor_because(&v, spans[j].pop);
			}
		break;
	}
	free(m.node);
	return v;
}

/* What stands around the operation that no order could get past. */
static void
explain_stuck(struct monitor_verdict *v, const struct history *h, size_t stuck)
{
	monitor_because(v, stuck);
	for (size_t i = 0; i < h->n; i++)
		if (i != stuck && h->ops[i].call < h->ops[stuck].ret &&
		    h->ops[i].ret > h->ops[stuck].call)
			monitor_because(v, i);
}

/* Is there an order? Each guess gets its part of the budget; any of them may be the lucky one. */
static enum witness
search(const struct history *h, const struct span *spans, size_t n, size_t capacity,
    bool with_fulls, size_t budget, size_t *stuck)
{
	enum witness found = WITNESS_UNKNOWN;

	for (int lean = 0; lean < WITNESS_LEANS && found == WITNESS_UNKNOWN; lean++)
		found = witness_search(h, spans, n, capacity, with_fulls, (enum witness_lean)lean,
		    budget / WITNESS_LEANS, stuck);
	return found;
}

/* Is there one without the fulls, and with this capacity? */
static bool
is_explained(const struct history *h, const struct span *spans, size_t n, size_t capacity,
    size_t budget)
{
	size_t stuck;

	return search(h, spans, n, capacity, false, budget, &stuck) == WITNESS_FOUND;
}

/*
 * The aspects are silent: an order, or none. What has to be left out for one to be there
 * names the fault: the fulls, the capacity, or nothing but the order of a batch.
 */
static struct monitor_verdict
find_witness(const struct history *h, const struct span *spans, size_t n,
    const struct monitor_spec *spec)
{
	struct monitor_verdict v = monitor_ok();
	size_t budget = spec->budget ? spec->budget : 64 * h->n + 50000;
	size_t stuck;

	switch (search(h, spans, n, spec->capacity, !spec->weak_full, budget, &stuck)) {
	case WITNESS_FOUND:
		return v;
	case WITNESS_UNKNOWN:
		monitor_blame(&v, MONITOR_UNDECIDED);
		break;
	case WITNESS_NONE:
		if (!spec->weak_full && is_explained(h, spans, n, spec->capacity, budget))
			monitor_blame(&v, MONITOR_FALSE_FULL);
		else if (spec->capacity != 0 && is_explained(h, spans, n, 0, budget))
			monitor_blame(&v, MONITOR_OVERFULL);
		else
			monitor_blame(&v, MONITOR_ORDER);
		break;
	}
	explain_stuck(&v, h, stuck);
	return v;
}

/* Does some thread have two operations that overlap? */
static bool
has_batches(const struct history *h)
{
	uint32_t threads = 0;
	uint64_t *last;
	bool has = false;

	for (size_t i = 0; i < h->n; i++)
		if (h->ops[i].thread >= threads)
			threads = h->ops[i].thread + 1;
	last = must(calloc(threads + 1, sizeof(*last)));
	for (size_t i = 0; i < h->n && !has; i++) {
		has = h->ops[i].call < last[h->ops[i].thread];
		last[h->ops[i].thread] = h->ops[i].ret;
	}
	free(last);
	return has;
}

static struct monitor_verdict
judge(const struct history *h, const struct span *spans, size_t n, const struct monitor_spec *spec)
{
	struct monitor_verdict v = find_order(spans, n);

	if (v.fault == MONITOR_OK)
		v = find_batch_order(h, spans, n);
	if (v.fault == MONITOR_OK)
		v = span_false_empty(h, spans, n, 1u << HISTORY_EMPTY);
	if (v.fault == MONITOR_OK && spec->capacity == 0 && has_batches(h))
		v = find_witness(h, spans, n, spec);
	if (v.fault != MONITOR_OK || spec->capacity == 0)
		return v;
	v = find_overfull(h, spans, n, spec->capacity);
	if (v.fault == MONITOR_OK)
		v = find_false_full(h, spans, n, spec->capacity);
	if (v.fault == MONITOR_OK)
		v = find_witness(h, spans, n, spec);
	return v;
}

struct monitor_verdict
monitor_queue(const struct history *h, const struct monitor_spec *spec)
{
	struct monitor_verdict v;
	size_t n;
	struct span *spans = span_pair(h, spec->is_drained, &n, &v);

	if (spans == NULL)
		return v;
	v = judge(h, spans, n, spec);
	free(spans);
	return v;
}

/* A pop, as part of what one consumer got from one producer. */
struct take {
	uint64_t consumer, producer;
	uint64_t value;
	size_t op;           /* of one thread: in that thread's order */
};

static int
by_stream(const void *a, const void *b)
{
	const struct take *x = a, *y = b;

	if (x->consumer != y->consumer)
		return x->consumer < y->consumer ? -1 : 1;
	if (x->producer != y->producer)
		return x->producer < y->producer ? -1 : 1;
	return x->op < y->op ? -1 : x->op > y->op;
}

/*
 * One consumer's pops are one after the other, and so are one producer's pushes: any
 * queue, in any order of the calls, gives the first the values of the second as they came.
 */
struct monitor_verdict
monitor_producers(const struct history *h, bool is_drained)
{
	struct monitor_verdict v;
	size_t n, takes = 0;
	struct span *spans = span_pair(h, is_drained, &n, &v);
	struct take *take = must(malloc((h->n + 1) * sizeof(*take)));

	for (size_t i = 0; spans != NULL && i < h->n; i++)
		if (h->ops[i].kind == HISTORY_POP || h->ops[i].kind == HISTORY_STEAL)
			take[takes++] = (struct take){ h->ops[i].thread,
				h->ops[i].value >> MONITOR_PRODUCER, h->ops[i].value, i };
	qsort(take, takes, sizeof(*take), by_stream);
	for (size_t i = 1; i < takes; i++)
		if (take[i].consumer == take[i - 1].consumer &&
		    take[i].producer == take[i - 1].producer && take[i].value < take[i - 1].value) {
			monitor_blame(&v, MONITOR_ORDER);
			monitor_because(&v, take[i - 1].op);
			monitor_because(&v, take[i].op);
			break;
		}
	free(take);
	free(spans);
	return v;
}
