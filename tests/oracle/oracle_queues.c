/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* oracle_queues.c: the same operations on our queues, another library's, and an array. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weft/array_queue.h>
#include <weft/lf_queue.h>
#include <weft/random.h>
#include <weft/seg_queue.h>
#include <weft/spsc_queue.h>

#include "oracle.h"

/*
 * A random walk of pushes and pops, that goes up to full and down to empty in turn. Each
 * queue must give the model's answer to each; the model is an array whose oldest value is
 * first. A queue that has no batch or force_push gets the single operations that they are
 * made of: of one thread they are the same.
 */
#define OPERATIONS 20000
#define MOST 40

WEFT_ARRAY_QUEUE(array, uint64_t);
WEFT_LF_QUEUE(lf, uint64_t);
WEFT_SEG_QUEUE(seg, uint64_t);
WEFT_SPSC_QUEUE(spsc, uint64_t);

/* The functions of a queue that its macro made, as a subject's. */
#define ADAPT(queue, init_call)                                                                   \
	static void *queue##_make(size_t capacity)                                                \
	{                                                                                         \
		queue *q = malloc(sizeof *q);                                                     \
		(void)capacity;                                                                   \
		if (q == NULL)                                                                    \
			abort();                                                                  \
		weft_must(init_call);                                                             \
		return q;                                                                         \
	}                                                                                         \
	static void queue##_unmake(void *q) { queue##_fini(q); free(q); }                         \
	static bool queue##_push_one(void *q, uint64_t v) { return queue##_push(q, v); }          \
	static bool queue##_pop_one(void *q, uint64_t *v) { return queue##_pop(q, v); }           \
	static size_t queue##_push_many(void *q, const uint64_t *vs, size_t n)                    \
	{ return queue##_push_n(q, vs, n); }                                                      \
	static size_t queue##_pop_many(void *q, uint64_t *vs, size_t n)                           \
	{ return queue##_pop_n(q, vs, n); }                                                       \
	static size_t queue##_how_many(void *q) { return queue##_len(q); }

ADAPT(array, array_init(q, capacity))
ADAPT(lf, lf_init(q, capacity))
ADAPT(seg, seg_init(q))
ADAPT(spsc, spsc_init(q, capacity))

static bool
array_force(void *q, uint64_t v, uint64_t *old)
{
	bool had;

	array_force_push(q, v, old, &had);
	return had;
}

#define OURS(queue, is_bounded, force)                                                            \
	{ .name = "weft " #queue, .make = queue##_make, .unmake = queue##_unmake,                 \
	  .push = queue##_push_one, .pop = queue##_pop_one, .push_n = queue##_push_many,          \
	  .pop_n = queue##_pop_many, .len = queue##_how_many, .bounded = is_bounded,              \
	  .force_push = force }

static const struct subject ours[] = {
	OURS(array, true, array_force),
	OURS(lf, true, NULL),
	OURS(seg, false, NULL),
	OURS(spsc, true, NULL),
};

#define SUBJECTS (WEFT_COUNT(ours) + 1)

static struct {
	const struct subject *s;
	void *q;
} under_test[SUBJECTS];
static size_t subjects;

/* The model, and what it is at: for the sentence when an answer differs. */
static uint64_t *model;
static size_t model_len, model_capacity;
static uint64_t seed, operation, answers;

static void
differs(const struct subject *s, const char *what, uint64_t got, uint64_t wanted)
{
	fprintf(stderr, "%s: %s gave %" PRIu64 ", the model %" PRIu64 ": seed %" PRIu64
	    ", capacity %zu, operation %" PRIu64 "\n", s->name, what, got, wanted, seed,
	    model_capacity, operation);
	exit(1);
}

static void
same(const struct subject *s, const char *what, uint64_t got, uint64_t wanted)
{
	if (got != wanted)
		differs(s, what, got, wanted);
	answers++;
}

static void
push_to(const struct subject *s, void *q, const uint64_t *vs, size_t n, size_t fit)
{
	size_t offered = s->bounded ? n : fit, done = 0;

	if (s->push_n != NULL && n != 1) {
		done = s->push_n(q, vs, offered);
	} else {
		while (done < offered && s->push(q, vs[done]))
			done++;
	}
	same(s, "push", done, fit);
}

static void
pop_from(const struct subject *s, void *q, size_t n, size_t there)
{
	uint64_t vs[MOST];
	size_t done = 0;

	if (s->pop_n != NULL && n != 1) {
		done = s->pop_n(q, vs, n);
	} else {
		while (done < n && s->pop(q, &vs[done]))
			done++;
	}
	same(s, "pop", done, there);
	for (size_t i = 0; i < done; i++)
		same(s, "a popped value", vs[i], model[i]);
}

static void
force_into(const struct subject *s, void *q, uint64_t v, bool displaces)
{
	uint64_t old = 0;

	if (s->force_push != NULL) {
		same(s, "force_push", s->force_push(q, v, &old), displaces);
	} else {
		if (displaces)
			same(s, "pop", s->pop(q, &old), true);
		same(s, "push", s->push(q, v), true);
	}
	if (displaces)
		same(s, "a displaced value", old, model[0]);
}

static void
model_pop(size_t n)
{
	model_len -= n;
	memmove(model, model + n, model_len * sizeof model[0]);
}

static void
step(weft_random *r, bool up)
{
	uint64_t kind = weft_random_below(r, 16), vs[MOST];
	size_t n = kind % 4 == 0 ? (size_t)weft_random_below(r, MOST + 1) : 1;
	size_t room = model_capacity - model_len, fit = n < room ? n : room;
	size_t there = n < model_len ? n : model_len;

	for (size_t i = 0; i < MOST; i++)
		vs[i] = operation << 8 | i;
	if (kind == 15) {
		bool displaces = room == 0;

		for (size_t i = 0; i < subjects; i++)
			force_into(under_test[i].s, under_test[i].q, vs[0], displaces);
		if (displaces)
			model_pop(1);
		model[model_len++] = vs[0];
	} else if ((kind < 10) == up) {
		for (size_t i = 0; i < subjects; i++)
			push_to(under_test[i].s, under_test[i].q, vs, n, fit);
		memcpy(model + model_len, vs, fit * sizeof vs[0]);
		model_len += fit;
	} else {
		for (size_t i = 0; i < subjects; i++)
			pop_from(under_test[i].s, under_test[i].q, n, there);
		model_pop(there);
	}
	for (size_t i = 0; i < subjects; i++)
		if (under_test[i].s->len != NULL)
			same(under_test[i].s, "len", under_test[i].s->len(under_test[i].q),
			    model_len);
}

static void
add_subject(const struct subject *s)
{
	if (s->takes != NULL && !s->takes(model_capacity))
		return;
	under_test[subjects].s = s;
	under_test[subjects++].q = s->make(model_capacity);
}

/* How many of the operations met a full queue, and an empty one. */
static void
walk(uint64_t *full, uint64_t *empty)
{
	weft_random r = weft_random_stream(seed, model_capacity);
	bool up = true;

	for (uint64_t i = 0; i < OPERATIONS; i++, operation++) {
		if (weft_random_below(&r, 3 * model_capacity + 20) == 0)
			up = !up;
		*full += model_len == model_capacity;
		*empty += model_len == 0;
		step(&r, up);
	}
}

int
main(int argc, char **argv)
{
	static const size_t capacities[] = { 1, 2, 3, 5, 7, 8, 15, 63, 64, 100, 255 };
	uint64_t full = 0, empty = 0, beside = 0;

	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	for (size_t c = 0; c < WEFT_COUNT(capacities); c++) {
		model_capacity = capacities[c];
		model_len = 0;
		model = malloc(model_capacity * sizeof model[0]);
		if (model == NULL)
			abort();
		subjects = 0;
		for (size_t i = 0; i < WEFT_COUNT(ours); i++)
			add_subject(&ours[i]);
		if (oracle != NULL)
			add_subject(oracle);
		walk(&full, &empty);
		beside += subjects > WEFT_COUNT(ours) ? OPERATIONS : 0;
		for (size_t i = 0; i < subjects; i++)
			under_test[i].s->unmake(under_test[i].q);
		free(model);
	}
	/* A walk that never comes to an end of the queue tests little. */
	if (full < operation / 50 || empty < operation / 50) {
		fprintf(stderr, "full %" PRIu64 " times, empty %" PRIu64 " times: too few\n", full,
		    empty);
		return 1;
	}
	printf("oracle: %" PRIu64
	       " operations on %zu queues of %zu capacities beside the model, %" PRIu64
	    " of them beside %s: %" PRIu64 " answers, all the same (seed %" PRIu64 ")\n", operation,
	    WEFT_COUNT(ours), WEFT_COUNT(capacities), beside,
	    oracle == NULL ? "no other library" : oracle->name, answers, seed);
	return 0;
}
