/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* answers.c: the record, the sequential structures, and the search through all orders. */
#include "answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/atomic.h>

static const char *const kinds[] = {
#define TEXT(name, text) text,
	ANSWER_KINDS(TEXT)
#undef TEXT
};

/* Each row is written by its thread, and read after the joins. */
static struct row {
	struct answer_op ops[ANSWER_OPS];
	uint8_t seen[ANSWER_ROWS];   /* what the next operation comes after */
	unsigned n;
} rows[ANSWER_ROWS];

/* How far a row has come; written by its thread. */
static weft_atomic_u32 marks[ANSWER_ROWS];
static weft_atomic_u32 flags[ANSWER_ROWS];

void
answer_did(unsigned row, enum answer_kind kind, uint64_t value)
{
	struct row *r = &rows[row];
	struct answer_op op = { (uint8_t)kind, (uint8_t)row, (uint16_t)value, { 0 } };

	if (r->n == ANSWER_OPS || value > UINT16_MAX) {
		fputs("answers: there is no room for this operation\n", stderr);
		abort();
	}
	memcpy(op.after, r->seen, sizeof op.after);
	r->ops[r->n++] = op;
}

void
answer_mark(unsigned row)
{
	/* R1: what this row did; pairs with A1. */
	weft_store_release(&marks[row], rows[row].n);
}

void
answer_look(unsigned row, unsigned at)
{
	/* A1: what the other did; pairs with R1. */
	unsigned n = weft_load_acquire(&marks[at]);

	if (rows[row].seen[at] < n)
		rows[row].seen[at] = (uint8_t)n;
}

void
answer_raise(unsigned row)
{
	/* S1: in the order of all of them; pairs with S2. */
	weft_store_seq_cst(&flags[row], 1);
	answer_did(row, ANSWER_RAISE, row);
}

void
answer_look_at_flag(unsigned row, unsigned at)
{
	/* S2: as S1 says; pairs with S1. */
	bool up = weft_load_seq_cst(&flags[at]) != 0;

	answer_did(row, up ? ANSWER_UP : ANSWER_DOWN, at);
}

static bool
push(struct answer_state *s, uint64_t value)
{
	if (s->n == ANSWER_ITEMS)
		return false;
	s->items[s->n++] = value;
	return true;
}

static bool
pop(struct answer_state *s, uint64_t value)
{
	if (s->n == 0 || s->items[0] != value)
		return false;
	s->n--;
	s->urgent -= s->urgent != 0;
	for (unsigned i = 0; i < s->n; i++)
		s->items[i] = s->items[i + 1];
	return true;
}

static bool
push_urgent(struct answer_state *s, uint64_t value)
{
	if (s->n == ANSWER_ITEMS)
		return false;
	for (unsigned i = s->n++; i > s->urgent; i--)
		s->items[i] = s->items[i - 1];
	s->items[s->urgent++] = value;
	return true;
}

/* Joins, leaves, closing, and what is said of it. */
static bool
ends(struct answer_state *s, const struct answer_op *op)
{
	switch ((enum answer_kind)op->kind) {
	case ANSWER_JOIN:
		s->joined[op->value]++;
		return true;
	case ANSWER_LEAVE:
		if (--s->joined[op->value] == 0)
			s->closed = true;
		return true;
	case ANSWER_CLOSE:
		s->closed = true;
		return true;
	case ANSWER_CLOSED:
		return s->closed;
	case ANSWER_DRAINED:
		return s->closed && s->n == 0;
	default:
		return false;
	}
}

bool
answer_queue(struct answer_state *s, const struct answer_op *op, unsigned capacity)
{
	bool full = capacity != 0 && s->n - s->urgent == capacity;
	bool full_urgent = capacity != 0 && s->urgent == capacity;

	switch ((enum answer_kind)op->kind) {
	case ANSWER_PUSH:
		return !full && !s->closed && push(s, op->value);
	case ANSWER_FULL:
		return full && !s->closed;
	case ANSWER_POP:
		return pop(s, op->value);
	case ANSWER_POP_FULL:
		return full && pop(s, op->value);
	case ANSWER_EMPTY:
		return s->n == 0 && !s->closed;
	case ANSWER_SOME:
		return s->n != 0;
	case ANSWER_LENGTH:
		return s->n == op->value;
	case ANSWER_ROOM:
		return !full;
	case ANSWER_PEEK:
		return s->n != 0 && s->items[0] == op->value;
	case ANSWER_PUSH_URGENT:
		return !full_urgent && !s->closed && push_urgent(s, op->value);
	case ANSWER_FULL_URGENT:
		return full_urgent && !s->closed;
	default:
		return ends(s, op);
	}
}

bool
answer_places(struct answer_state *s, const struct answer_op *op, unsigned capacity)
{
	switch ((enum answer_kind)op->kind) {
	case ANSWER_TAKE_PLACE:
		return s->n + s->places < capacity && ++s->places != 0;
	case ANSWER_GIVE_PLACE:
		return s->places-- != 0;
	case ANSWER_FULL:
		return s->n + s->places == capacity && !s->closed;
	case ANSWER_PUSH:
		return s->places-- != 0 && push(s, op->value);
	case ANSWER_POP:
		return ++s->places != 0 && pop(s, op->value);
	default:
		return answer_queue(s, op, capacity);
	}
}

bool
answer_meeting(struct answer_state *s, const struct answer_op *op, unsigned capacity)
{
	(void)capacity;
	switch ((enum answer_kind)op->kind) {
	case ANSWER_PUSH:
		return s->n == 0 && !s->closed && push(s, op->value);
	case ANSWER_POP:
		return pop(s, op->value);
	case ANSWER_FULL:
	case ANSWER_EMPTY:
		return s->n == 0 && !s->closed;
	default:
		return s->n == 0 && ends(s, op);
	}
}

bool
answer_deque(struct answer_state *s, const struct answer_op *op, unsigned capacity)
{
	if (op->kind != ANSWER_POP_NEWEST)
		return answer_queue(s, op, capacity);
	if (s->n == 0 || s->items[s->n - 1] != op->value)
		return false;
	s->n--;
	return true;
}

bool
answer_number(struct answer_state *s, const struct answer_op *op, unsigned capacity)
{
	uint64_t before = s->items[0];

	(void)capacity;
	if (op->kind == ANSWER_ADD) {
		s->items[0] += op->value;
		return true;
	}
	if (op->kind == ANSWER_TAKE)
		s->items[0] = 0;
	return before == op->value;
}

static struct answer_op order[ANSWER_ROWS * ANSWER_OPS];
static size_t n_order;

/* Main's rows stand apart; of the others, what was observed. */
static bool
may_come(const unsigned done[ANSWER_ROWS], unsigned row)
{
	const uint8_t *after = rows[row].ops[done[row]].after;

	for (unsigned i = 0; i < ANSWER_ROWS; i++) {
		if (done[i] < after[i])
			return false;
		if (i < row && done[i] < rows[i].n && (i == ANSWER_BEFORE || row == ANSWER_AFTER))
			return false;
	}
	return true;
}

struct search {
	answer_step *step;
	unsigned capacity;
	enum answer_kind without;
};

/* A flag's operation, or the structure's. */
static bool
step_of(const struct search *q, struct answer_state *s, const struct answer_op *op)
{
	switch ((enum answer_kind)op->kind) {
	case ANSWER_RAISE:
		s->raised |= 1u << op->value;
		return true;
	case ANSWER_UP:
		return (s->raised >> op->value & 1) != 0;
	case ANSWER_DOWN:
		return (s->raised >> op->value & 1) == 0;
	default:
		return (enum answer_kind)op->kind == q->without || q->step(s, op, q->capacity);
	}
}

static bool
extend(const struct search *q, const struct answer_state *s, unsigned done[ANSWER_ROWS], size_t n)
{
	bool all = true;

	for (unsigned i = 0; i < ANSWER_ROWS; i++) {
		const struct answer_op *op = &rows[i].ops[done[i]];
		struct answer_state next = *s;

		if (done[i] == rows[i].n)
			continue;
		all = false;
		if (!may_come(done, i) || !step_of(q, &next, op))
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
	for (unsigned i = 0; i < ANSWER_ROWS; i++)
		for (unsigned k = 0; k < rows[i].n; k++) {
			fprintf(stderr, "  %s %u: %s %u", i == ANSWER_BEFORE ? "before" :
			    i == ANSWER_AFTER ? "after" : "thread", i, kinds[rows[i].ops[k].kind],
			    rows[i].ops[k].value);
			for (unsigned of = 0; of < ANSWER_ROWS; of++)
				if (rows[i].ops[k].after[of] != 0)
					fprintf(stderr, "  after %u of thread %u",
					    rows[i].ops[k].after[of], of);
			fputc('\n', stderr);
		}
}

void
answer_check(answer_step *step, unsigned capacity, enum answer_kind without)
{
	const struct search q = { step, capacity, without };
	struct answer_state start = { .n = 0 };
	unsigned done[ANSWER_ROWS] = { 0 };

	if (extend(&q, &start, done, 0))
		return;
	fputs("answers: no order of these operations explains their answers", stderr);
	if (without != ANSWER_ALL)
		fprintf(stderr, ", %s left out", kinds[without]);
	fputc('\n', stderr);
	print_rows();
	abort();
}

size_t
answer_order(const struct answer_op **first)
{
	*first = order;
	return n_order;
}
