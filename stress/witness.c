/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * witness.c: the search for an order, along the time of the history.
 *
 * Lowe's "just in time" form ("Testing for linearizability", 2017) of Wing and Gong's
 * search: walk along calls and returns; an operation need take effect no sooner than when
 * one that overlaps it returns. At the return of an operation that has not taken effect,
 * let one of those under way do so, that one or another before it, and try again. A
 * configuration (where we are, who of those under way is done, what is in the queue) that
 * was met before led nowhere: it is not tried again. So the search is complete: it says
 * NONE only when there is none. (Configurations are told apart by 64-bit hashes: two of
 * them are mistaken for each other once in 2^64 / steps^2 histories.)
 *
 * What keeps it from searching, on the histories of right queues:
 *  - Pops have no choice: the value at the front, or none.
 *  - Fulls and empties change nothing: each takes effect at once when the queue is so.
 *  - A push is not tried while a value that must leave sooner has not come.
 *  - Among the pushes under way, first that whose value leaves first, as a guess. (By the
 *    calls of the pops, both leave as early as in either order, which is right where only
 *    the capacity presses; a pop_n that waits long in its middle wants another guess.)
 */
#include "witness.h"

#include <stdlib.h>
#include <string.h>

#include "dice.h"

struct node {
	size_t prev, next;   /* among the operations under way, oldest first */
	size_t span;         /* of a push or pop */
	size_t before;       /* the same thread's operation before this one, or SPAN_NONE */
	size_t pop_before;   /* of a pop: the same thread's pop before this one, or SPAN_NONE */
	bool is_done;        /* has taken effect */
};

/* One thing done, to be undone. */
struct step {
	enum { STEP_CALL, STEP_RETURN, STEP_EFFECT } what;
	size_t op;
};

/* A return that wants an effect: where we stood, and which choice is the next to try. */
struct choice {
	size_t steps;        /* undo down to this many */
	size_t next;
};

struct search {
	const struct history *h;
	const struct span *spans;
	size_t capacity;
	enum witness_lean lean;
	size_t *event, events;       /* in order: operation * 2, + 1 for its return */
	uint64_t *soonest;           /* by event: the first pop_ret of what comes from there on */
	struct node *node;           /* by operation; the last one is the list's head */
	size_t *pick;                /* the choices at hand */
	size_t *line;                /* spans, in the order of their pushes */
	size_t front, back;          /* the queue is line[front, back) */
	size_t at;                   /* the next event */
	uint64_t queue_hash, done_hash;
	struct step *step;
	size_t steps, step_room;
	struct choice *choice;
	size_t choices, choice_room;
	uint64_t *met;               /* a hash set, 0 for free */
	size_t met_n, met_size;
};

static void *
must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static uint64_t
place_hash(size_t place, size_t span)
{
	return dice_mix((uint64_t)place * 0x2545f4914f6cdd1du + span * 2 + 1);
}

static uint64_t
effect_hash(size_t op)
{
	return dice_mix(~(uint64_t)op);
}

static void
note(struct search *q, int what, size_t op)
{
	if (q->steps == q->step_room) {
		q->step_room = q->step_room ? 2 * q->step_room : 1024;
		q->step = must(realloc(q->step, q->step_room * sizeof(*q->step)));
	}
	q->step[q->steps].what = what;
	q->step[q->steps++].op = op;
}

static size_t
length(const struct search *q)
{
	return q->back - q->front;
}

/* The operation takes effect; the caller has seen to it that it can. */
static void
effect(struct search *q, size_t op)
{
	struct node *o = &q->node[op];

	o->is_done = true;
	q->done_hash ^= effect_hash(op);
	if (q->h->ops[op].kind == HISTORY_PUSH) {
		q->line[q->back] = o->span;
		q->queue_hash ^= place_hash(q->back, o->span);
		q->back++;
	} else if (q->h->ops[op].kind == HISTORY_POP) {
		q->queue_hash ^= place_hash(q->front, o->span);
		q->front++;
	}
	note(q, STEP_EFFECT, op);
}

static void
undo_effect(struct search *q, size_t op)
{
	struct node *o = &q->node[op];

	o->is_done = false;
	q->done_hash ^= effect_hash(op);
	if (q->h->ops[op].kind == HISTORY_PUSH) {
		q->back--;
		q->queue_hash ^= place_hash(q->back, o->span);
	} else if (q->h->ops[op].kind == HISTORY_POP) {
		q->front--;
		q->queue_hash ^= place_hash(q->front, o->span);
	}
}

static void
link_node(struct search *q, size_t op)
{
	q->node[q->node[op].prev].next = op;
	q->node[q->node[op].next].prev = op;
}

static void
unlink_node(struct search *q, size_t op)
{
	q->node[q->node[op].prev].next = q->node[op].next;
	q->node[q->node[op].next].prev = q->node[op].prev;
}

static void
undo_to(struct search *q, size_t steps)
{
	while (q->steps > steps) {
		struct step s = q->step[--q->steps];

		switch (s.what) {
		case STEP_CALL:
			q->at--;
			unlink_node(q, s.op);
			break;
		case STEP_RETURN:
			q->at--;
			link_node(q, s.op);
			/* It returned with its effect behind it: count that again. */
			q->done_hash ^= effect_hash(s.op);
			break;
		case STEP_EFFECT:
			undo_effect(q, s.op);
			break;
		}
	}
}

/* A full or empty: it changes nothing. */
static bool
is_answer(enum history_kind kind)
{
	return kind == HISTORY_FULL || kind == HISTORY_EMPTY;
}

/* One thread pops in its order, in a batch too: is what it pops before still to come? */
static bool
has_to_wait(const struct search *q, const struct span *s)
{
	size_t before = s->pop == SPAN_NONE ? SPAN_NONE : q->node[s->pop].pop_before;

	return before != SPAN_NONE && !q->node[q->spans[q->node[before].span].push].is_done;
}

/* Does what this push or pop said fit the queue as it is? Of pushes: may it come now? */
static bool
can_take_effect(const struct search *q, size_t op)
{
	const struct node *o = &q->node[op];
	const struct span *s = &q->spans[o->span];
	size_t i;

	if (o->before != SPAN_NONE && !q->node[o->before].is_done)
		return false;
	switch (q->h->ops[op].kind) {
	case HISTORY_FULL:
		return length(q) == q->capacity;
	case HISTORY_EMPTY:
		return length(q) == 0;
	case HISTORY_POP:
		return length(q) > 0 && q->line[q->front] == o->span;
	default:
		break;
	}
	if (q->capacity != 0 && length(q) == q->capacity)
		return false;
	/* Would it stand before a value that has to leave sooner? */
	if (q->soonest[q->at] < s->pop_call || has_to_wait(q, s))
		return false;
	for (i = q->node[q->h->n].next; i != q->h->n; i = q->node[i].next)
		if (q->h->ops[i].kind == HISTORY_PUSH && !q->node[i].is_done &&
		    q->spans[q->node[i].span].pop_ret < s->pop_call)
			return false;
	return true;
}

/* The fulls and empties under way to whom the queue as it is gives their answer. */
static void
settle(struct search *q)
{
	if (length(q) != 0 && length(q) != q->capacity)
		return;
	for (size_t i = q->node[q->h->n].next; i != q->h->n; i = q->node[i].next)
		if (!q->node[i].is_done && is_answer(q->h->ops[i].kind) && can_take_effect(q, i))
			effect(q, i);
}

/* On to the return of an operation that has not taken effect; false at the end of time. */
static bool
advance(struct search *q)
{
	for (; q->at < q->events; q->at++) {
		size_t op = q->event[q->at] / 2;
		struct node *o = &q->node[op];

		if (q->event[q->at] % 2 == 0) {
			o->prev = q->node[q->h->n].prev;
			o->next = q->h->n;
			link_node(q, op);
			note(q, STEP_CALL, op);
		} else if (o->is_done) {
			unlink_node(q, op);
			q->done_hash ^= effect_hash(op);
			note(q, STEP_RETURN, op);
			continue;
		} else {
			return true;
		}
		if (is_answer(q->h->ops[op].kind) && can_take_effect(q, op))
			effect(q, op);
	}
	return false;
}

/* Was this configuration met before? It is from now on. */
static bool
is_met(struct search *q)
{
	uint64_t key = dice_mix(q->queue_hash ^ dice_mix(q->done_hash ^ dice_mix(q->at))) | 1;
	size_t i;

	if (2 * q->met_n >= q->met_size) {
		uint64_t *old = q->met;
		size_t old_size = q->met_size;

		q->met_size = old_size ? 2 * old_size : 4096;
		q->met = must(calloc(q->met_size, sizeof(*q->met)));
		for (size_t j = 0; j < old_size; j++)
			if (old[j] != 0) {
				for (i = old[j] >> 1 & (q->met_size - 1); q->met[i] != 0;
				     i = (i + 1) & (q->met_size - 1))
					;
				q->met[i] = old[j];
			}
		free(old);
	}
	for (i = key >> 1 & (q->met_size - 1); q->met[i] != 0; i = (i + 1) & (q->met_size - 1))
		if (q->met[i] == key)
			return true;
	q->met[i] = key;
	q->met_n++;
	return false;
}

/* When a value leaves, as a guess. */
static uint64_t
leaves(const struct search *q, size_t op)
{
	const struct span *s = &q->spans[q->node[op].span];
	uint64_t from = s->pop_call > s->push_call ? s->pop_call : s->push_call;

	switch (s->pop == SPAN_NONE ? WITNESS_BY_RETURN : q->lean) {
	case WITNESS_BY_CALL:
		return from;
	case WITNESS_BY_MIDDLE:
		return from + (s->pop_ret - from) / 2;
	default:
		return s->pop_ret;
	}
}

/* Is a to be tried before b? Pops first where that is what is waited for, pushes by their pops. */
static bool
goes_first(const struct search *q, size_t a, size_t b, bool pops_first)
{
	bool a_pops = q->h->ops[a].kind == HISTORY_POP, b_pops = q->h->ops[b].kind == HISTORY_POP;
	uint64_t a_leaves = leaves(q, a), b_leaves = leaves(q, b);

	if (a_pops != b_pops)
		return a_pops == pops_first;
	return a_leaves != b_leaves ? a_leaves < b_leaves : a < b;
}

/* Fills pick with the pushes and pops that may take effect now; how many. */
static size_t
pick_choices(struct search *q)
{
	enum history_kind waits = q->h->ops[q->event[q->at] / 2].kind;
	bool pops_first = waits == HISTORY_POP || waits == HISTORY_EMPTY;
	size_t n = 0;

	for (size_t i = q->node[q->h->n].next; i != q->h->n; i = q->node[i].next) {
		size_t at = n;

		if (q->node[i].is_done || is_answer(q->h->ops[i].kind) || !can_take_effect(q, i))
			continue;
		for (n++; at > 0 && goes_first(q, i, q->pick[at - 1], pops_first); at--)
			q->pick[at] = q->pick[at - 1];
		q->pick[at] = i;
	}
	return n;
}

static void
push_choice(struct search *q)
{
	if (q->choices == q->choice_room) {
		q->choice_room = q->choice_room ? 2 * q->choice_room : 1024;
		q->choice = must(realloc(q->choice, q->choice_room * sizeof(*q->choice)));
	}
	q->choice[q->choices++] = (struct choice){ q->steps, 0 };
}

/* Takes the next choice that is left, going back as far as need be; false: none is. */
static bool
take_choice(struct search *q)
{
	while (q->choices > 0) {
		struct choice *c = &q->choice[q->choices - 1];

		undo_to(q, c->steps);
		if (c->next < pick_choices(q)) {
			effect(q, q->pick[c->next++]);
			settle(q);
			return true;
		}
		q->choices--;
	}
	return false;
}

static enum witness
run(struct search *q, size_t budget, size_t *stuck)
{
	size_t furthest = 0;

	*stuck = SPAN_NONE;
	while (advance(q)) {
		if (q->at >= furthest) {
			furthest = q->at;
			*stuck = q->event[q->at] / 2;
		}
		if (budget-- == 0)
			return WITNESS_UNKNOWN;
		if (!is_met(q))
			push_choice(q);
		if (!take_choice(q))
			return WITNESS_NONE;
	}
	return WITNESS_FOUND;
}

/* Links each operation with its thread's one before. */
static void
prepare_threads(struct search *q)
{
	size_t threads = 0, *last, *last_pop;

	for (size_t i = 0; i < q->h->n; i++)
		if (q->h->ops[i].thread >= threads)
			threads = q->h->ops[i].thread + 1;
	last = must(malloc((threads + 1) * sizeof(*last)));
	last_pop = must(malloc((threads + 1) * sizeof(*last_pop)));
	for (size_t i = 0; i < threads; i++)
		last[i] = last_pop[i] = SPAN_NONE;
	for (size_t i = 0; i < q->h->n; i++) {
		size_t thread = q->h->ops[i].thread;

		q->node[i].before = last[thread];
		last[thread] = i;
		q->node[i].pop_before = last_pop[thread];
		if (q->h->ops[i].kind == HISTORY_POP)
			last_pop[thread] = i;
	}
	free(last);
	free(last_pop);
}

static void
prepare_nodes(struct search *q, const struct span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		q->node[spans[i].push].span = i;
		if (spans[i].pop != SPAN_NONE)
			q->node[spans[i].pop].span = i;
	}
	q->node[q->h->n].prev = q->node[q->h->n].next = q->h->n;
	prepare_threads(q);
}

static void
prepare_events(struct search *q, bool with_fulls)
{
	size_t *by_rank = must(malloc((2 * q->h->n + 1) * sizeof(*by_rank)));

	for (size_t i = 0; i < q->h->n; i++) {
		by_rank[q->h->ops[i].call] = 2 * i;
		by_rank[q->h->ops[i].ret] = 2 * i + 1;
	}
	for (size_t r = 0; r < 2 * q->h->n; r++) {
		if (with_fulls || q->h->ops[by_rank[r] / 2].kind != HISTORY_FULL)
			q->event[q->events++] = by_rank[r];
		else
			q->node[by_rank[r] / 2].is_done = true;
	}
	q->soonest[q->events] = SPAN_NEVER;
	for (size_t e = q->events; e-- > 0;) {
		size_t op = q->event[e] / 2;

		q->soonest[e] = q->soonest[e + 1];
		if (q->event[e] % 2 == 0 && q->h->ops[op].kind == HISTORY_PUSH &&
		    q->spans[q->node[op].span].pop_ret < q->soonest[e])
			q->soonest[e] = q->spans[q->node[op].span].pop_ret;
	}
	free(by_rank);
}

enum witness
witness_search(const struct history *h, const struct span *spans, size_t n, size_t capacity,
    bool with_fulls, enum witness_lean lean, size_t budget, size_t *stuck)
{
	struct search q = { .h = h, .spans = spans, .capacity = capacity, .lean = lean };
	enum witness found;

	q.event = must(malloc((2 * h->n + 1) * sizeof(*q.event)));
	q.soonest = must(malloc((2 * h->n + 1) * sizeof(*q.soonest)));
	q.node = must(calloc(h->n + 1, sizeof(*q.node)));
	q.pick = must(malloc((h->n + 1) * sizeof(*q.pick)));
	q.line = must(malloc((n + 1) * sizeof(*q.line)));
	prepare_nodes(&q, spans, n);
	prepare_events(&q, with_fulls);
	found = run(&q, budget, stuck);
	free(q.event);
	free(q.soonest);
	free(q.node);
	free(q.pick);
	free(q.line);
	free(q.step);
	free(q.choice);
	free(q.met);
	return found;
}
