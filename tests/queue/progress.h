/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * progress.h: what is asked of every queue while one of its calls stands still in the
 * middle. Include step.h first; the table's functions must be the typed ones, whose
 * atomics are counted.
 */
#ifndef WEFT_TESTS_PROGRESS_H
#define WEFT_TESTS_PROGRESS_H

#include <sched.h>
#include <semaphore.h>

#include "contract.h"

/* A call that is stopped somewhere, and what it gave back. */
enum stopped_what {
	STOPPED_PUSH,
	STOPPED_POP,
	STOPPED_PUSH_N,
	STOPPED_POP_N,
	STOPPED_LEN,
	STOPPED_IS_EMPTY,
	STOPPED_IS_FULL
};

struct stopped_call {
	struct queue_ops *ops;
	void *q;
	enum stopped_what what;
	uint64_t values[3];     /* pushed by it, or popped */
	size_t answer;
};

static inline void
stopped_call_run(void *arg)
{
	struct stopped_call *c = arg;

	/* clang-format off: a line a call. */
	switch (c->what) {
	case STOPPED_PUSH: c->answer = c->ops->push(c->q, c->values); break;
	case STOPPED_POP: c->answer = c->ops->pop(c->q, c->values); break;
	case STOPPED_PUSH_N: c->answer = c->ops->push_n(c->q, c->values, 3); break;
	case STOPPED_POP_N: c->answer = c->ops->pop_n(c->q, c->values, 3); break;
	case STOPPED_LEN: c->answer = c->ops->len(c->q); break;
	case STOPPED_IS_EMPTY: c->answer = c->ops->is_empty(c->q); break;
	default: c->answer = c->ops->is_full(c->q);
	}
	/* clang-format on */
}

static inline void *
queue_open(struct queue_ops *ops, size_t capacity, size_t level)
{
	void *q = malloc(ops->object);

	assert_int_equal(ops->init(q, ops->type, capacity), WEFT_OK);
	for (uint64_t i = 0; i < level; i++)
		assert_true(ops->push(q, &i));
	return q;
}

static inline void
queue_close(struct queue_ops *ops, void *q)
{
	ops->fini(q);
	free(q);
}

/* A push and a pop, or a pop and a push: between the two there is one more, or one less. */
static inline void
toggle(struct queue_ops *ops, void *q, bool push_first, int times)
{
	uint64_t v = 1000;

	for (int i = 0; i < times; i++) {
		if (push_first)
			assert_true(ops->push(q, &v));
		assert_true(ops->pop(q, &v));
		if (!push_first)
			assert_true(ops->push(q, &v));
	}
}

/*
 * A call stands before each of its atomics in turn, while others push and pop, so that
 * the level goes between `low` and `low` + 1: its answer must be one that was right at
 * some moment meanwhile. Where it has claimed a slot already, what it says is said.
 */
static inline void
answer_was_right(struct queue_ops *ops, enum stopped_what what, size_t capacity, size_t low,
    bool push_first, int times)
{
	bool stands = true;

	for (long at = 0; stands; at++) {
		size_t level = push_first ? low : low + 1;
		struct stopped_call c = { ops, queue_open(ops, capacity, level), what, { 7777 },
			0 };
		struct stopped s;

		stands = stopped_start(&s, at, stopped_call_run, &c);
		if (stands && ops->len(c.q) == level)
			toggle(ops, c.q, push_first, times);
		stopped_end(&s);
		switch (what) {
		case STOPPED_PUSH:
			/* The level was below the capacity all the time. */
			assert_true(c.answer);
			break;
		case STOPPED_POP:
			assert_true(c.answer);
			assert_int_not_equal(c.values[0], 7777);
			break;
		case STOPPED_LEN:
			assert_true(c.answer == low || c.answer == low + 1);
			break;
		case STOPPED_IS_EMPTY:
		case STOPPED_IS_FULL:
		default:
			assert_false(c.answer);
		}
		queue_close(ops, c.q);
	}
}

/* "Full", "empty" and a length are answers that held at one moment. */
static inline void
answers_held_at_one_moment(struct queue_ops *ops)
{
	for (int times = 1; times <= 9; times++) {
		for (int push_first = 0; push_first < 2; push_first++) {
			answer_was_right(ops, STOPPED_POP, 3, 1, push_first, times);
			answer_was_right(ops, STOPPED_IS_EMPTY, 3, 1, push_first, times);
			if (!ops->rough_len) {
				answer_was_right(ops, STOPPED_LEN, 3, 1, push_first, times);
				answer_was_right(ops, STOPPED_LEN, 3, 2, push_first, times);
			}
			answer_was_right(ops, STOPPED_PUSH, 3, 1, push_first, times);
			if (ops->is_full != NULL)
				answer_was_right(ops, STOPPED_IS_FULL, 3, 1, push_first, times);
		}
	}
}

/* Two threads that push and pop, whatever a third one stands in the middle of. */
struct busy {
	struct queue_ops *ops;
	void *q;
	uint64_t base, times;
	uint64_t pushed, popped;         /* how many */
	uint64_t sum_pushed, sum_popped;
	pthread_t thread;
};

static inline void *
busy_run(void *arg)
{
	struct busy *b = arg;
	uint64_t vs[2];

	for (uint64_t i = 0; i < b->times; i++) {
		size_t n = 1 + i % 2, done;

		vs[0] = b->base + 2 * i;
		vs[1] = vs[0] + 1;
		done = n == 1 ? b->ops->push(b->q, vs) : b->ops->push_n(b->q, vs, n);
		for (size_t k = 0; k < done; k++)
			b->sum_pushed += vs[k];
		b->pushed += done;
		done = n == 1 ? b->ops->pop(b->q, vs) : b->ops->pop_n(b->q, vs, n);
		for (size_t k = 0; k < done; k++)
			b->sum_popped += vs[k];
		b->popped += done;
	}
	return NULL;
}

/* What came in, by the stopped calls and by the busy threads, must have come out or be left. */
struct account {
	uint64_t in, out;
};

static inline void
account_call(struct account *a, const struct stopped_call *c)
{
	bool in = c->what == STOPPED_PUSH || c->what == STOPPED_PUSH_N;
	bool looks = c->what >= STOPPED_LEN;

	for (size_t i = 0; i < c->answer && !looks; i++)
		*(in ? &a->in : &a->out) += c->values[i];
}

#define BUSY_TIMES 250

static inline void
busy_threads(struct queue_ops *ops, void *q, struct account *a)
{
	struct busy busy[2];
	uint64_t pushed = 0, popped = 0;

	for (uint64_t i = 0; i < 2; i++) {
		busy[i] = (struct busy){ .ops = ops,
			.q = q,
			.base = (i + 1) << 32,
			.times = BUSY_TIMES };
		pthread_create(&busy[i].thread, NULL, busy_run, &busy[i]);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(busy[i].thread, NULL);
		a->in += busy[i].sum_pushed;
		a->out += busy[i].sum_popped;
		pushed += busy[i].pushed;
		popped += busy[i].popped;
	}
	/* Not refused for ever: of 3/2 values a round and thread a third at least went through. */
	assert_true(pushed > BUSY_TIMES && popped > BUSY_TIMES);
}

/*
 * Calls stand still, each before an atomic of its own, and others complete some thousand
 * operations; then the calls are let go, and nothing is lost or doubled. True: all stood.
 */
static inline bool
others_go_on(struct queue_ops *ops, size_t capacity, size_t level, const enum stopped_what *what,
    const long *at, size_t n)
{
	void *q = queue_open(ops, capacity, level);
	struct stopped_call calls[2] = { { .ops = ops } };
	struct stopped stopped[2];
	struct account a = { 0, 0 };
	bool stood = true;
	uint64_t v;

	for (uint64_t i = 0; i < level; i++)
		a.in += i;
	for (size_t i = 0; i < n; i++) {
		calls[i] = (struct stopped_call){ ops, q, what[i], { 70000, 80000, 90000 }, 0 };
		stood &= stopped_start(&stopped[i], at[i], stopped_call_run, &calls[i]);
	}
	busy_threads(ops, q, &a);
	for (size_t i = 0; i < n; i++) {
		stopped_end(&stopped[i]);
		account_call(&a, &calls[i]);
	}
	while (ops->pop(q, &v))
		a.out += v;
	assert_int_equal(a.in, a.out);
	assert_true(ops->is_empty(q));
	queue_close(ops, q);
	return stood;
}

/* A call in a thread of its own, which must still be at it after a while. */
struct waiter {
	struct stopped_call call;
	bool done;               /* atomic */
	pthread_t thread;
};

static inline void *
waiter_run(void *arg)
{
	struct waiter *w = arg;

	stopped_call_run(&w->call);
	__atomic_store_n(&w->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static inline void
waiter_start(struct waiter *w, struct queue_ops *ops, void *q, enum stopped_what what,
    uint64_t value)
{
	*w = (struct waiter){ .call = { ops, q, what, { value }, 0 } };
	pthread_create(&w->thread, NULL, waiter_run, w);
}

static inline void
assert_waits(struct waiter *w)
{
	usleep(30000);
	assert_false(__atomic_load_n(&w->done, __ATOMIC_ACQUIRE));
}

#endif
