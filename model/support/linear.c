/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* linear.c: the record, the sequential structures, and the search through all orders. */
#include "linear.h"

#include <stdio.h>
#include <stdlib.h>

#include <weft/atomic.h>

static const char *const kinds[] = {
#define TEXT(name, text) text,
	LINEAR_KINDS(TEXT)
#undef TEXT
};

/* Each row is written by its thread, and read after the joins. */
static struct row {
	struct linear_op ops[LINEAR_OPS];
	unsigned after[LINEAR_OPS][LINEAR_ROWS];   /* so many of each other row come before */
	unsigned seen[LINEAR_ROWS];                /* what the next operation comes after   */
	unsigned n;
} rows[LINEAR_ROWS];

/* How far a row has come; written by its thread. */
static weft_atomic_u32 marks[LINEAR_ROWS];

void
linear_did(unsigned row, enum linear_kind kind, uint64_t value)
{
	struct row *r = &rows[row];

	if (r->n == LINEAR_OPS) {
		fputs("linear: a row has no room for more operations\n", stderr);
		abort();
	}
	for (unsigned i = 0; i < LINEAR_ROWS; i++)
		r->after[r->n][i] = r->seen[i];
	r->ops[r->n].kind = kind;
	r->ops[r->n].row = row;
	r->ops[r->n].value = value;
	r->n++;
}

void
linear_mark(unsigned row)
{
	/* R1: what this row did; pairs with A1. */
	weft_store_release(&marks[row], rows[row].n);
}

void
linear_look(unsigned row, unsigned at)
{
	/* A1: what the other did; pairs with R1. */
	unsigned n = weft_load_acquire(&marks[at]);

	if (rows[row].seen[at] < n)
		rows[row].seen[at] = n;
}

static bool
push(struct linear_state *s, uint64_t value)
{
	if (s->n == LINEAR_ITEMS)
		return false;
	s->items[s->n++] = value;
	return true;
}

static bool
pop(struct linear_state *s, uint64_t value)
{
	if (s->n == 0 || s->items[0] != value)
		return false;
	s->n--;
	for (unsigned i = 0; i < s->n; i++)
		s->items[i] = s->items[i + 1];
	return true;
}

bool
linear_queue(struct linear_state *s, const struct linear_op *op, unsigned capacity)
{
	bool full = capacity != 0 && s->n == capacity;

	switch (op->kind) {
	case LINEAR_PUSH:
		return !full && !s->closed && push(s, op->value);
	case LINEAR_FULL:
		return full && !s->closed;
	case LINEAR_POP:
		return pop(s, op->value);
	case LINEAR_POP_FULL:
		return full && pop(s, op->value);
	case LINEAR_EMPTY:
		return s->n == 0 && !s->closed;
	case LINEAR_PEEK:
		return s->n != 0 && s->items[0] == op->value;
	case LINEAR_CLOSE:
		s->closed = true;
		return true;
	case LINEAR_CLOSED:
		return s->closed;
	case LINEAR_DRAINED:
		return s->closed && s->n == 0;
	default:
		return false;
	}
}

bool
linear_places(struct linear_state *s, const struct linear_op *op, unsigned capacity)
{
	switch (op->kind) {
	case LINEAR_TAKE_PLACE:
		return s->n + s->places < capacity && ++s->places != 0;
	case LINEAR_GIVE_PLACE:
		return s->places-- != 0;
	case LINEAR_FULL:
		return s->n + s->places == capacity && !s->closed;
	case LINEAR_PUSH:
		return s->places-- != 0 && push(s, op->value);
	case LINEAR_POP:
		return ++s->places != 0 && pop(s, op->value);
	default:
		return linear_queue(s, op, capacity);
	}
}

bool
linear_deque(struct linear_state *s, const struct linear_op *op, unsigned capacity)
{
	if (op->kind != LINEAR_POP_NEWEST)
		return linear_queue(s, op, capacity);
	if (s->n == 0 || s->items[s->n - 1] != op->value)
		return false;
	s->n--;
	return true;
}

bool
linear_number(struct linear_state *s, const struct linear_op *op, unsigned capacity)
{
	uint64_t before = s->items[0];

	(void)capacity;
	if (op->kind == LINEAR_ADD) {
		s->items[0] += op->value;
		return true;
	}
	if (op->kind == LINEAR_TAKE)
		s->items[0] = 0;
	return before == op->value;
}

static struct linear_op order[LINEAR_ROWS * LINEAR_OPS];
static size_t n_order;

/* Main's rows stand apart; of the others, what was observed. */
static bool
may_come(const unsigned done[LINEAR_ROWS], unsigned row)
{
	const unsigned *after = rows[row].after[done[row]];

	for (unsigned i = 0; i < LINEAR_ROWS; i++) {
		if (done[i] < after[i])
			return false;
		if (i < row && done[i] < rows[i].n && (i == LINEAR_BEFORE || row == LINEAR_AFTER))
			return false;
	}
	return true;
}

struct search {
	linear_step *step;
	unsigned capacity;
	enum linear_kind without;
};

static bool
extend(const struct search *q, const struct linear_state *s, unsigned done[LINEAR_ROWS], size_t n)
{
	bool all = true;

	for (unsigned i = 0; i < LINEAR_ROWS; i++) {
		const struct linear_op *op = &rows[i].ops[done[i]];
		struct linear_state next = *s;

		if (done[i] == rows[i].n)
			continue;
		all = false;
		if (!may_come(done, i) ||
		    (op->kind != q->without && !q->step(&next, op, q->capacity)))
			continue;
		order[n] = *op;
		done[i]++;
		if (extend(q, &next, done, n + 1))
			return true;
		done[i]--;
	}
	n_order = n;
	return all;
}

static void
print_rows(void)
{
	for (unsigned i = 0; i < LINEAR_ROWS; i++)
		for (unsigned k = 0; k < rows[i].n; k++) {
			fprintf(stderr, "  %s %u: %s %llu", i == LINEAR_BEFORE ? "before" :
			    i == LINEAR_AFTER ? "after" : "thread", i, kinds[rows[i].ops[k].kind],
			    (unsigned long long)rows[i].ops[k].value);
			for (unsigned of = 0; of < LINEAR_ROWS; of++)
				if (rows[i].after[k][of] != 0)
					fprintf(stderr, "  after %u of thread %u",
					    rows[i].after[k][of], of);
			fputc('\n', stderr);
		}
}

void
linear_check(linear_step *step, unsigned capacity, enum linear_kind without)
{
	const struct search q = { step, capacity, without };
	struct linear_state start = { .n = 0 };
	unsigned done[LINEAR_ROWS] = { 0 };

	if (extend(&q, &start, done, 0))
		return;
	fputs("linear: no order of these operations explains their answers", stderr);
	fprintf(stderr, without == LINEAR_ALL ? "\n" : ", %s left out\n", kinds[without]);
	print_rows();
	abort();
}

size_t
linear_order(const struct linear_op **first)
{
	*first = order;
	return n_order;
}
