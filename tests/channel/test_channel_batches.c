/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_batches.c: many values in one call, out and in, and lingering for more. */
#include <stdlib.h>

#include "flavours.h"

#define PAST weft_after_ms(-1)
#define BATCH (ENOUGH + 8)

static uint64_t vs[BATCH];

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* What is there, in order, and nothing behind it in the array. */
static void
expect_n(numbers *c, uint64_t first, size_t n, size_t there, int how)
{
	size_t got;

	memset(vs, 0x11, sizeof vs);
	got = how == 0 ? numbers_try_recv_n(c, vs, n)
	    : how == 1 && (there != 0 || n == 0) ? numbers_recv_n(c, vs, n)
	    : how == 2 ? numbers_recv_n_linger(c, vs, n, 0, PAST)
		       : numbers_recv_n_until(c, vs, n, PAST);
	assert_int_equal(got, least(n, there));
	for (size_t i = 0; i < got; i++)
		assert_int_equal(vs[i], first + i);
	for (size_t i = got; i < BATCH; i++)
		assert_int_equal(vs[i], 0x1111111111111111u);
}

static size_t
offer(numbers *c, uint64_t first, size_t n, int how)
{
	for (size_t i = 0; i < n; i++)
		vs[i] = first + i;
	return how == 0 ? numbers_try_send_n(c, vs, n)
	    : how == 1 ? numbers_send_n_until(c, vs, n, PAST)
		       : numbers_send_n_until(c, vs, n, (weft_time){ INT64_MIN });
}

/* Every size of batch, at many levels, over many laps. */
static void
sizes(const flavour *f, numbers *c)
{
	size_t most = places(f), by = most > 10 ? 1 + most / 5 : 1;
	uint64_t in = 0, out = 0;
	int how = 0;

	for (size_t level = 0; level <= most; level += by) {
		for (size_t n = 0; n <= most + 2; n += by, how++) {
			size_t fit = is_unbounded(f) ? n : least(n, most - (size_t)(in - out));

			assert_int_equal(offer(c, in, n, how % 3), fit);
			in += fit;
			assert_int_equal(numbers_len(c), in - out);
			expect_n(c, out, n, (size_t)(in - out), how % 4);
			out += least(n, (size_t)(in - out));
			while (in - out < level && numbers_try_send(c, in) == WEFT_OK)
				in++;
		}
	}
	expect_n(c, out, BATCH, (size_t)(in - out), 0);
}

static void
a_batch_does_as_much_as_fits_in_order(void **state)
{
	(void)state;
	on_each(sizes);
}

/* A batch larger than the channel: the sender waits in the middle. */

static void
send_batch(task *t)
{
	uint64_t *all = malloc(t->n * sizeof *all);

	for (size_t i = 0; i < t->n; i++)
		all[i] = i;
	t->n = t->end.ns == 0 ? numbers_send_n(t->c, all, t->n)
			      : numbers_send_n_until(t->c, all, t->n, t->end);
	free(all);
}

static void
larger(const flavour *f, numbers *c)
{
	task t = { .call = send_batch, .c = c, .n = 2 * least(places(f), 100) + 7 };
	size_t all = t.n, got = 0;

	task_start(&t);
	while (got < all) {
		size_t n = numbers_recv_n(c, vs, 4);

		assert_in_range(n, 1, 4);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(vs[i], got + i);
		got += n;
	}
	task_join(&t);
	assert_int_equal(t.n, all);
	assert_true(numbers_is_empty(c));
}

static void
send_n_waits_until_all_are_sent(void **state)
{
	(void)state;
	on_each(larger);
}

static void
part_of_a_batch(const flavour *f, numbers *c)
{
	size_t most = places(f);

	for (int closes = 0; closes < 2 && !is_unbounded(f); closes++) {
		task t = { .call = send_batch, .c = c, .n = most + 5 };
		uint64_t mark = sleep_mark();

		if (closes == 0)
			t.end = weft_after_ms(3);
		task_start(&t);
		if (closes != 0) {
			until_asleep(mark, 1);
			numbers_close(c);
		}
		task_join(&t);
		assert_int_equal(t.n, most);
		expect_n(c, 0, BATCH, most, 0);
	}
}

static void
send_n_says_how_many_went_before_a_close_or_a_deadline(void **state)
{
	(void)state;
	on_each(part_of_a_batch);
}

/* recv_n waits for the first, and takes what is there then. */

static void
recv_batch(task *t)
{
	uint64_t got[8];

	t->n = t->n == 0 ? numbers_recv_n(t->c, got, 8)
			 : numbers_recv_n_linger(t->c, got, 8, (int64_t)t->n, WEFT_FOREVER);
	for (size_t i = 0; i < t->n; i++)
		REQUIRE(got[i] == 50 + i);
}

static void
first_comes(const flavour *f, numbers *c)
{
	task t = { .call = recv_batch, .c = c };
	uint64_t mark = sleep_mark();

	(void)f;
	task_start(&t);
	until_asleep(mark, 1);
	assert_int_equal(numbers_send(c, 50), WEFT_OK);
	task_join(&t);
	assert_int_equal(t.n, 1);
	assert_true(numbers_is_empty(c));
}

static void
recv_n_waits_for_the_first_only(void **state)
{
	(void)state;
	on_each(first_comes);
}

static void
lingers(const flavour *f, numbers *c)
{
	task t = { .call = recv_batch, .c = c, .n = (size_t)WEFT_S(50) };
	weft_time begin;

	/* Until the batch is full. */
	task_start(&t);
	for (uint64_t i = 0; i < 8; i++) {
		usleep(i == 3 ? 2000 : 0);
		assert_int_equal(numbers_send(c, 50 + i), WEFT_OK);
	}
	task_join(&t);
	assert_int_equal(t.n, 8);
	/* Until the time is up; it counts from the first value, not from the call. */
	t = (task){ .call = recv_batch, .c = c, .n = (size_t)WEFT_MS(6) };
	task_start(&t);
	usleep(3000);
	begin = weft_now();
	assert_int_equal(numbers_send(c, 50), WEFT_OK);
	task_join(&t);
	assert_int_equal(t.n, 1);
	assert_true(weft_time_since(weft_now(), begin) >= WEFT_MS(6));
	/* Until it closes. */
	t = (task){ .call = recv_batch, .c = c, .n = (size_t)WEFT_S(50) };
	task_start(&t);
	assert_int_equal(numbers_send(c, 50), WEFT_OK);
	assert_int_equal(numbers_send(c, 51), WEFT_OK);
	numbers_close(c);
	task_join(&t);
	assert_int_equal(t.n, 2);
	(void)f;
}

static void
linger_waits_for_the_batch_to_fill_and_no_longer_than_it_says(void **state)
{
	(void)state;
	on_some(lingers);
}

static void
deadline_first(const flavour *f, numbers *c)
{
	weft_time begin = weft_now(), end = weft_after_ms(4);

	if (is_rendezvous(f))
		return;
	assert_int_equal(numbers_try_send(c, 50), WEFT_OK);
	assert_int_equal(numbers_recv_n_linger(c, vs, 8, WEFT_S(50), end), 1);
	assert_true(weft_time_is_past(end));
	assert_true(weft_time_since(weft_now(), begin) < WEFT_S(20));
	assert_int_equal(numbers_recv_n_linger(c, vs, 8, WEFT_S(50), weft_after_ms(2)), 0);
}

static void
the_deadline_ends_a_linger_too(void **state)
{
	(void)state;
	on_some(deadline_first);
}

/* Batches of waiting threads: many senders with batches, one value each time or several. */

static void
many_batches(const flavour *f, numbers *c)
{
	task tasks[3];
	size_t n = threads_of(f, WEFT_SENDER, 3), each = 333, got = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		tasks[i] = (task){ .call = send_batch, .c = c, .n = each };
		task_start(&tasks[i]);
	}
	while (got < n * each) {
		size_t k = numbers_recv_n(c, vs, 1 + got % 9);

		assert_true(k != 0);
		for (size_t i = 0; i < k; i++)
			sum += vs[i];
		got += k;
	}
	for (size_t i = 0; i < n; i++) {
		task_join(&tasks[i]);
		assert_int_equal(tasks[i].n, each);
	}
	assert_int_equal(sum, n * (each * (each - 1) / 2));
	assert_true(numbers_is_empty(c));
}

static void
batches_of_many_senders_all_arrive(void **state)
{
	(void)state;
	on_each(many_batches);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(a_batch_does_as_much_as_fits_in_order),
		FLAVOUR_TEST(send_n_waits_until_all_are_sent),
		FLAVOUR_TEST(send_n_says_how_many_went_before_a_close_or_a_deadline),
		FLAVOUR_TEST(recv_n_waits_for_the_first_only),
		FLAVOUR_TEST(linger_waits_for_the_batch_to_fill_and_no_longer_than_it_says),
		FLAVOUR_TEST(the_deadline_ends_a_linger_too),
		FLAVOUR_TEST(batches_of_many_senders_all_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
