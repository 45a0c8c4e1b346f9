/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* forge.c: plays random calls on a sequential queue or deque, and lies on request. */
#include "forge.h"

#include <string.h>

#define FORGE_THREADS 8
#define FORGE_ITEMS 64

struct play {
	const struct forge *f;
	struct dice *d;
	uint64_t items[FORGE_ITEMS];
	size_t n;
	uint64_t value;      /* the last one given out */
};

struct actor {
	enum { IDLE, CALLED, ANSWERED } state;
	bool pushes;
	struct history_op op;
};

static uint64_t
take(struct play *p, size_t at, bool keep)
{
	uint64_t v = p->items[at];

	if (!keep) {
		memmove(&p->items[at], &p->items[at + 1], (p->n - at - 1) * sizeof(p->items[0]));
		p->n--;
	}
	return v;
}

static void
answer_push(struct play *p, struct history_op *op, unsigned lie)
{
	bool full = p->f->capacity != 0 && p->n >= p->f->capacity;

	if (p->n == FORGE_ITEMS || (p->f->capacity != 0 && full != (lie == 1))) {
		op->kind = HISTORY_FULL;
		return;
	}
	op->kind = HISTORY_PUSH;
	if (lie == 2)
		return;   /* and the value is lost */
	p->items[p->n++] = op->value;
	if (lie == 3 && p->n > 1) {
		/* It jumps the line. */
		p->items[p->n - 1] = p->items[p->n - 2];
		p->items[p->n - 2] = op->value;
	}
}

static void
answer_take(struct play *p, struct history_op *op, unsigned lie)
{
	bool steals = p->f->is_deque && op->thread != 0;
	bool from_back = p->f->is_deque && !steals;
	size_t at;

	if (p->n == 0 || lie == 1) {
		op->kind = steals ? HISTORY_STEAL_EMPTY : HISTORY_EMPTY;
		return;
	}
	op->kind = steals ? HISTORY_STEAL : HISTORY_POP;
	at = from_back ? p->n - 1 : 0;
	if (lie == 3)
		at = dice_below(p->d, (uint32_t)p->n);
	op->value = take(p, at, lie == 2);
	if (lie == 4)
		op->value = 1 + dice_below(p->d, (uint32_t)p->value + 1);
}

static void
act(struct play *p, struct actor *a, struct history *h, uint64_t now, unsigned *left)
{
	unsigned lie = 0;

	switch (a->state) {
	case IDLE:
		if (*left == 0)
			return;
		--*left;
		a->pushes = p->f->is_deque ? a->op.thread == 0 && dice_below(p->d, 5) < 3
					   : dice_once_in(p->d, 2);
		a->op.call = now;
		a->op.value = a->pushes ? ++p->value : 0;
		a->state = CALLED;
		break;
	case CALLED:
		if (p->f->lie_once_in != 0 && dice_once_in(p->d, p->f->lie_once_in))
			lie = 1 + dice_below(p->d, 4);
		if (a->pushes)
			answer_push(p, &a->op, lie);
		else
			answer_take(p, &a->op, lie);
		a->state = ANSWERED;
		break;
	case ANSWERED:
		a->op.ret = now;
		history_add(h, a->op);
		a->state = IDLE;
		break;
	}
}

/* Two takes swap the values that they gave. */
static void
swap_answers(struct history *h, struct dice *d)
{
	struct history_op *a = &h->ops[dice_below(d, (uint32_t)h->n)];
	struct history_op *b = &h->ops[dice_below(d, (uint32_t)h->n)];
	uint64_t value = a->value;

	if ((a->kind != HISTORY_POP && a->kind != HISTORY_STEAL) ||
	    (b->kind != HISTORY_POP && b->kind != HISTORY_STEAL))
		return;
	a->value = b->value;
	b->value = value;
}

/* A call and the next of its thread now share one interval, from the first's start. */
static void
make_batches(struct history *h, unsigned once_in, struct dice *d)
{
	for (size_t i = 0; i < h->n; i++)
		for (size_t j = i + 1; j < h->n; j++)
			if (h->ops[j].thread == h->ops[i].thread) {
				if (h->ops[j].kind == h->ops[i].kind && dice_once_in(d, once_in)) {
					h->ops[j].call = h->ops[i].call;
					h->ops[i].ret = h->ops[j].ret;
				}
				break;
			}
}

void
forge_history(struct history *h, const struct forge *f, struct dice *d)
{
	struct play p = { .f = f, .d = d };
	struct actor actors[FORGE_THREADS] = { 0 };
	unsigned left = f->ops, busy;
	uint64_t now = 0;

	history_clear(h);
	for (unsigned i = 0; i < f->threads; i++)
		actors[i].op.thread = i;
	do {
		act(&p, &actors[dice_below(d, f->threads)], h, now++, &left);
		busy = 0;
		for (unsigned i = 0; i < f->threads; i++)
			busy += actors[i].state != IDLE;
	} while (left > 0 || busy > 0);
	if (f->swap && h->n > 0)
		swap_answers(h, d);
	if (f->batch_once_in != 0)
		make_batches(h, f->batch_once_in, d);
	history_seal(h);
}
