/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* threads.h: values carried from thread to thread through a queue of the contract. */
#ifndef WEFT_TESTS_THREADS_H
#define WEFT_TESTS_THREADS_H

#include <pthread.h>
#include <sched.h>

#include "contract.h"

#define THREADS_MOST 8
#define CARRIED 2000   /* values of each producer */

/*
 * Each producer writes note[own][n], plain memory, and then pushes the value that names
 * it: whoever pops the value reads the note, so that ThreadSanitizer sees whether the
 * push happened before. A value of one producer never comes before an earlier one of
 * it, to any one consumer.
 */
struct carry {
	struct queue_ops *ops;
	void *q;
	size_t capacity;
	uint32_t note[THREADS_MOST][CARRIED];
	uint64_t taken;                          /* by all consumers; atomic */
	uint64_t wanted;
};

struct carrier {
	struct carry *c;
	pthread_t thread;
	uint32_t own;
};

static void *
carry_produce(void *arg)
{
	struct carrier *me = arg;
	struct queue_ops *ops = me->c->ops;
	uint64_t vs[5];

	for (uint32_t n = 0; n < CARRIED;) {
		/* By turns one and a batch. */
		uint32_t count = n % 3 == 0 ? 1 : 5, done;

		count = n + count <= CARRIED ? count : CARRIED - n;
		for (uint32_t i = 0; i < count; i++) {
			me->c->note[me->own][n + i] = me->own * 7 + n + i;
			vs[i] = (uint64_t)me->own << 32 | (n + i);
		}
		done = count == 1 ? ops->push(me->c->q, vs)
		                  : (uint32_t)ops->push_n(me->c->q, vs, count);
		n += done;
		if (done == 0)
			sched_yield();
	}
	return NULL;
}

static void *
carry_consume(void *arg)
{
	struct carrier *me = arg;
	struct queue_ops *ops = me->c->ops;
	uint32_t next[THREADS_MOST] = { 0 };
	uint64_t vs[5];

	for (unsigned call = 0; __atomic_load_n(&me->c->taken, __ATOMIC_RELAXED) < me->c->wanted;
	     call++) {
		size_t got = call % 3 == 0 ? ops->pop(me->c->q, vs) : ops->pop_n(me->c->q, vs, 5);

		for (size_t i = 0; i < got; i++) {
			uint32_t from = (uint32_t)(vs[i] >> 32), n = (uint32_t)vs[i];

			assert_true(from < THREADS_MOST && n < CARRIED);
			assert_true(n >= next[from]);
			next[from] = n + 1;
			/* Each note is there, and is taken once. */
			assert_int_equal(me->c->note[from][n], from * 7 + n);
			me->c->note[from][n] = UINT32_MAX;
		}
		__atomic_fetch_add(&me->c->taken, got, __ATOMIC_RELAXED);
		if (me->c->capacity != 0)
			assert_true(ops->len(me->c->q) <= me->c->capacity);
		if (got == 0)
			sched_yield();
	}
	return NULL;
}

static void
carry_over(struct queue_ops *ops, size_t capacity, uint32_t producers, uint32_t consumers)
{
	static struct carry c;
	struct carrier all[2 * THREADS_MOST];

	c = (struct carry){ .ops = ops,
		.q = malloc(ops->object),
		.wanted = (uint64_t)producers * CARRIED };
	c.capacity = ops->capacity == NULL ? 0 : capacity;
	assert_int_equal(ops->init(c.q, ops->type, capacity), WEFT_OK);
	begin(ops, c.q, 1);
	for (uint32_t i = 0; i < producers + consumers; i++) {
		all[i] = (struct carrier){ .c = &c, .own = i };
		assert_int_equal(pthread_create(&all[i].thread, NULL,
		    i < producers ? carry_produce : carry_consume, &all[i]), 0);
	}
	for (uint32_t i = 0; i < producers + consumers; i++)
		pthread_join(all[i].thread, NULL);
	assert_int_equal(c.taken, c.wanted);
	for (uint32_t p = 0; p < producers; p++)
		for (uint32_t n = 0; n < CARRIED; n++)
			assert_int_equal(c.note[p][n], UINT32_MAX);
	assert_true(ops->is_empty(c.q));
	ops->fini(c.q);
	free(c.q);
}

static inline void
run_threads(struct queue_ops *ops, uint32_t producers, uint32_t consumers)
{
	carry_over(ops, 1, producers, consumers);
	carry_over(ops, 3, producers, consumers);
	carry_over(ops, 64, producers, consumers);
}

#endif
