/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* history.c: recording, merging and printing. */
#include "history.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weft/atomic.h>

static enum history_clock source;
static weft_atomic_u64 ticket;

void
history_use(enum history_clock clock)
{
	source = clock;
}

static uint64_t
monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t
history_call(void)
{
	if (source == HISTORY_CLOCK)
		return monotonic_ns() - HISTORY_SLACK;
	/* AR1: both ends of every recorded interval; pairs with AR2, and with itself. */
	return weft_fetch_add_acq_rel(&ticket, 1);
}

uint64_t
history_return(void)
{
	if (source == HISTORY_CLOCK) {
		static _Thread_local weft_atomic_u32 barrier;

		/* S1: a locked instruction empties the store buffer; no other thread sees it. */
		(void)weft_swap_seq_cst(&barrier, 1);
		return monotonic_ns() + HISTORY_SLACK;
	}
	/* AR2: pairs with AR1. */
	return weft_fetch_add_acq_rel(&ticket, 1);
}

static void *
must(void *p)
{
	if (p == NULL) {
		fputs("stress: there is no memory for a history\n", stderr);
		exit(2);
	}
	return p;
}

void
history_init(struct history *h, size_t room)
{
	h->ops = must(malloc((room ? room : 1) * sizeof(*h->ops)));
	h->n = 0;
	h->room = room ? room : 1;
}

void
history_fini(struct history *h)
{
	free(h->ops);
	h->ops = NULL;
	h->n = h->room = 0;
}

void
history_clear(struct history *h)
{
	h->n = 0;
}

bool
history_is_full(const struct history *h)
{
	return h->n >= h->room;
}

void
history_add(struct history *h, struct history_op op)
{
	if (h->n == h->room) {
		h->room = h->room ? h->room * 2 : 64;
		h->ops = must(realloc(h->ops, h->room * sizeof(*h->ops)));
	}
	h->ops[h->n++] = op;
}

void
history_append(struct history *h, const struct history *from)
{
	for (size_t i = 0; i < from->n; i++)
		history_add(h, from->ops[i]);
}

struct moment {
	uint64_t time;
	size_t op;
	bool is_return;
};

static int
moment_order(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->is_return != y->is_return)
		return x->is_return ? 1 : -1;
	return x->op < y->op ? -1 : x->op > y->op;
}

void
history_seal(struct history *h)
{
	struct moment *m = must(malloc((2 * h->n + 1) * sizeof(*m)));

	for (size_t i = 0; i < h->n; i++) {
		m[2 * i] = (struct moment){ h->ops[i].call, i, false };
		m[2 * i + 1] = (struct moment){ h->ops[i].ret, i, true };
	}
	qsort(m, 2 * h->n, sizeof(*m), moment_order);
	for (size_t rank = 0; rank < 2 * h->n; rank++) {
		if (m[rank].is_return)
			h->ops[m[rank].op].ret = rank;
		else
			h->ops[m[rank].op].call = rank;
	}
	free(m);
}

const char *
history_kind_name(enum history_kind kind)
{
	static const char *const names[] = {
#define HISTORY_NAME_(name, text) text,
		HISTORY_KINDS(HISTORY_NAME_)
#undef HISTORY_NAME_
	};

	return names[kind];
}

static bool
has_value(enum history_kind kind)
{
	return kind != HISTORY_FULL && kind != HISTORY_EMPTY && kind != HISTORY_STEAL_EMPTY;
}

void
history_print(FILE *out, const struct history *h, const size_t *which, size_t n)
{
	size_t *sorted = must(malloc((n + 1) * sizeof(*sorted)));

	/* By insertion: n is what a reader can take in. */
	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		while (at > 0 && h->ops[sorted[at - 1]].call > h->ops[which[i]].call) {
			sorted[at] = sorted[at - 1];
			at--;
		}
		sorted[at] = which[i];
	}
	fprintf(out, "  %10s %10s  %6s  %s\n", "call", "return", "thread", "what");
	for (size_t i = 0; i < n; i++) {
		const struct history_op *op = &h->ops[sorted[i]];

		fprintf(out, "  %10llu %10llu  %6u  %s", (unsigned long long)op->call,
		    (unsigned long long)op->ret, op->thread, history_kind_name(op->kind));
		if (has_value(op->kind))
			fprintf(out, " %llu.%llu", (unsigned long long)(op->value >> 40),
			    (unsigned long long)(op->value & ((UINT64_C(1) << 40) - 1)));
		fputc('\n', out);
	}
	free(sorted);
}
