/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_progress_lf_queue.c: a thread stopped at any atomic of lf_queue stops nobody. */
#include "step.h"

#include <weft/lf_queue.h>

#include "progress.h"

WEFT_LF_QUEUE(plain, uint64_t);
TYPED_SHAPES(plain)
TYPED_BOUNDED_SHAPES(plain, lf_queue)

static struct queue_ops ops = { .name = "lf_queue", .object = sizeof(plain), .type = &plain_type_,
	.typed = true, .rough_len = true, BOUNDED_SHAPES(plain) };

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
		cmocka_unit_test(a_stopped_thread_takes_one_place_at_most),
		cmocka_unit_test(answers_hold_at_one_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
