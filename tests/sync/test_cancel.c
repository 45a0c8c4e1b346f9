/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_cancel.c: tokens, their children, and deadlines. */
#include <weft/cancel.h>

#include "sync_test.h"

static void
a_token_is_set_once_and_stays_set(void **state)
{
	weft_cancel c = { 0 };

	(void)state;
	assert_false(weft_cancel_is_set(NULL));
	assert_false(weft_cancel_is_set(&c));
	weft_cancel_set(&c);
	assert_true(weft_cancel_is_set(&c));
	weft_cancel_set(&c);
	assert_true(weft_cancel_is_set(&c));
	assert_true((weft_cancel_is_set)(&c));
	assert_false((weft_cancel_is_set)(NULL));
}

static void
a_child_follows_its_parents(void **state)
{
	weft_time none = { 0 };
	weft_cancel top = { 0 };
	weft_cancel middle = weft_cancel_child(&top, none);
	weft_cancel low = weft_cancel_child(&middle, WEFT_FOREVER), sister;

	(void)state;
	sister = weft_cancel_child(&middle, none);
	assert_false(weft_cancel_is_set(&low));
	weft_cancel_set(&low);
	assert_true(weft_cancel_is_set(&low));
	assert_false(weft_cancel_is_set(&sister));
	assert_false(weft_cancel_is_set(&middle));
	weft_cancel_set(&top);
	assert_true(weft_cancel_is_set(&middle));
	assert_true(weft_cancel_is_set(&sister));
}

static void
a_deadline_sets_it_and_its_children(void **state)
{
	weft_time none = { 0 }, end = weft_after_ms(30);
	weft_cancel top = weft_cancel_child(NULL, end), low = weft_cancel_child(&top, none);
	weft_cancel late = weft_cancel_child(NULL, weft_after_s(1000));
	weft_cancel past = weft_cancel_child(&late, weft_after_ms(-1));
	bool early = weft_cancel_is_set(&top) || weft_cancel_is_set(&low);

	(void)state;
	if (!weft_time_is_past(end))
		assert_false(early);
	weft_sleep_until(end);
	assert_true(weft_cancel_is_set(&top));
	assert_true(weft_cancel_is_set(&low));
	assert_false(weft_cancel_is_set(&late));
	assert_true(weft_cancel_is_set(&past));
}

struct asked { weft_cancel stop; int reason; };

static void *
ask(void *arg)
{
	struct asked *a = arg;

	a->reason = 8;
	weft_cancel_set(&a->stop);
	return NULL;
}

static void
what_was_done_before_is_seen(void **state)
{
	struct asked a = { .reason = 0 };
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, ask, &a);
	while (!weft_cancel_is_set(&a.stop))
		weft_sleep_until(weft_after_us(50));
	assert_int_equal(a.reason, 8);
	pthread_join(thread, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_set_once_and_stays_set),
		cmocka_unit_test(a_child_follows_its_parents),
		cmocka_unit_test(a_deadline_sets_it_and_its_children),
		cmocka_unit_test(what_was_done_before_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
