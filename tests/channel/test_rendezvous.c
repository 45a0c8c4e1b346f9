/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * test_rendezvous.c: channels without a place: both sides commit by one decision, or neither
 * does; two selects meet, and three in a circle; a select never meets itself.
 */
#include <stdlib.h>

#include "flavours.h"

static numbers *
open_kind(int kind)
{
	flavour f = { .o = { .capacity = 0 } };

	f.o.lanes = kind == 1 ? 2 : 0;
	return flavour_open(&f);
}

static void
a_send_ends_when_its_value_is_received_and_not_before(void **state)
{
	void (*const calls[])(task *) = { task_send, task_select_send };
	uint64_t v = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		numbers *c = open_kind(i / 2);
		task t = { .call = calls[i % 2], .c = c, .v = 5 };
		uint64_t mark = sleep_mark();

		task_start(&t);
		until_asleep(mark, 1);
		assert_false(task_is_done(&t));
		assert_int_equal(numbers_len(c), 0);
		assert_true(numbers_is_empty(c) && numbers_is_full(c));
		assert_int_equal(numbers_try_recv(c, &v), WEFT_OK);
		assert_int_equal(v, 5);
		task_join(&t);
		assert_int_equal(t.s, WEFT_OK);
		flavour_close(c);
	}
}

static void
a_try_meets_only_who_waits(void **state)
{
	void (*const calls[])(task *) = { task_recv, task_select_recv };
	uint64_t v = 0, old = 77;
	bool had = true;

	(void)state;
	for (int i = 0; i < 6; i++) {
		numbers *c = open_kind(i / 3);
		task t = { .call = calls[i % 2], .c = c };
		uint64_t mark = sleep_mark();

		assert_int_equal(numbers_try_send(c, 1), WEFT_FULL);
		assert_int_equal(numbers_try_recv(c, &v), WEFT_EMPTY);
		task_start(&t);
		until_asleep(mark, 1);
		if (i % 3 == 0)
			assert_int_equal(numbers_force_send(c, 9, &old, &had), WEFT_OK);
		else if (i % 3 == 1)
			assert_int_equal(numbers_try_send(c, 9), WEFT_OK);
		else
			assert_int_equal(numbers_try_send_n(c, (uint64_t[]){ 9, 10 }, 2), 1);
		task_join(&t);
		assert_int_equal(t.s, WEFT_OK);
		assert_int_equal(t.v, 9);
		assert_int_equal(numbers_try_send(c, 1), WEFT_FULL);
		flavour_close(c);
	}
	assert_false(had);
	assert_int_equal(old, 77);
}

static void
a_peek_shows_the_value_of_a_sender_that_waits(void **state)
{
	numbers *c = open_kind(0);
	task t = { .call = task_send, .c = c, .v = 5 };
	uint64_t v = 0, mark = sleep_mark();

	(void)state;
	task_start(&t);
	until_asleep(mark, 1);
	assert_int_equal(numbers_peek(c, &v), WEFT_OK);
	assert_int_equal(v, 5);
	assert_false(task_is_done(&t));
	numbers_close(c);
	task_join(&t);
	assert_int_equal(t.s, WEFT_CLOSED);
	assert_int_equal(numbers_peek(c, &v), WEFT_CLOSED);
	flavour_close(c);
}

/* One decision: of calls that give up in the middle, as many sends as receives are OK. */

#define DECISIONS 1500

static void
hasty(task *t)
{
	uint64_t seed = t->v * 7919 + 1, sum = 0;

	for (int i = 0; i < test_scale(DECISIONS); i++) {
		weft_time end = weft_after_ns((int64_t)(next_random(&seed) % 40000));
		uint64_t v = next_random(&seed) & 0xffff;
		weft_arm arm = t->n % 2 == 0 ? numbers_send_arm(t->c, &v)
					     : numbers_recv_arm(t->c, &v);
		weft_status s;

		if (t->n < 2)
			s = t->n == 0 ? numbers_send_until(t->c, v, end)
				      : numbers_recv_until(t->c, &v, end);
		else
			s = weft_select_until(&arm, 1, end) == 0 ? arm.status : WEFT_TIMEOUT;
		REQUIRE(s == WEFT_OK || s == WEFT_TIMEOUT);
		if (s == WEFT_OK)
			sum += t->n % 2 == 0 ? v + 65536 : 0 - (v + 65536);
	}
	t->v = sum;
}

static void
both_sides_commit_or_neither_does(void **state)
{
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		numbers *c = open_kind(kind);
		task tasks[6];
		uint64_t sum = 0;

		/* Plain and selecting senders and receivers. */
		for (size_t i = 0; i < 6; i++) {
			tasks[i] = (task){ .call = hasty, .c = c, .n = i % 4, .v = i + 1 };
			task_start(&tasks[i]);
		}
		for (size_t i = 0; i < 6; i++) {
			task_join(&tasks[i]);
			sum += tasks[i].v;
		}
		assert_int_equal(sum, 0);
		flavour_close(c);
	}
}

/*
 * Selects with several arms meet each other only: who is in the circle sends on one channel
 * and receives from others, whichever comes. As many values, and the same, come out of
 * each channel as went into it.
 */
#define MOST 5

struct circle {
	numbers *c[MOST];
	weft_atomic_u64 sent[MOST], sum[MOST], met_self;
	size_t n;
	bool all;                /* every arm on every channel; else: in a circle */
};

static void
in_circle(task *t)
{
	struct circle *x = t->more;
	uint64_t out[MOST], in[MOST], serial = 0;
	weft_arm arms[2 * MOST];
	size_t n = 0, of[2 * MOST];

	memset(arms, 0, sizeof arms);
	for (size_t i = 0; i < x->n; i++) {
		out[i] = t->n << 32;
		if (x->all || i == t->n % x->n) {
			of[n] = i;
			arms[n++] = numbers_send_arm(x->c[i], &out[i]);
		}
		if (x->all || i == (t->n + 1) % x->n) {
			of[n] = i + MOST;
			arms[n++] = numbers_recv_arm(x->c[i], &in[i]);
		}
	}
	for (int won; (won = weft_select(arms, n)) >= 0;) {
		size_t i = of[won] % MOST;

		if (arms[won].status != WEFT_OK)
			continue;
		if (of[won] < MOST) {
			weft_fetch_add_seq_cst(&x->sent[i], 1);
			weft_fetch_add_seq_cst(&x->sum[i], out[i]);
			out[i] = t->n << 32 | ++serial;
		} else {
			weft_fetch_sub_seq_cst(&x->sent[i], 1);
			weft_fetch_sub_seq_cst(&x->sum[i], in[i]);
			if (in[i] >> 32 == t->n)
				weft_fetch_add_seq_cst(&x->met_self, 1);
		}
		t->v++;
	}
}

static void
go_round(size_t channels, size_t threads, bool all, int kind)
{
	struct circle x = { .n = channels, .all = all };
	task tasks[8];
	uint64_t met = 0;

	for (size_t i = 0; i < channels; i++)
		x.c[i] = open_kind(kind);
	for (size_t i = 0; i < threads; i++) {
		tasks[i] = (task){ .call = in_circle, .n = i, .more = &x };
		task_start(&tasks[i]);
	}
	usleep(60000);
	for (size_t i = 0; i < channels; i++)
		numbers_close(x.c[i]);
	for (size_t i = 0; i < threads; i++) {
		task_join(&tasks[i]);
		met += tasks[i].v;
	}
	assert_int_equal(weft_load_seq_cst(&x.met_self), 0);
	for (size_t i = 0; i < channels; i++) {
		assert_int_equal(weft_load_seq_cst(&x.sent[i]), 0);
		assert_int_equal(weft_load_seq_cst(&x.sum[i]), 0);
		flavour_close(x.c[i]);
	}
	/* They did meet; one alone meets nobody. */
	assert_int_equal(met > 0, threads > 1);
	assert_int_equal(met % 2, 0);
}

static void
two_selects_meet(void **state)
{
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		go_round(2, 2, false, kind);
		go_round(1, 2, true, kind);
		go_round(2, 2, true, kind);
	}
}

static void
three_selects_meet_in_a_circle(void **state)
{
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		go_round(3, 3, false, kind);
		go_round(3, 3, true, kind);
		go_round(5, 5, false, kind);
	}
}

static void
many_selects_with_both_arms_on_each_channel_meet(void **state)
{
	(void)state;
	go_round(1, 4, true, 0);
	go_round(3, 6, true, 0);
	go_round(5, 8, true, 1);
}

static void
a_select_never_meets_itself(void **state)
{
	(void)state;
	go_round(1, 1, true, 0);
	go_round(3, 1, true, 0);
	go_round(3, 1, true, 1);
}

/* A select's arms of a rendezvous beside arms of channels that have places. */

struct beside { numbers *c[3]; };

static void
select_beside(task *t)
{
	struct beside *x = t->more;
	uint64_t v[3] = { 1, 1, 1 };
	weft_arm arms[3];

	for (size_t i = 0; i < 3; i++)
		arms[i] = t->n == 0 ? numbers_send_arm(x->c[i], &v[i])
				    : numbers_recv_arm(x->c[i], &v[i]);
	for (int won; (won = weft_select(arms, 3)) >= 0;)
		t->v += arms[won].status == WEFT_OK;
}

static void
arms_of_all_kinds_stand_beside_each_other(void **state)
{
	const weft_channel_options kinds[] = { { .capacity = 0 }, { .capacity = 2 },
		{ .capacity = 5 }, { .capacity = 3, .lock_free = true } };

	(void)state;
	for (size_t skip = 1; skip < 4; skip++) {
		struct beside x;
		task tasks[4];
		uint64_t sent = 0, received = 0;

		for (size_t i = 0; i < 3; i++) {
			x.c[i] = malloc(sizeof *x.c[i]);
			weft_must(numbers_init_with(x.c[i], &kinds[i + (i >= skip)]));
		}
		for (size_t i = 0; i < 4; i++) {
			tasks[i] = (task){ .call = select_beside, .n = i % 2, .more = &x };
			task_start(&tasks[i]);
		}
		usleep(40000);
		for (size_t i = 0; i < 3; i++)
			numbers_close(x.c[i]);
		for (size_t i = 0; i < 4; i++) {
			task_join(&tasks[i]);
			*(i % 2 == 0 ? &sent : &received) += tasks[i].v;
		}
		assert_int_equal(sent, received);
		assert_true(sent > 0);
		for (size_t i = 0; i < 3; i++)
			flavour_close(x.c[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(a_send_ends_when_its_value_is_received_and_not_before),
		FLAVOUR_TEST(a_try_meets_only_who_waits),
		FLAVOUR_TEST(a_peek_shows_the_value_of_a_sender_that_waits),
		FLAVOUR_TEST(both_sides_commit_or_neither_does),
		FLAVOUR_TEST(two_selects_meet),
		FLAVOUR_TEST(three_selects_meet_in_a_circle),
		FLAVOUR_TEST(many_selects_with_both_arms_on_each_channel_meet),
		FLAVOUR_TEST(a_select_never_meets_itself),
		FLAVOUR_TEST(arms_of_all_kinds_stand_beside_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
