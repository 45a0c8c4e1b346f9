/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_select.c: exactly one arm happens, each ready one as likely; arms go off; selects wait. */
#include <stdlib.h>

#include "flavours.h"

#define PAST weft_after_ms(-1)

static void
fill(const flavour *f, numbers *c)
{
	for (size_t i = 0; i < places(f); i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
}

/* Two channels of a flavour, and what is chosen when both are ready. */

static void
one_happens(const flavour *f, numbers *a)
{
	numbers *b = flavour_open(f);
	uint64_t x = 99, y = 99;
	weft_arm arms[2] = { numbers_recv_arm(a, &x), numbers_recv_arm(b, &y) };

	assert_int_equal(weft_try_select(arms, 2), -1);
	assert_int_equal(weft_select_until(arms, 2, PAST), -1);
	assert_int_equal(weft_select_until(arms, 2, (weft_time){ 0 }), -1);
	for (int i = 0; i < 20 && !is_rendezvous(f); i++) {
		int won;

		assert_int_equal(numbers_try_send(a, 1), WEFT_OK);
		assert_int_equal(numbers_try_send(b, 2), WEFT_OK);
		x = y = 99;
		won = i % 2 == 0 ? weft_select(arms, 2) : weft_try_select(arms, 2);
		assert_in_range(won, 0, 1);
		assert_int_equal(arms[won].status, WEFT_OK);
		assert_int_equal(x, won == 0 ? 1 : 99);
		assert_int_equal(y, won == 1 ? 2 : 99);
		assert_int_equal(numbers_len(a), won != 0);
		assert_int_equal(numbers_len(b), won != 1);
		assert_int_equal(weft_select(arms, 2), 1 - won);
		assert_true(numbers_is_empty(a) && numbers_is_empty(b));
	}
	flavour_close(b);
}

static void
exactly_one_of_the_ready_arms_happens(void **state)
{
	(void)state;
	on_each(one_happens);
}

static void
sends_or_receives(const flavour *f, numbers *c)
{
	uint64_t in = 99, out = 7;
	weft_arm arms[2] = { numbers_send_arm(c, &out), numbers_recv_arm(c, &in) };
	size_t sent = 0, received = 0;

	if (is_rendezvous(f)) {
		/* A select never meets itself. */
		assert_int_equal(weft_try_select(arms, 2), -1);
		assert_int_equal(weft_select_until(arms, 2, weft_after_us(300)), -1);
		assert_int_equal(in, 99);
		return;
	}
	for (int i = 0; i < 200; i++) {
		int won = weft_select(arms, 2);

		assert_int_equal(arms[won].status, WEFT_OK);
		if (won == 0) {
			/* The value is copied at the win, not when the arm was made. */
			out = ++sent + 7;
		} else {
			assert_int_equal(in, received++ + 7);
		}
		assert_int_equal(numbers_len(c), sent - received);
	}
	assert_true(sent > 40 && received > 40);
}

static void
both_arms_may_be_on_one_channel(void **state)
{
	(void)state;
	on_each(sends_or_receives);
}

static void
arms_end(const flavour *f, numbers *a)
{
	numbers *b = flavour_open(f);
	uint64_t x = 99, y = 5, left = places(f) < 3 ? places(f) : 3;
	weft_arm arms[3] = { numbers_recv_arm(a, &x), numbers_send_arm(b, &y), { .lane_ = 0 } };
	int ends = 0, values = 0;

	for (uint64_t i = 0; i < left; i++)
		assert_int_equal(numbers_try_send(a, i), WEFT_OK);
	numbers_close(a);
	numbers_close(b);
	assert_false(weft_arm_is_on(&arms[2]));
	for (int won; (won = weft_select(arms, 3)) >= 0;) {
		assert_in_range(won, 0, 1);
		values += arms[won].status == WEFT_OK;
		ends += arms[won].status == WEFT_CLOSED;
		assert_int_equal(weft_arm_is_on(&arms[won]), arms[won].status == WEFT_OK);
	}
	assert_int_equal(values, left);
	assert_int_equal(ends, 2);
	assert_int_equal(weft_try_select(arms, 3), -1);
	assert_int_equal(weft_select_until(arms, 3, WEFT_FOREVER), -1);
	assert_int_equal(weft_select(arms, 0), -1);
	assert_int_equal(x, left == 0 ? 99 : left - 1);
	flavour_close(b);
}

static void
an_arm_that_ended_wins_once_and_when_all_are_off_it_is_minus_one(void **state)
{
	(void)state;
	on_each(arms_end);
}

static void
looks_only(const flavour *f, numbers *c)
{
	weft_select_options how = { .ready_only = true, .deadline = PAST };
	uint64_t x = 99, y = 5;
	weft_arm arms[2] = { numbers_recv_arm(c, &x), numbers_send_arm(c, &y) };

	if (is_rendezvous(f)) {
		assert_int_equal(weft_select_with(arms, 2, &how), -1);
	} else {
		for (int i = 0; i < 3; i++) {
			assert_int_equal(weft_select_with(arms, 2, &how), 1);
			assert_int_equal(arms[1].status, WEFT_OK);
			assert_true(numbers_is_empty(c));
		}
		fill(f, c);
		assert_int_equal(weft_select_with(arms, 1, &how), 0);
		assert_int_equal(numbers_len(c), places(f));
		assert_int_equal(x, 99);
		if (!is_unbounded(f))
			assert_int_equal(weft_select_with(arms + 1, 1, &how), -1);
		while (numbers_try_recv(c, &x) == WEFT_OK)
			;
	}
	numbers_close(c);
	assert_int_equal(weft_select_with(arms, 1, &how), 0);
	assert_int_equal(arms[0].status, WEFT_CLOSED);
	assert_false(weft_arm_is_on(&arms[0]));
	assert_int_equal(weft_select_with(arms, 2, &how), 1);
	assert_int_equal(arms[1].status, WEFT_CLOSED);
	assert_int_equal(weft_select_with(arms, 2, NULL), -1);
}

static void
ready_only_says_which_could_and_does_nothing(void **state)
{
	(void)state;
	on_each(looks_only);
}

/* A thread that only looks is woken by what comes. */
static void
look_for(task *t)
{
	weft_select_options how = { .ready_only = true };
	weft_arm arm = t->n == 0 ? numbers_recv_arm(t->c, &t->v) : numbers_send_arm(t->c, &t->v);

	t->s = weft_select_with(&arm, 1, &how) == 0 ? arm.status : WEFT_TIMEOUT;
}

static void
lookers_woken(const flavour *f, numbers *c)
{
	for (size_t role = 0; role < 2; role++) {
		for (int closes = 0; closes < 2; closes++) {
			task looks[3], other = { .c = c, .v = 3 };
			uint64_t mark = sleep_mark();

			if (role == 1 && is_unbounded(f))
				continue;
			if (role == 1)
				fill(f, c);
			for (int i = 0; i < 3; i++) {
				looks[i] = (task){ .call = look_for, .c = c, .n = role, .v = 99 };
				task_start(&looks[i]);
			}
			until_asleep(mark, 3);
			other.call = role == 0 ? task_send : task_recv;
			if (closes != 0)
				numbers_close(c);
			else
				task_start(&other);
			for (int i = 0; i < 3; i++) {
				task_join(&looks[i]);
				assert_int_equal(looks[i].s, closes != 0 ? WEFT_CLOSED : WEFT_OK);
				assert_int_equal(looks[i].v, 99);
			}
			if (closes != 0) {
				flavour reopened = *f;

				numbers_fini(c);
				weft_must(numbers_init_with(c, &reopened.o));
				continue;
			}
			if (is_rendezvous(f)) {
				uint64_t v;

				assert_int_equal(role == 0 ? numbers_recv(c, &v)
							   : numbers_send(c, 1),
				    WEFT_OK);
			}
			task_join(&other);
			while (numbers_try_recv(c, &other.v) == WEFT_OK)
				;
		}
	}
}

static void
all_who_only_look_are_told(void **state)
{
	(void)state;
	on_some(lookers_woken);
}

/* Fairness: 6000 draws, within six standard deviations. */

#define DRAWS 6000

static void
assert_fair(const unsigned *won, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double expected = (double)DRAWS / (double)n, off = won[i] - expected;

		assert_true(off * off < 36 * expected);
	}
}

static void
each_ready_arm_is_as_likely(void **state)
{
	weft_channel_options kinds[] = { { .capacity = 2 }, { .capacity = 9 },
		{ .capacity = 9, .lock_free = true }, { .capacity = 1, .lanes = 2 },
		{ .capacity = WEFT_UNBOUNDED, .single_sender = true } };
	enum { N = WEFT_COUNT(kinds) };
	unsigned won[2 * N] = { 0 };
	numbers c[N];
	uint64_t v, one = 1;
	weft_arm arms[2 * N];

	(void)state;
	for (size_t i = 0; i < N; i++)
		weft_must(numbers_init_with(&c[i], &kinds[i]));
	/* All are ready to be received from. */
	for (size_t i = 0; i < N; i++) {
		arms[i] = numbers_recv_arm(&c[i], &v);
		assert_int_equal(numbers_try_send(&c[i], i), WEFT_OK);
	}
	for (int i = 0; i < DRAWS; i++) {
		int which = weft_select(arms, N);

		assert_int_equal(v, which);
		assert_int_equal(numbers_try_send(&c[which], v), WEFT_OK);
		won[which]++;
	}
	assert_fair(won, N);
	/* Every second arm is off, and at the end are three that are not ready. */
	memset(won, 0, sizeof won);
	memset(arms, 0, sizeof arms);
	for (size_t i = 0; i < 3; i++)
		arms[2 * i] = numbers_recv_arm(&c[i], &v);
	arms[7] = arms[8] = arms[9] = numbers_send_arm(&c[3], &one);
	for (int i = 0; i < DRAWS; i++) {
		int which = weft_select(arms, 2 * N);

		assert_true(which == 0 || which == 2 || which == 4);
		assert_int_equal(numbers_try_send(&c[which / 2], v), WEFT_OK);
		won[which / 2]++;
	}
	assert_fair(won, 3);
	for (size_t i = 0; i < N; i++)
		numbers_fini(&c[i]);
}

static void
biased_takes_the_first_that_is_ready(void **state)
{
	weft_select_options how = { .biased = true };
	numbers c[3];
	weft_arm arms[3];
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		weft_must(numbers_init(&c[i], i == 0 ? 2 : 8));
		arms[i] = numbers_recv_arm(&c[i], &v);
	}
	for (int i = 0; i < 300; i++) {
		for (size_t k = (size_t)i % 3; k < 3; k++)
			assert_int_equal(numbers_try_send(&c[k], k), WEFT_OK);
		for (int k = i % 3; k < 3; k++) {
			assert_int_equal(weft_select_with(arms, 3, &how), k);
			assert_int_equal(v, k);
		}
	}
	for (size_t i = 0; i < 3; i++)
		numbers_fini(&c[i]);
}

/* A select that waits on many, of all kinds, and leaves no trace. */

#define MANY 60

static void
select_many(task *t)
{
	weft_arm *arms = malloc(MANY * sizeof *arms);
	numbers *all = t->more;
	int won;

	for (size_t i = 0; i < MANY; i++)
		arms[i] = numbers_recv_arm(&all[i], &t->v);
	won = weft_select_until(arms, MANY, t->end.ns == 0 ? WEFT_FOREVER : t->end);
	t->n = (size_t)won;
	t->s = won < 0 ? WEFT_TIMEOUT : arms[won].status;
	free(arms);
}

static void
a_select_waits_for_the_first_of_many_and_leaves_the_rest(void **state)
{
	numbers all[MANY];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		weft_channel_options o = { .capacity = i % 6 };

		o.lock_free = i % 12 == 5 || i % 12 == 8;
		o.lanes = i % 7 == 6 && !o.lock_free ? 2 : 1;
		weft_must(numbers_init_with(&all[i], &o));
	}
	for (size_t i = 0; i < MANY; i++) {
		task t = { .call = select_many, .more = all };
		uint64_t mark = sleep_mark();

		task_start(&t);
		if (i % 3 != 0)
			until_asleep(mark, 1);
		assert_int_equal(numbers_send(&all[i], 1000 + i), WEFT_OK);
		task_join(&t);
		assert_int_equal(t.s, WEFT_OK);
		assert_int_equal(t.n, i);
		assert_int_equal(t.v, 1000 + i);
		/* It waits nowhere any more. */
		for (size_t k = 0; k < MANY; k++) {
			assert_int_equal(numbers_len(&all[k]), 0);
			if (k % 6 == 0)
				assert_int_equal(numbers_try_send(&all[k], 1), WEFT_FULL);
		}
	}
	for (int i = 0; i < 3; i++) {
		task t = { .call = select_many, .more = all, .end = weft_after_ms(2 + i) };

		t.call(&t);
		assert_int_equal(t.s, WEFT_TIMEOUT);
		assert_true(weft_time_is_past(t.end));
	}
	for (size_t i = 0; i < MANY; i++)
		numbers_fini(&all[i]);
}

/*
 * Selects and plain receivers on two channels, and values in both: a wake that a select was
 * given and does not use goes on to the next.
 */
struct two { numbers *a, *b; };

static void
select_two(task *t)
{
	struct two *two = t->more;
	uint64_t v;
	weft_arm arms[2] = { numbers_recv_arm(two->a, &v), numbers_recv_arm(two->b, &v) };

	for (int won; (won = weft_select(arms, 2)) >= 0;)
		if (arms[won].status == WEFT_OK) {
			t->n++;
			t->v += v;
		}
}

static void
recv_all(task *t)
{
	uint64_t v;

	while (numbers_recv(t->c, &v) == WEFT_OK) {
		t->n++;
		t->v += v;
	}
}

static void
wakes_pass_on(const flavour *f, numbers *a)
{
	numbers *b = flavour_open(f);
	struct two two = { a, b };
	task tasks[4];
	size_t n = f->o.single_receiver ? 1 : 4, got = 0, each = (size_t)test_scale(600);
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		tasks[i] = (task){ .call = i % 3 == 0 ? select_two : recv_all,
			.c = i == 1 ? a : b, .more = &two };
		task_start(&tasks[i]);
	}
	for (uint64_t i = 0; i < each; i++) {
		assert_int_equal(numbers_send(a, i), WEFT_OK);
		assert_int_equal(numbers_send(b, i), WEFT_OK);
		if (i % 16 == 15)
			usleep(100);
	}
	numbers_close(a);
	numbers_close(b);
	for (size_t i = 0; i < n; i++) {
		task_join(&tasks[i]);
		got += tasks[i].n;
		sum += tasks[i].v;
	}
	assert_int_equal(got, 2 * each);
	assert_int_equal(sum, each * (each - 1));
	flavour_close(b);
}

static void
a_wake_that_a_select_does_not_use_goes_on(void **state)
{
	(void)state;
	on_each(wakes_pass_on);
}

static void
too_many(void *arg)
{
	(void)arg;
	(void)!weft_select(NULL, (size_t)INT_MAX + 1);
}

static void
more_arms_than_an_int_traps(void **state)
{
	(void)state;
	assert_aborts(too_many, NULL,
	    "weft_select: more arms than an int can count: use a weft_select_set");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(exactly_one_of_the_ready_arms_happens),
		FLAVOUR_TEST(both_arms_may_be_on_one_channel),
		FLAVOUR_TEST(an_arm_that_ended_wins_once_and_when_all_are_off_it_is_minus_one),
		FLAVOUR_TEST(ready_only_says_which_could_and_does_nothing),
		FLAVOUR_TEST(all_who_only_look_are_told),
		FLAVOUR_TEST(each_ready_arm_is_as_likely),
		FLAVOUR_TEST(biased_takes_the_first_that_is_ready),
		FLAVOUR_TEST(a_select_waits_for_the_first_of_many_and_leaves_the_rest),
		FLAVOUR_TEST(a_wake_that_a_select_does_not_use_goes_on),
		FLAVOUR_TEST(more_arms_than_an_int_traps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
