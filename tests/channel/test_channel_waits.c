/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_waits.c: threads that wait: wakes, deadlines, one CPU, a thousand at once. */
#include <stdlib.h>
#include <time.h>

#include "base/os.h"
#include "flavours.h"

static void
fill(const flavour *f, numbers *c)
{
	for (size_t i = 0; i < places(f); i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
}

/* One that waits. */

static void
recv_waits(const flavour *f, numbers *c)
{
	void (*const calls[])(task *) = { task_recv, task_select_recv };

	(void)f;
	for (uint64_t i = 0; i < 4; i++) {
		task t = { .call = calls[i % 2], .c = c };
		uint64_t mark = sleep_mark();

		task_start(&t);
		if (i >= 2)
			until_asleep(mark, 1);
		assert_int_equal(numbers_send(c, 70 + i), WEFT_OK);
		task_join(&t);
		assert_int_equal(t.s, WEFT_OK);
		assert_int_equal(t.v, 70 + i);
		assert_int_equal(numbers_len(c), 0);
	}
}

static void
a_recv_waits_for_its_value(void **state)
{
	(void)state;
	on_each(recv_waits);
}

static void
send_waits(const flavour *f, numbers *c)
{
	void (*const calls[])(task *) = { task_send, task_select_send };
	uint64_t v;

	if (is_unbounded(f))
		return;
	fill(f, c);
	for (uint64_t i = 0; i < 4; i++) {
		task t = { .call = calls[i % 2], .c = c, .v = places(f) + i };
		uint64_t mark = sleep_mark();

		task_start(&t);
		if (i >= 2)
			until_asleep(mark, 1);
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
		assert_int_equal(v, i);
		task_join(&t);
		assert_int_equal(t.s, WEFT_OK);
		assert_int_equal(numbers_len(c), places(f));
	}
}

static void
a_send_waits_for_room(void **state)
{
	(void)state;
	on_each(send_waits);
}

static void
forced(const flavour *f, numbers *c)
{
	void (*const calls[])(task *) = { task_recv, task_select_recv };
	bool had = true;

	for (uint64_t i = 0; i < 2 && !f->o.single_receiver; i++) {
		task t = { .call = calls[i], .c = c };
		uint64_t mark = sleep_mark();

		task_start(&t);
		until_asleep(mark, 1);
		assert_int_equal(numbers_force_send(c, 70 + i, NULL, &had), WEFT_OK);
		assert_false(had);
		task_join(&t);
		assert_int_equal(t.s, WEFT_OK);
		assert_int_equal(t.v, 70 + i);
	}
}

static void
a_forced_send_ends_a_wait_too(void **state)
{
	(void)state;
	on_each(forced);
}

/* Many that wait, and what is done at once for all of them: none is forgotten. */

#define CROWD 5

static void
crowd_start(task *tasks, numbers *c, void (*const calls[2])(task *))
{
	uint64_t mark = sleep_mark();

	for (size_t i = 0; i < CROWD; i++) {
		tasks[i] = (task){ .call = calls[i % 2], .c = c, .v = 1000 + i };
		task_start(&tasks[i]);
	}
	until_asleep(mark, CROWD);
}

static void
crowd_end(task *tasks, uint64_t sum)
{
	for (size_t i = 0; i < CROWD; i++) {
		task_join(&tasks[i]);
		assert_int_equal(tasks[i].s, WEFT_OK);
		sum -= tasks[i].v;
	}
	assert_int_equal(sum, 0);
}

static void
receivers_served(const flavour *f, numbers *c)
{
	void (*const calls[3][2])(task *) = { { task_recv, task_recv },
		{ task_recv, task_select_recv }, { task_select_recv, task_select_recv } };
	uint64_t vs[CROWD] = { 10, 20, 30, 40, 50 };
	task tasks[CROWD];

	for (int how = 0; how < 6 && !f->o.single_receiver; how++) {
		crowd_start(tasks, c, calls[how % 3]);
		if (how < 3)
			assert_int_equal(numbers_send_n(c, vs, CROWD), CROWD);
		else
			for (size_t i = 0; i < CROWD; i++)
				assert_int_equal(numbers_send(c, vs[i]), WEFT_OK);
		crowd_end(tasks, 150);
	}
}

static void
senders_served(const flavour *f, numbers *c)
{
	void (*const calls[3][2])(task *) = { { task_send, task_send },
		{ task_send, task_select_send }, { task_select_send, task_select_send } };
	task tasks[CROWD];

	for (int how = 0; how < 6 && !f->o.single_sender && !is_unbounded(f); how++) {
		uint64_t *vs = malloc((places(f) + CROWD) * sizeof *vs), sum = 0;
		size_t got = 0;

		fill(f, c);
		crowd_start(tasks, c, calls[how % 3]);
		while (got < places(f) + CROWD)
			got += how < 3 ? numbers_recv_n(c, vs + got, places(f) + CROWD - got)
				       : numbers_recv(c, vs + got) == WEFT_OK;
		/* First what was there, in its order; then theirs. */
		for (size_t i = 0; i < got; i++) {
			if (i < places(f))
				assert_int_equal(vs[i], i);
			else
				sum += vs[i];
		}
		crowd_end(tasks, sum);
		free(vs);
	}
}

static void
each_of_many_that_wait_is_served(void **state)
{
	(void)state;
	on_each(receivers_served);
	on_each(senders_served);
}

/* Deadlines. */

static void
late(const flavour *f, numbers *c)
{
	weft_time end = weft_after_ms(3);
	uint64_t v = 99;

	assert_int_equal(numbers_recv_until(c, &v, end), WEFT_TIMEOUT);
	assert_true(weft_time_is_past(end));
	end = weft_after_ms(3);
	assert_int_equal(numbers_recv_n_until(c, &v, 1, end), 0);
	assert_true(weft_time_is_past(end));
	assert_int_equal(v, 99);
	assert_int_equal(weft_load_seq_cst(&drops), 0);
	if (is_unbounded(f))
		return;
	fill(f, c);
	end = weft_after_ms(3);
	assert_int_equal(numbers_send_until(c, 4000, end), WEFT_TIMEOUT);
	assert_true(weft_time_is_past(end));
	end = weft_after_ms(3);
	assert_int_equal(numbers_send_n_until(c, &v, 1, end), 0);
	assert_true(weft_time_is_past(end));
	/* Nothing of it is there. */
	for (size_t i = 0; i < places(f); i++) {
		assert_int_equal(numbers_try_recv(c, &v), WEFT_OK);
		assert_int_equal(v, i);
	}
	assert_int_equal(numbers_try_recv(c, &v), WEFT_EMPTY);
}

static void
a_wait_ends_at_its_deadline_and_not_before(void **state)
{
	(void)state;
	on_each(late);
}

/*
 * One waits to a deadline that comes about when the value does; the other for ever. Whoever
 * was woken and gave up must not take the other's wake away.
 */
static void
give_up_in_time(const flavour *f, numbers *c)
{
	for (int round = 0; round < test_scale(40) && !f->o.single_receiver; round++) {
		task hasty = { .call = round % 4 == 3 ? task_select_recv : task_recv, .c = c };
		task patient = { .call = round % 4 == 2 ? task_select_recv : task_recv, .c = c };

		hasty.end = weft_after_us(80 + round % 7 * 20);
		task_start(&hasty);
		task_start(&patient);
		weft_sleep_until((weft_time){ hasty.end.ns - 8000 + round % 5 * 4000 });
		assert_int_equal(numbers_send(c, 1), WEFT_OK);
		task_join(&hasty);
		if (hasty.s == WEFT_OK)
			assert_int_equal(numbers_send(c, 2), WEFT_OK);
		else
			assert_int_equal(hasty.s, WEFT_TIMEOUT);
		task_join(&patient);
		assert_int_equal(patient.s, WEFT_OK);
		assert_int_equal(patient.v, hasty.s == WEFT_OK ? 2 : 1);
	}
}

static void
who_gives_up_takes_nobodys_wake_away(void **state)
{
	(void)state;
	on_some(give_up_in_time);
}

/* One CPU: it works, and nobody spins. */

static void
ping(task *t)
{
	uint64_t v;

	for (uint64_t i = 0; i < t->n; i++) {
		REQUIRE(numbers_recv(t->c, &v) == WEFT_OK && v == i);
		REQUIRE(numbers_send(t->more, v + 1) == WEFT_OK);
	}
}

static void
to_and_fro(const flavour *f, numbers *c)
{
	numbers *back = flavour_open(f);
	task t = { .call = ping, .c = c, .more = back, .n = (size_t)test_scale(200) };
	uint64_t v;

	task_start(&t);
	for (uint64_t i = 0; i < (uint64_t)test_scale(200); i++) {
		assert_int_equal(numbers_send(c, i), WEFT_OK);
		assert_int_equal(numbers_recv(back, &v), WEFT_OK);
		assert_int_equal(v, i + 1);
	}
	task_join(&t);
	flavour_close(back);
}

static void
one_cpu_never_spins(void **state)
{
	weft_park_stats before, after;

	(void)state;
	weft_os_cpus_pretend(1);
	before = weft_park_usage();
	on_some(to_and_fro);
	after = weft_park_usage();
	weft_os_cpus_pretend(0);
	assert_int_equal(after.spins, before.spins);
	assert_true(after.waits > before.waits);
}

/* Idle waiting burns nothing: some milliseconds of CPU in a quarter of a second is far too much. */

static void
idle(const flavour *f, numbers *c)
{
	clock_t before, used;
	task tasks[CROWD];
	size_t n = threads_of(f, WEFT_RECEIVER, CROWD);
	uint64_t mark = sleep_mark();

	for (size_t i = 0; i < n; i++) {
		tasks[i] = (task){ .call = i % 2 == 0 ? task_recv : task_select_recv, .c = c };
		task_start(&tasks[i]);
	}
	until_asleep(mark, n);
	before = clock();
	usleep(40000);
	used = clock() - before;
	numbers_close(c);
	for (size_t i = 0; i < n; i++)
		task_join(&tasks[i]);
	assert_true(used < CLOCKS_PER_SEC / 100);
}

static void
idle_waiting_burns_nothing(void **state)
{
	(void)state;
	on_some(idle);
}

/* Many. */

#define THOUSAND (TEST_IS_SLOW ? 200 : 1000)

static void
thousand(const flavour *f, numbers *c)
{
	static task tasks[THOUSAND];
	pthread_attr_t small;
	uint64_t sum = 0, mark = sleep_mark();

	if (f->o.single_receiver || is_rendezvous(f))
		return;
	pthread_attr_init(&small);
	for (uint64_t i = 0; i < THOUSAND; i++) {
		tasks[i] = (task){ .call = i % 3 == 0 ? task_select_recv : task_recv, .c = c };
		task_start(&tasks[i]);
	}
	pthread_attr_destroy(&small);
	until_asleep(mark, THOUSAND);
	for (uint64_t i = 0; i < THOUSAND; i++)
		assert_int_equal(numbers_send(c, i), WEFT_OK);
	for (uint64_t i = 0; i < THOUSAND; i++) {
		task_join(&tasks[i]);
		assert_int_equal(tasks[i].s, WEFT_OK);
		sum += tasks[i].v;
	}
	assert_int_equal(sum, (uint64_t)THOUSAND * (THOUSAND - 1) / 2);
}

static void
a_thousand_threads_may_wait(void **state)
{
	(void)state;
	on_some(thousand);
}

static void
ten_thousand_channels_at_once(void **state)
{
	enum { MANY = 10000 };
	numbers *all = malloc(MANY * sizeof *all);
	uint64_t v;

	(void)state;
	assert_non_null(all);
	for (size_t i = 0; i < MANY; i++) {
		weft_channel_options o = { .capacity = i % 9,
			.lock_free = i % 5 == 4 && i % 9 != 0 };

		assert_int_equal(numbers_init_with(&all[i], &o), WEFT_OK);
	}
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(numbers_try_send(&all[i], i), i % 9 == 0 ? WEFT_FULL : WEFT_OK);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(numbers_try_recv(&all[i], &v), i % 9 == 0 ? WEFT_EMPTY : WEFT_OK);
		assert_int_equal(numbers_try_recv(&all[i], &v), WEFT_EMPTY);
		numbers_fini(&all[i]);
	}
	free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(a_recv_waits_for_its_value),
		FLAVOUR_TEST(a_send_waits_for_room),
		FLAVOUR_TEST(a_forced_send_ends_a_wait_too),
		FLAVOUR_TEST(each_of_many_that_wait_is_served),
		FLAVOUR_TEST(a_wait_ends_at_its_deadline_and_not_before),
		FLAVOUR_TEST(who_gives_up_takes_nobodys_wake_away),
		FLAVOUR_TEST(one_cpu_never_spins),
		FLAVOUR_TEST(idle_waiting_burns_nothing),
		FLAVOUR_TEST(a_thousand_threads_may_wait),
		FLAVOUR_TEST(ten_thousand_channels_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
