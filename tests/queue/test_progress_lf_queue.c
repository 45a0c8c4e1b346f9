/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_progress_lf_queue.c: a thread stopped at any atomic of lf_queue stops nobody. */
#include "step.h"

#include <weft/lf_queue.h>

#include "progress.h"

WEFT_LF_QUEUE(plain, uint64_t);
TYPED_SHAPES(plain)
TYPED_BOUNDED_SHAPES(plain, lf_queue)

static struct queue_ops ops = { .name = "lf_queue",
	.object = sizeof(plain),
	.type = &plain_type_,
	.typed = true,
	.rough_len = true,
	BOUNDED_SHAPES(plain) };

static const size_t levels[] = { 0, 2, 4 };
static const enum stopped_what whats[] = { STOPPED_PUSH, STOPPED_POP, STOPPED_PUSH_N, STOPPED_POP_N,
	STOPPED_LEN, STOPPED_IS_EMPTY, STOPPED_IS_FULL };

static void
a_thread_stopped_at_any_atomic_stops_nobody(void **state)
{
	(void)state;
	for (size_t w = 0; w < WEFT_COUNT(whats); w++) {
		for (size_t l = 0; l < WEFT_COUNT(levels); l++) {
			long at = 0;

			while (others_go_on(&ops, 4, levels[l], &whats[w], &at, 1))
				at++;
			/* It did stand somewhere, and in each of the atomics that a call makes. */
			assert_true(at >= 2);
		}
	}
}

/* A push and a pop that both stand: two places are in their hands, two go round. */
static void
two_stopped_threads_stop_nobody(void **state)
{
	const enum stopped_what both[] = { STOPPED_PUSH, STOPPED_POP };

	(void)state;
	for (long first = 0; first < 12; first += 1)
		for (long second = 0; second < 12; second += 2)
			others_go_on(&ops, 4, 2, both, (const long[]){ first, second }, 2);
}

/* What is left comes out; then all that came in has come out. */
static void
assert_nothing_lost(void *q, struct account *a)
{
	uint64_t v;

	while (ops.pop(q, &v))
		a->out += v;
	assert_int_equal(a->in, a->out);
	assert_true(ops.is_empty(q));
	queue_close(&ops, q);
}

static void
count_push(void *q, struct account *a, uint64_t v)
{
	if (ops.push(q, &v))
		a->in += v;
}

static void
count_pop(void *q, struct account *a)
{
	uint64_t v;

	if (ops.pop(q, &v))
		a->out += v;
}

/*
 * A few calls meanwhile, in each order: bit i of the script says whether the i-th is a push. Many
 * calls would hide what these show, as each lap of a ring writes over the traces of the last.
 */
static void
a_few_calls_meanwhile_lose_nothing(void **state)
{
	(void)state;
	for (unsigned run = 0; run < 4 * 3 * 16; run++) {
		enum stopped_what what = whats[run % 4];
		unsigned level = run / 4 % 3, script = run / 12;
		bool stands = true;

		for (long at = 0; stands; at++) {
			struct stopped_call c = { &ops, queue_open(&ops, 2, level), what,
				{ 70, 80, 90 }, 0 };
			struct account a = { level * (level - 1) / 2, 0 };
			struct stopped s;

			stands = stopped_start(&s, at, stopped_call_run, &c);
			for (unsigned i = 0; i < 4 && stands; i++) {
				if ((script >> i & 1) != 0)
					count_push(c.q, &a, 1000 + i);
				else
					count_pop(c.q, &a);
			}
			stopped_end(&s);
			account_call(&a, &c);
			assert_nothing_lost(c.q, &a);
		}
	}
}

/*
 * A pop stands, the ring goes round, a push stands at the same entry, and then pops come by: the
 * push must not fill an entry whose take has gone.
 */
static void
lap_apart(long first, long second, int laps, int pops, bool push_first)
{
	void *q = queue_open(&ops, 2, 1);
	struct stopped_call pop = { &ops, q, STOPPED_POP, { 0 }, 0 };
	struct stopped_call push = { &ops, q, STOPPED_PUSH, { 70 }, 0 };
	struct stopped popper, pusher;
	struct account a = { 0, 0 };

	stopped_start(&popper, first, stopped_call_run, &pop);
	for (int i = 0; i < laps; i++) {
		count_push(q, &a, 100 + (uint64_t)i);
		count_pop(q, &a);
	}
	stopped_start(&pusher, second, stopped_call_run, &push);
	for (int i = 0; i < pops; i++)
		count_pop(q, &a);
	stopped_end(push_first ? &pusher : &popper);
	count_pop(q, &a);
	stopped_end(push_first ? &popper : &pusher);
	account_call(&a, &pop);
	account_call(&a, &push);
	assert_nothing_lost(q, &a);
}

static void
two_that_stand_a_lap_apart_lose_nothing(void **state)
{
	(void)state;
	for (long first = 0; first < 10; first++)
		for (long second = 0; second < 10; second++)
			/* Threads are dear under ThreadSanitizer: three rounds are the lap. */
			for (int run = WEFT_TSAN_; run < 3 * 2 * 2; run += WEFT_TSAN_ ? 3 : 1)
				lap_apart(first, second, 2 + run % 3, 1 + run / 3 % 2,
				    run / 6 != 0);
}

/* Pushes stand at entries before it, which a pop passes by, one after the other. */
static void
a_value_behind_pushes_that_stand_is_found(void **state)
{
	(void)state;
	for (long at = 0; at < 12; at++) {
		void *q = queue_open(&ops, 4, 0);
		struct stopped_call calls[3];
		struct stopped stopped[3];
		struct account a = { 0, 0 };
		uint64_t v;

		for (size_t i = 0; i < 3; i++) {
			calls[i] = (struct stopped_call){ &ops, q, STOPPED_PUSH, { 70 + i }, 0 };
			stopped_start(&stopped[i], at, stopped_call_run, &calls[i]);
		}
		assert_true(ops.push(q, &(uint64_t){ 1000 }));
		assert_false(ops.is_empty(q));
		assert_true(ops.pop(q, &v));
		a.in = 1000;
		a.out = v;
		for (size_t i = 0; i < 3; i++) {
			stopped_end(&stopped[i]);
			account_call(&a, &calls[i]);
		}
		assert_nothing_lost(q, &a);
	}
}

static void
a_stopped_thread_takes_one_place_at_most(void **state)
{
	(void)state;
	for (int what = STOPPED_PUSH; what <= STOPPED_POP; what++) {
		bool stands = true, took = false;

		for (long at = 0; stands; at++) {
			struct stopped_call c = { &ops, queue_open(&ops, 4, 2), what, { 7 }, 0 };
			struct stopped s;
			uint64_t v;
			size_t n = 0;

			stands = stopped_start(&s, at, stopped_call_run, &c);
			while (ops.pop(c.q, &v))
				;
			while (ops.push(c.q, &(uint64_t){ 1 }))
				n++;
			assert_true(n == 4 || n == 3 || (n == 2 && !stands));
			took |= n == 3;
			stopped_end(&s);
			queue_close(&ops, c.q);
		}
		assert_true(took);
	}
}

static void
answers_hold_at_one_moment(void **state)
{
	(void)state;
	answers_held_at_one_moment(&ops);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_stopped_at_any_atomic_stops_nobody),
		cmocka_unit_test(two_stopped_threads_stop_nobody),
		cmocka_unit_test(a_few_calls_meanwhile_lose_nothing),
		cmocka_unit_test(two_that_stand_a_lap_apart_lose_nothing),
		cmocka_unit_test(a_value_behind_pushes_that_stand_is_found),
		cmocka_unit_test(a_stopped_thread_takes_one_place_at_most),
		cmocka_unit_test(answers_hold_at_one_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
