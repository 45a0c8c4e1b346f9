/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* brute.c: the search through all orders, and four sequential structures. */
#include "brute.h"

#include <stdlib.h>
#include <string.h>

static void
take_at(struct brute_state *s, size_t at)
{
	memmove(&s->items[at], &s->items[at + 1], (s->n - at - 1) * sizeof(s->items[0]));
	/* What is not in use is 0, so that equal states are equal bytes. */
	s->items[--s->n] = 0;
}

static bool
push_back(struct brute_state *s, uint64_t value)
{
	s->items[s->n++] = value;
	return true;
}

static bool
queue_step(struct brute_state *s, const struct history_op *op, size_t capacity)
{
	switch (op->kind) {
	case HISTORY_PUSH:
		return (capacity == 0 || s->n < capacity) && push_back(s, op->value);
	case HISTORY_FULL:
		return capacity != 0 && s->n == capacity;
	case HISTORY_POP:
		if (s->n == 0 || s->items[0] != op->value)
			return false;
		take_at(s, 0);
		return true;
	case HISTORY_EMPTY:
		return s->n == 0;
	default:
		return false;
	}
}

static bool
deque_step(struct brute_state *s, const struct history_op *op, size_t capacity)
{
	size_t end = op->kind == HISTORY_STEAL ? 0 : s->n - 1;

	(void)capacity;
	switch (op->kind) {
	case HISTORY_PUSH:
		return push_back(s, op->value);
	case HISTORY_POP:
	case HISTORY_STEAL:
		if (s->n == 0 || s->items[end] != op->value)
			return false;
		take_at(s, end);
		return true;
	case HISTORY_EMPTY:
	case HISTORY_STEAL_EMPTY:
		return s->n == 0;
	default:
		return false;
	}
}

static bool
counter_step(struct brute_state *s, const struct history_op *op, size_t capacity)
{
	(void)capacity;
	if (op->kind == HISTORY_ADD) {
		s->n += op->value;
		return true;
	}
	return op->kind == HISTORY_READ && s->n == op->value;
}

static bool
register_step(struct brute_state *s, const struct history_op *op, size_t capacity)
{
	(void)capacity;
	if (op->kind == HISTORY_WRITE) {
		s->n = op->value;
		return true;
	}
	return op->kind == HISTORY_READ && s->n == op->value;
}

const struct brute_spec brute_queue = { "queue", queue_step };
const struct brute_spec brute_deque = { "deque", deque_step };
const struct brute_spec brute_counter = { "counter", counter_step };
const struct brute_spec brute_register = { "register", register_step };

/* A configuration that was tried, and led nowhere. Kept whole: the judge does not trust hashes. */
struct tried {
	uint64_t done;
	struct brute_state state;
};

struct search {
	const struct history *h;
	const struct brute_spec *spec;
	size_t capacity;
	struct tried *tried;
	size_t n, room;
};

static bool
was_tried(struct search *q, uint64_t done, const struct brute_state *s)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->tried[i].done == done && q->tried[i].state.n == s->n &&
		    memcmp(q->tried[i].state.items, s->items, sizeof(s->items)) == 0)
			return true;
	if (q->n == q->room) {
		q->room = q->room ? 2 * q->room : 64;
		q->tried = realloc(q->tried, q->room * sizeof(*q->tried));
		if (q->tried == NULL)
			abort();
	}
	q->tried[q->n].done = done;
	q->tried[q->n++].state = *s;
	return false;
}

/* Operations of one thread are done in their order, those of one batch too. */
static bool
is_next_of_thread(const struct search *q, uint64_t done, size_t op)
{
	for (size_t i = 0; i < op; i++)
		if (!(done >> i & 1) && q->h->ops[i].thread == q->h->ops[op].thread)
			return false;
	return true;
}

static bool
extend(struct search *q, uint64_t done, const struct brute_state *s)
{
	uint64_t first_return = UINT64_MAX;

	if (done == (q->h->n == 64 ? UINT64_MAX : (UINT64_C(1) << q->h->n) - 1))
		return true;
	if (was_tried(q, done, s))
		return false;
	for (size_t i = 0; i < q->h->n; i++)
		if (!(done >> i & 1) && q->h->ops[i].ret < first_return)
			first_return = q->h->ops[i].ret;
	/* The next one in the order may be any that began before the first of the rest returned. */
	for (size_t i = 0; i < q->h->n; i++) {
		struct brute_state after = *s;

		if ((done >> i & 1) || q->h->ops[i].call > first_return ||
		    !is_next_of_thread(q, done, i))
			continue;
		if (q->spec->step(&after, &q->h->ops[i], q->capacity) &&
		    extend(q, done | UINT64_C(1) << i, &after))
			return true;
	}
	return false;
}

bool
brute_is_linearizable(const struct history *h, const struct brute_spec *spec, size_t capacity)
{
	struct search q = { h, spec, capacity, NULL, 0, 0 };
	struct brute_state start = { { 0 }, 0 };
	bool is;

	if (h->n > BRUTE_OPS)
		abort();
	is = extend(&q, 0, &start);
	free(q.tried);
	return is;
}
