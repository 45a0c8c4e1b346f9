/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_stats.c: what a channel counts on request. */
#include "flavours.h"

/*
 * A deadline may have passed before its wait sleeps, or begins, where the machine has much to
 * do: again, with one twice as far, up to ten seconds.
 */
#define MOST_TIMES 15u

static void
counts(const flavour *f, numbers *unused)
{
	flavour counted = *f;
	uint64_t n = places(f), v = 0, out = 0;
	weft_channel_stats s;
	unsigned times;
	numbers *c;

	counted.o.stats = true;
	c = flavour_open(&counted);
	s = numbers_usage(unused);
	assert_true(s.sent == 0 && s.received == 0 && s.high_water == 0 && s.receiver_waits == 0);
	if (f->start != 0) {
		flavour_close(c);
		return;
	}
	for (uint64_t i = 0; i < n; i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	for (; out < n / 2; out++)
		assert_int_equal(numbers_try_recv(c, &v), WEFT_OK);
	s = numbers_usage(c);
	assert_int_equal(s.sent, n);
	assert_int_equal(s.received, out);
	assert_int_equal(s.high_water, n);
	assert_int_equal(s.forced_out, 0);
	assert_true(s.sender_waits == 0 && s.receiver_waits == 0);
	for (; out < n; out++)
		assert_int_equal(numbers_try_recv(c, &v), WEFT_OK);
	times = 0;
	do {
		assert_int_equal(numbers_recv_until(c, &v, weft_after_us(300 << times)),
		    WEFT_TIMEOUT);
		s = numbers_usage(c);
		assert_true(s.receiver_waits <= ++times);
	} while (s.receiver_sleeps == 0 && times < MOST_TIMES);
	assert_int_equal(s.receiver_sleeps, 1);
	assert_true(s.receiver_waits >= 1);
	assert_int_equal(s.receiver_spins, 0);
	assert_true(s.sender_waits == 0 && s.sender_sleeps == 0);
	for (uint64_t i = 0; i < n && !is_unbounded(f); i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	if (!is_unbounded(f)) {
		times = 0;
		do {
			assert_int_equal(numbers_send_until(c, 1, weft_after_us(300 << times)),
			    WEFT_TIMEOUT);
			s = numbers_usage(c);
			assert_true(s.sender_waits <= ++times);
		} while (s.sender_sleeps == 0 && times < MOST_TIMES);
		assert_int_equal(s.sender_sleeps, 1);
		assert_true(s.sender_waits >= 1);
		assert_int_equal(s.sent, 2 * n);
		if (n != 0 && !f->o.single_receiver) {
			assert_int_equal(numbers_force_send(c, 1, NULL, NULL), WEFT_OK);
			s = numbers_usage(c);
			assert_int_equal(s.forced_out, 1);
			assert_int_equal(s.sent, 2 * n + 1);
			assert_int_equal(s.received, n);
		}
		assert_int_equal(s.high_water, n);
	}
	flavour_close(c);
}

/* To and fro until both have been seen: a wait that ended while it spun, and one that slept. */
static void
echo(task *t)
{
	uint64_t v;

	while (numbers_recv(t->c, &v) == WEFT_OK)
		REQUIRE(numbers_send(t->more, v) == WEFT_OK);
}

static void
counts_waits(const flavour *f, numbers *unused)
{
	flavour counted = *f;
	numbers *there, *back;
	weft_channel_stats s = { 0 };
	task t = { .call = echo };
	uint64_t v;

	(void)unused;
	counted.o.stats = true;
	there = flavour_open(&counted);
	back = flavour_open(&counted);
	t.c = there;
	t.more = back;
	task_start(&t);
	for (uint64_t i = 0; i < 20000 && (s.receiver_spins == 0 || s.receiver_sleeps == 0); i++) {
		if (i % 64 == 0)
			usleep(200);
		assert_int_equal(numbers_send(there, i), WEFT_OK);
		assert_int_equal(numbers_recv(back, &v), WEFT_OK);
		s = numbers_usage(i % 2 == 0 ? there : back);
	}
	numbers_close(there);
	task_join(&t);
	assert_true(s.receiver_waits != 0 && s.receiver_spins != 0 && s.receiver_sleeps != 0);
	flavour_close(there);
	flavour_close(back);
}

static void
usage_tells_what_was_counted(void **state)
{
	(void)state;
	on_each(counts);
	on_some(counts_waits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(usage_tells_what_was_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
