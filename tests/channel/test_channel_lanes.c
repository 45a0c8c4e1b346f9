/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_lanes.c: channels of several lanes: the most urgent first, in order in each. */
#include <stdlib.h>

#include "flavours.h"

static void
open_lanes(numbers *c, size_t capacity, unsigned lanes, unsigned patience)
{
	weft_channel_options o = { .capacity = capacity,
		.lanes = lanes,
		.lane_patience = patience };

	weft_must(numbers_init_with(c, &o));
}

static void
send_to(numbers *c, unsigned lane, uint64_t v)
{
	assert_int_equal(numbers_try_send_lane(c, lane, v), WEFT_OK);
}

static void
expect(numbers *c, uint64_t wanted)
{
	uint64_t v;

	assert_int_equal(numbers_try_recv(c, &v), WEFT_OK);
	assert_int_equal(v, wanted);
}

static const size_t capacities[] = { 1, 3, 8, 100, WEFT_UNBOUNDED };

static void
the_most_urgent_lane_comes_first_and_each_is_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(capacities); i++) {
		size_t n = capacities[i] < 100 ? capacities[i] : 100;
		numbers c;

		open_lanes(&c, capacities[i], 4, 0);
		for (int round = 0; round < 3; round++) {
			for (size_t k = 0; k < n; k++)
				for (unsigned lane = 4; lane-- > 0;)
					send_to(&c, lane, lane * 1000 + k);
			assert_int_equal(numbers_len(&c), 4 * n);
			for (unsigned lane = 0; lane < 4; lane++)
				for (size_t k = 0; k < n; k++)
					expect(&c, lane * 1000 + k);
		}
		numbers_fini(&c);
	}
}

static void
each_lane_has_the_declared_capacity(void **state)
{
	(void)state;
	for (size_t i = 0; i + 1 < WEFT_COUNT(capacities); i++) {
		numbers c;

		open_lanes(&c, capacities[i], 3, 0);
		assert_int_equal(numbers_capacity(&c), capacities[i]);
		for (unsigned lane = 0; lane < 3; lane++) {
			for (size_t k = 0; k < capacities[i]; k++) {
				assert_false(numbers_is_full(&c));
				send_to(&c, lane, k);
			}
			assert_int_equal(numbers_try_send_lane(&c, lane, 9), WEFT_FULL);
		}
		assert_true(numbers_is_full(&c));
		assert_int_equal(numbers_send_lane_until(&c, 0, 9, weft_after_us(100)),
		    WEFT_TIMEOUT);
		numbers_fini(&c);
	}
}

static void
send_uses_the_last_lane(void **state)
{
	uint64_t vs[2] = { 40, 41 }, old = 0;
	bool had = false;
	numbers c;

	(void)state;
	open_lanes(&c, 2, 2, 0);
	assert_int_equal(numbers_send(&c, 30), WEFT_OK);
	assert_int_equal(numbers_try_send(&c, 31), WEFT_OK);
	assert_int_equal(numbers_try_send(&c, 32), WEFT_FULL);
	assert_int_equal(numbers_try_send_lane(&c, 1, 32), WEFT_FULL);
	assert_int_equal(numbers_try_send_n(&c, vs, 2), 0);
	assert_int_equal(numbers_force_send(&c, 33, &old, &had), WEFT_OK);
	assert_true(had);
	assert_int_equal(old, 30);
	send_to(&c, 0, 10);
	expect(&c, 10);
	expect(&c, 31);
	expect(&c, 33);
	assert_int_equal(numbers_try_send_n(&c, vs, 2), 2);
	send_to(&c, 0, 11);
	assert_int_equal(numbers_peek(&c, &old), WEFT_OK);
	assert_int_equal(old, 11);
	expect(&c, 11);
	expect(&c, 40);
	expect(&c, 41);
	numbers_fini(&c);
}

static void
a_lane_that_is_not_there_is_invalid(void **state)
{
	numbers c;

	(void)state;
	for (unsigned lanes = 0; lanes < 4; lanes++) {
		unsigned n = lanes == 0 ? 1 : lanes;

		open_lanes(&c, 4, lanes, 0);
		assert_int_equal(numbers_send_lane(&c, n, 1), WEFT_INVALID);
		assert_int_equal(numbers_try_send_lane(&c, n, 1), WEFT_INVALID);
		assert_int_equal(numbers_send_lane_until(&c, n, 1, WEFT_FOREVER), WEFT_INVALID);
		assert_int_equal(numbers_send_lane(&c, n - 1, 1), WEFT_OK);
		numbers_fini(&c);
	}
}

static void
patience_lets_a_less_urgent_value_pass(void **state)
{
	numbers c;

	(void)state;
	open_lanes(&c, 100, 2, 3);
	for (uint64_t k = 0; k < 12; k++)
		send_to(&c, 0, k);
	for (uint64_t k = 0; k < 3; k++)
		send_to(&c, 1, 100 + k);
	for (uint64_t k = 0, urgent = 0; k < 3; k++) {
		for (int i = 0; i < 3; i++)
			expect(&c, urgent++);
		expect(&c, 100 + k);
	}
	/* Nobody else waits: the rest in one go. */
	for (uint64_t k = 9; k < 12; k++)
		expect(&c, k);
	/* What was taken while none waited does not count. */
	for (uint64_t k = 0; k < 10; k++)
		send_to(&c, 0, k);
	for (uint64_t k = 0; k < 5; k++)
		expect(&c, k);
	send_to(&c, 1, 200);
	for (uint64_t k = 5; k < 8; k++)
		expect(&c, k);
	expect(&c, 200);
	expect(&c, 8);
	expect(&c, 9);
	numbers_fini(&c);
}

static void
without_patience_the_less_urgent_waits_for_ever(void **state)
{
	numbers c;

	(void)state;
	open_lanes(&c, 10, 2, 0);
	send_to(&c, 1, 100);
	for (uint64_t k = 0; k < 500; k++) {
		send_to(&c, 0, k);
		expect(&c, k);
	}
	expect(&c, 100);
	numbers_fini(&c);
}

/* Senders that wait for a full lane: a place that is freed in another lane is none of theirs. */

static void
send_lane(task *t)
{
	weft_arm arm = numbers_send_lane_arm(t->c, (unsigned)t->n, &t->v);

	if (t->more == NULL)
		t->s = numbers_send_lane(t->c, (unsigned)t->n, t->v);
	else
		t->s = weft_select(&arm, 1) == 0 ? arm.status : WEFT_TIMEOUT;
}

static void
a_sender_waits_for_its_own_lane(void **state)
{
	static int by_select;

	(void)state;
	for (int how = 0; how < 2; how++) {
		task low = { .call = send_lane, .n = 1, .v = 101, .more = how ? &by_select : NULL };
		task high = { .call = send_lane, .n = 0, .v = 1, .more = how ? &by_select : NULL };
		uint64_t mark = sleep_mark();
		numbers c;

		open_lanes(&c, 1, 2, 0);
		low.c = high.c = &c;
		send_to(&c, 0, 0);
		send_to(&c, 1, 100);
		task_start(&low);
		task_start(&high);
		until_asleep(mark, 2);
		expect(&c, 0);
		task_join(&high);
		assert_int_equal(high.s, WEFT_OK);
		assert_false(task_is_done(&low));
		expect(&c, 1);
		usleep(2000);
		assert_false(task_is_done(&low));
		expect(&c, 100);
		task_join(&low);
		assert_int_equal(low.s, WEFT_OK);
		expect(&c, 101);
		numbers_fini(&c);
	}
}

/* A rendezvous of lanes: of the senders that wait, the most urgent is met first. */
static void
a_rendezvous_meets_the_most_urgent_sender(void **state)
{
	task tasks[3];
	uint64_t v, mark = sleep_mark();
	numbers c;

	(void)state;
	open_lanes(&c, 0, 3, 0);
	for (unsigned i = 0; i < 3; i++) {
		tasks[i] = (task){ .call = send_lane, .c = &c, .n = 2 - i, .v = 2 - i };
		task_start(&tasks[i]);
	}
	until_asleep(mark, 3);
	for (uint64_t i = 0; i < 3; i++) {
		assert_int_equal(numbers_peek(&c, &v), WEFT_OK);
		assert_int_equal(v, i);
		expect(&c, i);
	}
	for (unsigned i = 0; i < 3; i++)
		task_join(&tasks[i]);
	numbers_fini(&c);
}

static void
arms_work_on_lanes(void **state)
{
	numbers c;
	uint64_t out = 5, in = 0;
	weft_arm arms[2];

	(void)state;
	open_lanes(&c, 1, 2, 0);
	for (unsigned lane = 0; lane < 2; lane++) {
		arms[0] = numbers_send_lane_arm(&c, lane, &out);
		assert_int_equal(weft_try_select(arms, 1), 0);
		assert_int_equal(arms[0].status, WEFT_OK);
		assert_int_equal(weft_try_select(arms, 1), -1);
		out++;
	}
	arms[0] = numbers_send_arm(&c, &out);
	assert_int_equal(weft_try_select(arms, 1), -1);
	arms[1] = numbers_recv_arm(&c, &in);
	assert_int_equal(weft_select(arms, 2), 1);
	assert_int_equal(in, 5);
	/* The urgent lane has room now; the last, whose arm it is, has not. */
	assert_int_equal(weft_try_select(arms, 1), -1);
	assert_int_equal(weft_try_select(&arms[1], 1), 0);
	assert_int_equal(in, 6);
	assert_int_equal(weft_try_select(arms, 1), 0);
	expect(&c, 7);
	numbers_fini(&c);
}

static void
no_such_lane(void *arg)
{
	numbers c;
	uint64_t v = 0;

	(void)arg;
	open_lanes(&c, 1, 2, 0);
	(void)numbers_send_lane_arm(&c, 2, &v);
}

static void
an_arm_of_a_lane_that_is_not_there_traps(void **state)
{
	(void)state;
	assert_aborts(no_such_lane, NULL, "send_arm of a channel: there is no such lane");
}

static void
drops_in_every_lane(void **state)
{
	numbers c;

	(void)state;
	forget_drops();
	open_lanes(&c, 4, 3, 0);
	for (unsigned lane = 0; lane < 3; lane++)
		for (uint64_t k = 0; k < 4; k++)
			send_to(&c, lane, lane * 4 + k);
	numbers_fini(&c);
	for (uint64_t v = 0; v < 12; v++)
		assert_int_equal(weft_load_seq_cst(&drops_of[v]), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_urgent_lane_comes_first_and_each_is_in_order),
		cmocka_unit_test(each_lane_has_the_declared_capacity),
		cmocka_unit_test(send_uses_the_last_lane),
		cmocka_unit_test(a_lane_that_is_not_there_is_invalid),
		cmocka_unit_test(patience_lets_a_less_urgent_value_pass),
		cmocka_unit_test(without_patience_the_less_urgent_waits_for_ever),
		cmocka_unit_test(a_sender_waits_for_its_own_lane),
		cmocka_unit_test(a_rendezvous_meets_the_most_urgent_sender),
		cmocka_unit_test(arms_work_on_lanes),
		cmocka_unit_test(an_arm_of_a_lane_that_is_not_there_traps),
		cmocka_unit_test(drops_in_every_lane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
