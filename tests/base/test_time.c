/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_time.c: moments, durations, and the ends of both. */
#include <weft/time.h>

#include "test.h"

static void
units(void **state)
{
	(void)state;
	assert_true(WEFT_US(1) == 1000 && WEFT_MS(1) == WEFT_US(1000) &&
	    WEFT_S(1) == WEFT_MS(1000));
	assert_true(WEFT_S(-3) == -3000000000);
	/* An int is widened before it is multiplied. */
	assert_true(WEFT_S(INT_MAX) / 1000000000 == INT_MAX);
}

static void
moments_from_now(void **state)
{
	weft_time before = weft_now(), far = weft_after_s(1000), near = weft_after_ms(1000),
		  soon = weft_after_us(1000), past = weft_after_ns(-1), after = weft_now();

	(void)state;
	assert_true(weft_time_since(far, before) >= WEFT_S(1000));
	assert_true(weft_time_since(far, after) <= WEFT_S(1000));
	assert_true(weft_time_since(near, before) >= WEFT_MS(1000));
	assert_true(weft_time_since(near, after) <= WEFT_MS(1000));
	assert_true(weft_time_since(soon, before) >= WEFT_US(1000));
	assert_true(weft_time_since(soon, after) <= WEFT_US(1000));
	assert_true(weft_time_since(past, after) < 0);
	assert_true(weft_time_is_past(past));
	assert_false(weft_time_is_past(far));
}

static void
the_clock_does_not_go_back(void **state)
{
	weft_time last = weft_now();

	(void)state;
	for (int i = 0; i < 10000; i++) {
		weft_time now = weft_now();

		assert_false(weft_time_is_before(now, last));
		last = now;
	}
}

static void
which_is_earlier(void **state)
{
	weft_time a = { 5 }, b = { 6 };

	(void)state;
	assert_true(weft_time_is_before(a, b));
	assert_false(weft_time_is_before(b, a));
	assert_false(weft_time_is_before(a, a));
	assert_int_equal(weft_time_since(b, a), 1);
	assert_int_equal(weft_time_since(a, b), -1);
}

static void
forever_does_not_come(void **state)
{
	(void)state;
	assert_false(weft_time_is_past(WEFT_FOREVER));
	assert_true(weft_time_is_before(weft_after_s(1000000), WEFT_FOREVER));
	/* What would overflow is for ever too. */
	assert_int_equal(weft_after_ns(INT64_MAX).ns, WEFT_FOREVER.ns);
	assert_int_equal(weft_after_ns(INT64_MAX - 1).ns, WEFT_FOREVER.ns);
	assert_true(weft_time_is_past(weft_after_ns(INT64_MIN)));
}

static void
a_sleep_is_long_enough(void **state)
{
	weft_time start = weft_now();

	(void)state;
	weft_sleep_until(weft_after_ms(5));
	assert_true(weft_time_since(weft_now(), start) >= WEFT_MS(5));
	weft_sleep_until(start); /* past: at once */
	weft_sleep_until(weft_after_s(-1000000000));
}

static void
interrupt(int signal)
{
	(void)signal;
}

static void
signals_do_not_shorten_it(void **state)
{
	struct sigaction action = { .sa_handler = interrupt };
	weft_time start = weft_now();

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	ualarm(2000, 2000);
	weft_sleep_until(weft_after_ms(20));
	ualarm(0, 0);
	assert_true(weft_time_since(weft_now(), start) >= WEFT_MS(20));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units),
		cmocka_unit_test(moments_from_now),
		cmocka_unit_test(the_clock_does_not_go_back),
		cmocka_unit_test(which_is_earlier),
		cmocka_unit_test(forever_does_not_come),
		cmocka_unit_test(a_sleep_is_long_enough),
		cmocka_unit_test(signals_do_not_shorten_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
