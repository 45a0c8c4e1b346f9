/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_interrupts.c: signals and cancellation of threads that wait for a channel. */
#include "flavours.h"

static void
fill(const flavour *f, numbers *c)
{
	for (size_t i = 0; i < places(f); i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
}

/* Signals. */

static int signals;

static void *
storm_run(void *arg)
{
	test_storm_run(arg);
	return NULL;
}

static void
in_a_storm(const flavour *f, numbers *c)
{
	weft_time end = weft_after_ms(8);
	struct test_storm storm;
	pthread_t sender;
	weft_arm arm;
	uint64_t v;

	test_storm_begin(&storm);
	pthread_create(&sender, NULL, storm_run, &storm);
	assert_int_equal(numbers_recv_until(c, &v, end), WEFT_TIMEOUT);
	assert_true(weft_time_is_past(end));
	end = weft_after_ms(8);
	arm = numbers_recv_arm(c, &v);
	assert_int_equal(weft_select_until(&arm, 1, end), -1);
	assert_true(weft_time_is_past(end));
	if (!is_unbounded(f)) {
		fill(f, c);
		end = weft_after_ms(8);
		assert_int_equal(numbers_send_until(c, 4000, end), WEFT_TIMEOUT);
		assert_true(weft_time_is_past(end));
	}
	test_storm_end(&storm);
	pthread_join(sender, NULL);
	signals += storm.sent;
}

static void
signals_end_no_wait(void **state)
{
	(void)state;
	signals = 0;
	on_some(in_a_storm);
	assert_true(signals > 50);
}

/* Cancellation: it takes effect after the wait, and so the value is there. */

struct cancelled { task t; bool came_back; };

static void *
cancelled_run(void *arg)
{
	struct cancelled *x = arg;

	x->t.call(&x->t);
	x->came_back = true;
	pthread_testcancel();
	return NULL;
}

static void
cancel_one(const flavour *f, numbers *c, void (*call)(task *), weft_role role)
{
	struct cancelled x = { .t = { .call = call, .c = c, .v = 7 } };
	uint64_t mark = sleep_mark(), v;
	pthread_t thread;
	void *how;

	assert_int_equal(pthread_create(&thread, NULL, cancelled_run, &x), 0);
	until_asleep(mark, 1);
	pthread_cancel(thread);
	usleep(3000);
	if (role == WEFT_RECEIVER)
		assert_int_equal(numbers_send(c, 9), WEFT_OK);
	else
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
	pthread_join(thread, &how);
	assert_true(x.came_back);
	assert_ptr_equal(how, PTHREAD_CANCELED);
	assert_int_equal(x.t.s, WEFT_OK);
	assert_int_equal(x.t.v, role == WEFT_RECEIVER ? 9 : 7);
	assert_int_equal(numbers_len(c), role == WEFT_RECEIVER ? 0 : places(f));
}

static void
cancelled(const flavour *f, numbers *c)
{
	cancel_one(f, c, task_recv, WEFT_RECEIVER);
	cancel_one(f, c, task_select_recv, WEFT_RECEIVER);
	if (is_unbounded(f))
		return;
	fill(f, c);
	cancel_one(f, c, task_send, WEFT_SENDER);
	cancel_one(f, c, task_select_send, WEFT_SENDER);
}

static void
cancelling_a_thread_that_waits_loses_nothing(void **state)
{
	(void)state;
	on_some(cancelled);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(signals_end_no_wait),
		FLAVOUR_TEST(cancelling_a_thread_that_waits_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
