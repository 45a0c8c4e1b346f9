/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * test_lanes_inside.c: threads that have given up, and have not left their list yet, stand in
 * nobody's way. Made by hand from the source itself: the moment is too short to be met.
 */
#include "flavours.h"

/* After it: its names are short. */
#include "channel/lanes.c"

struct gone {
	weft_wait_ wait;
	weft_waiter_ waiter;
	uint64_t v;
};

/* In the list, as a thread is that waits; and it has just given up. */
static void
stand_and_give_up(numbers *c, struct gone *g, weft_role role, unsigned at)
{
	lanes *l = lock(&c->raw, "");

	*g = (struct gone){ .waiter = { .wait = &g->wait, .value = &g->v }, .v = 666 };
	weft_wait_begin_(&g->wait);
	queue_up(l, role, at, &g->waiter);
	unlock(l);
	assert_true(weft_wait_give_up_(&g->wait));
}

static void
open_lanes(numbers *c, size_t capacity, unsigned n)
{
	weft_channel_options o = { .capacity = capacity, .lanes = n };

	weft_must(numbers_init_with(c, &o));
}

static void
send_to_last(task *t)
{
	t->s = numbers_send_lane(t->c, (unsigned)t->n, t->v);
}

static void
a_sender_that_gave_up_hides_no_other(void **state)
{
	(void)state;
	for (int by = 0; by < 3; by++) {
		task t = { .call = send_to_last, .n = 1, .v = 5 };
		uint64_t mark = sleep_mark(), v = 0;
		struct gone gone;
		numbers c;

		alarm(30);
		open_lanes(&c, 0, 2);
		t.c = &c;
		task_start(&t);
		until_asleep(mark, 1);
		stand_and_give_up(&c, &gone, WEFT_SENDER, 0);
		if (by == 0)
			assert_int_equal(numbers_peek(&c, &v), WEFT_OK);
		else if (by == 1)
			assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
		else
			assert_int_equal(numbers_recv_until(&c, &v, weft_after_s(20)), WEFT_OK);
		assert_int_equal(v, 5);
		if (by == 0)
			assert_int_equal(numbers_recv(&c, &v), WEFT_OK);
		task_join(&t);
		assert_int_equal(t.s, WEFT_OK);
		assert_false(gone.waiter.listed);
		numbers_fini(&c);
		alarm(0);
	}
}

static void
alone_it_is_not_there(void **state)
{
	uint64_t v = 0;
	struct gone gone;
	numbers c;

	(void)state;
	open_lanes(&c, 0, 2);
	stand_and_give_up(&c, &gone, WEFT_SENDER, 0);
	assert_int_equal(numbers_peek(&c, &v), WEFT_EMPTY);
	stand_and_give_up(&c, &gone, WEFT_SENDER, 1);
	assert_int_equal(numbers_try_recv(&c, &v), WEFT_EMPTY);
	assert_int_equal(v, 0);
	stand_and_give_up(&c, &gone, WEFT_RECEIVER, 0);
	assert_int_equal(numbers_try_send(&c, 1), WEFT_FULL);
	assert_int_equal(gone.v, 666);
	numbers_fini(&c);
}

/* A place that is freed goes to the first that still waits; where none does, it is free. */
static void
a_freed_place_is_not_lost_to_it(void **state)
{
	uint64_t v = 0;
	struct gone gone;
	numbers c;

	(void)state;
	open_lanes(&c, 1, 2);
	assert_int_equal(numbers_try_send(&c, 1), WEFT_OK);
	stand_and_give_up(&c, &gone, WEFT_SENDER, 1);
	assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
	assert_int_equal(v, 1);
	assert_int_equal(numbers_len(&c), 0);
	assert_int_equal(numbers_try_recv(&c, &v), WEFT_EMPTY);
	assert_int_equal(numbers_try_send(&c, 2), WEFT_OK);
	assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
	assert_int_equal(v, 2);
	numbers_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sender_that_gave_up_hides_no_other),
		cmocka_unit_test(alone_it_is_not_there),
		cmocka_unit_test(a_freed_place_is_not_lost_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
