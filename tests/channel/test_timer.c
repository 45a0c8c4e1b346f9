/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_timer.c: moments as channels: after, at, tick and never, alone and as arms. */
#include "flavours.h"

/*
 * A timer that was looked at before its moment, and had not fired. On a machine with much to
 * do the look may come too late: then once more, later.
 */
static weft_timer
looked_at(bool ticks, int64_t ns)
{
	for (;;) {
		weft_timer t = ticks ? weft_timer_tick(ns) : weft_timer_after(ns);
		weft_time due = t.next, when = { 0 };
		weft_status s = weft_timer_try_recv(&t, &when);

		if (s == WEFT_EMPTY && when.ns == 0)
			return t;
		assert_int_equal(s, WEFT_OK);
		assert_int_equal(when.ns, due.ns);
		assert_true(weft_time_is_past(due));
	}
}

static void
a_timer_fires_once_at_its_moment_and_is_spent(void **state)
{
	weft_timer t = looked_at(false, WEFT_MS(4));
	weft_time due = t.next, when = { 0 };

	(void)state;
	assert_int_equal(weft_timer_recv(&t, &when), WEFT_OK);
	assert_true(weft_time_is_past(due));
	assert_int_equal(when.ns, due.ns);
	assert_int_equal(weft_timer_recv(&t, &when), WEFT_CLOSED);
	assert_int_equal(weft_timer_try_recv(&t, NULL), WEFT_CLOSED);
	/* At a moment that is given. */
	due = weft_after_ms(3);
	t = weft_timer_at(due);
	assert_int_equal(weft_timer_recv(&t, &when), WEFT_OK);
	assert_true(weft_time_is_past(due));
	assert_int_equal(when.ns, due.ns);
	t = weft_timer_after(WEFT_MS(3));
	due = weft_after_ms(3);
	assert_int_equal(weft_timer_recv(&t, &when), WEFT_OK);
	assert_true(weft_time_since(due, when) >= 0);
	assert_true(weft_time_since(due, when) < WEFT_S(5));
	/* A moment that has passed: at once. */
	t = weft_timer_after(-5);
	assert_int_equal(weft_timer_try_recv(&t, NULL), WEFT_OK);
	assert_int_equal(weft_timer_try_recv(&t, NULL), WEFT_CLOSED);
}

static void
ticks_come_at_fixed_moments_and_missed_ones_are_skipped(void **state)
{
	weft_timer t = looked_at(true, WEFT_MS(2));
	weft_time first, when, last;

	(void)state;
	assert_int_equal(weft_timer_recv(&t, &first), WEFT_OK);
	last = first;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(weft_timer_recv(&t, &when), WEFT_OK);
		assert_true(weft_time_is_past(when));
		assert_true(weft_time_is_before(last, when));
		assert_int_equal(weft_time_since(when, first) % WEFT_MS(2), 0);
		last = when;
	}
	weft_sleep_until(weft_after_ms(15));
	/* One for all that were missed; the next is still to come. */
	assert_int_equal(weft_timer_try_recv(&t, &when), WEFT_OK);
	assert_int_equal(weft_time_since(when, first) % WEFT_MS(2), 0);
	assert_true(weft_time_is_before(weft_now(), t.next) || weft_time_since(weft_now(), when) >
	    WEFT_MS(16));
	assert_int_equal(weft_time_since(t.next, first) % WEFT_MS(2), 0);
	assert_int_equal(weft_timer_recv(&t, &when), WEFT_OK);
	assert_true(weft_time_is_past(when));
}

static void
a_timer_that_never_fires_never_does(void **state)
{
	weft_timer never = weft_timer_never(), far = weft_timer_after(INT64_MAX);
	weft_timer slow = weft_timer_tick(INT64_MAX);
	weft_arm arms[] = { weft_timer_arm(&never, NULL), weft_timer_arm(&far, NULL),
		weft_timer_arm(&slow, NULL) };
	weft_time end = weft_after_ms(3);

	(void)state;
	assert_int_equal(weft_timer_try_recv(&never, NULL), WEFT_EMPTY);
	assert_int_equal(weft_timer_try_recv(&far, NULL), WEFT_EMPTY);
	assert_int_equal(weft_timer_try_recv(&slow, NULL), WEFT_EMPTY);
	assert_int_equal(weft_try_select(arms, 3), -1);
	assert_int_equal(weft_select_until(arms, 3, end), -1);
	assert_true(weft_time_is_past(end));
	assert_true(weft_arm_is_on(&arms[0]));
	/* A tick whose next moment no number can tell: it has fired for the last time. */
	slow.next = weft_after_ns(-1);
	assert_int_equal(weft_timer_try_recv(&slow, NULL), WEFT_OK);
	assert_int_equal(weft_timer_try_recv(&slow, NULL), WEFT_EMPTY);
}

static void
the_first_of_several_timers_wins_and_goes_off(void **state)
{
	/* Not so soon that a machine with much to do comes too late for the first look. */
	weft_timer late = weft_timer_after(WEFT_S(100)), soon = weft_timer_after(WEFT_MS(200));
	weft_time due = soon.next, when = { 0 };
	weft_arm arms[] = { weft_timer_arm(&late, NULL), weft_timer_arm(&soon, &when) };

	(void)state;
	assert_int_equal(weft_try_select(arms, 2), -1);
	assert_int_equal(weft_select(arms, 2), 1);
	assert_int_equal(arms[1].status, WEFT_OK);
	assert_int_equal(when.ns, due.ns);
	assert_true(weft_time_is_past(due));
	assert_false(weft_arm_is_on(&arms[1]));
	assert_true(weft_arm_is_on(&arms[0]));
	assert_int_equal(weft_timer_try_recv(&soon, NULL), WEFT_CLOSED);
	/* An arm of a timer that was spent before. */
	arms[1] = weft_timer_arm(&soon, NULL);
	assert_int_equal(weft_select(arms, 2), 1);
	assert_int_equal(arms[1].status, WEFT_CLOSED);
	assert_false(weft_arm_is_on(&arms[1]));
}

static void
a_tick_stays_on_and_a_look_takes_nothing(void **state)
{
	weft_select_options look = { .ready_only = true };
	weft_timer t = weft_timer_tick(WEFT_MS(2));
	weft_time when, last = { 0 };
	weft_arm arm = weft_timer_arm(&t, &when);

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(weft_select(&arm, 1), 0);
		assert_true(weft_arm_is_on(&arm));
		assert_true(weft_time_is_before(last, when));
		last = when;
	}
	when.ns = 7;
	assert_int_equal(weft_select_with(&arm, 1, &look), 0);
	assert_int_equal(weft_select_with(&arm, 1, &look), 0);
	assert_int_equal(when.ns, 7);
	assert_int_equal(weft_timer_try_recv(&t, &when), WEFT_OK);
	assert_true(weft_time_is_before(last, when));
}

static void
channel_and_timer(const flavour *f, numbers *c)
{
	uint64_t v = 99;
	task t = { .call = task_send, .c = c, .v = 3 };

	(void)f;
	for (int i = 0; i < 2; i++) {
		weft_timer end = weft_timer_after(i == 0 ? WEFT_MS(3) : WEFT_S(100));
		weft_time due = end.next;
		weft_arm arms[] = { weft_timer_arm(&end, NULL), numbers_recv_arm(c, &v) };

		if (i == 1)
			task_start(&t);
		assert_int_equal(weft_select(arms, 2), i);
		assert_int_equal(v, i == 0 ? 99 : 3);
		if (i == 0)
			assert_true(weft_time_is_past(due));
	}
	task_join(&t);
	assert_int_equal(numbers_len(c), 0);
}

static void
a_timer_stands_beside_any_channel(void **state)
{
	(void)state;
	on_each(channel_and_timer);
}

static void
no_period(void *arg)
{
	(void)weft_timer_tick(*(int64_t *)arg);
}

static void
a_period_below_one_traps(void **state)
{
	(void)state;
	assert_aborts(no_period, &(int64_t){ 0 }, "weft_timer_tick: a period below 1 ns");
	assert_aborts(no_period, &(int64_t){ -3 }, "weft_timer_tick: a period below 1 ns");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(a_timer_fires_once_at_its_moment_and_is_spent),
		FLAVOUR_TEST(ticks_come_at_fixed_moments_and_missed_ones_are_skipped),
		FLAVOUR_TEST(a_timer_that_never_fires_never_does),
		FLAVOUR_TEST(the_first_of_several_timers_wins_and_goes_off),
		FLAVOUR_TEST(a_tick_stays_on_and_a_look_takes_nothing),
		FLAVOUR_TEST(a_timer_stands_beside_any_channel),
		FLAVOUR_TEST(a_period_below_one_traps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
