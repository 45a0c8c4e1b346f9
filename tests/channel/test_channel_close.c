/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_close.c: closing, joining and leaving; nothing that was sent is lost by it. */
#include <stdlib.h>

#include "flavours.h"

#define PAST weft_after_ms(-1)

static void
refused(const flavour *f, numbers *c)
{
	uint64_t vs[2] = { 1, 2 };

	assert_true(numbers_is_closed(c));
	assert_int_equal(numbers_send(c, 1), WEFT_CLOSED);
	assert_int_equal(numbers_try_send(c, 1), WEFT_CLOSED);
	assert_int_equal(numbers_send_until(c, 1, PAST), WEFT_CLOSED);
	assert_int_equal(numbers_send_until(c, 1, WEFT_FOREVER), WEFT_CLOSED);
	assert_int_equal(numbers_send_lane(c, 0, 1), WEFT_CLOSED);
	assert_int_equal(numbers_try_send_lane(c, f->o.lanes > 1 ? 2 : 0, 1), WEFT_CLOSED);
	assert_int_equal(numbers_send_lane_until(c, 0, 1, WEFT_FOREVER), WEFT_CLOSED);
	assert_int_equal(numbers_send_n(c, vs, 2), 0);
	assert_int_equal(numbers_try_send_n(c, vs, 2), 0);
	assert_int_equal(numbers_send_n_until(c, vs, 2, WEFT_FOREVER), 0);
	if (!f->o.single_receiver)
		assert_int_equal(numbers_force_send(c, 1, NULL, NULL), WEFT_CLOSED);
	if (f->o.single_sender && f->o.lanes <= 1 && !is_rendezvous(f)) {
		assert_null(numbers_reserve(c, NULL));
		assert_null(numbers_try_reserve(c, NULL));
	}
}

static void
drained(const flavour *f, numbers *c)
{
	uint64_t vs[2];

	assert_int_equal(numbers_recv(c, vs), WEFT_CLOSED);
	assert_int_equal(numbers_try_recv(c, vs), WEFT_CLOSED);
	assert_int_equal(numbers_recv_until(c, vs, PAST), WEFT_CLOSED);
	assert_int_equal(numbers_recv_until(c, vs, WEFT_FOREVER), WEFT_CLOSED);
	assert_int_equal(numbers_recv_n(c, vs, 2), 0);
	assert_int_equal(numbers_try_recv_n(c, vs, 2), 0);
	assert_int_equal(numbers_recv_n_until(c, vs, 2, WEFT_FOREVER), 0);
	assert_int_equal(numbers_recv_n_linger(c, vs, 2, WEFT_S(50), WEFT_FOREVER), 0);
	if (f->o.single_receiver && f->o.lanes <= 1 && !is_rendezvous(f)) {
		assert_null(numbers_claim(c, NULL));
		assert_null(numbers_try_claim(c, NULL));
	}
}

static void
closes(const flavour *f, numbers *c)
{
	size_t n = places(f) / 2 + (places(f) == 1);
	uint64_t v;

	assert_false(numbers_is_closed(c));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	for (int times = 0; times < 3; times++) {
		numbers_close(c);
		refused(f, c);
	}
	assert_int_equal(numbers_len(c), n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
		assert_int_equal(v, i);
		refused(f, c);
	}
	drained(f, c);
	numbers_close(c);
	refused(f, c);
	drained(f, c);
	assert_int_equal(weft_load_seq_cst(&drops), 0);
}

static void
what_was_sent_before_a_close_is_received_and_then_nothing(void **state)
{
	(void)state;
	on_each(closes);
}

static void
takes_everything(const flavour *f, numbers *c)
{
	uint64_t v, n = 0;

	for (size_t i = 0; i < places(f); i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	numbers_close(c);
	while (numbers_recv(c, &v) == WEFT_OK)
		assert_int_equal(v, n++);
	assert_int_equal(n, places(f));
}

static void
a_loop_of_receives_takes_everything(void **state)
{
	(void)state;
	on_each(takes_everything);
}

/* Waiting threads of both roles, by plain calls and by select. */

#define WAITERS 6

static void
start_waiters(numbers *c, task *tasks, size_t n, weft_role role)
{
	void (*const calls[2][2])(task *) = { { task_send, task_select_send },
		{ task_recv, task_select_recv } };

	for (size_t i = 0; i < n; i++) {
		tasks[i] = (task){ .call = calls[role][i % 2], .c = c, .v = 1000 + i };
		task_start(&tasks[i]);
	}
}

static void
receivers_woken(const flavour *f, numbers *c)
{
	task tasks[WAITERS];
	size_t n = threads_of(f, WEFT_RECEIVER, WAITERS);
	uint64_t mark = sleep_mark();

	start_waiters(c, tasks, n, WEFT_RECEIVER);
	until_asleep(mark, n);
	for (size_t i = 0; i < n; i++)
		assert_false(task_is_done(&tasks[i]));
	numbers_close(c);
	for (size_t i = 0; i < n; i++) {
		task_join(&tasks[i]);
		assert_int_equal(tasks[i].s, WEFT_CLOSED);
	}
}

static void
senders_woken(const flavour *f, numbers *c)
{
	task tasks[WAITERS];
	size_t n = threads_of(f, WEFT_SENDER, WAITERS), most = places(f);
	uint64_t mark = sleep_mark(), v;

	if (is_unbounded(f))
		return;
	for (size_t i = 0; i < most; i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	start_waiters(c, tasks, n, WEFT_SENDER);
	until_asleep(mark, n);
	for (size_t i = 0; i < n; i++)
		assert_false(task_is_done(&tasks[i]));
	numbers_close(c);
	for (size_t i = 0; i < n; i++) {
		task_join(&tasks[i]);
		assert_int_equal(tasks[i].s, WEFT_CLOSED);
	}
	for (size_t i = 0; i < most; i++) {
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
		assert_int_equal(v, i);
	}
	assert_int_equal(numbers_recv(c, &v), WEFT_CLOSED);
	assert_int_equal(weft_load_seq_cst(&drops), 0);
}

static void
close_wakes_every_thread_that_waits(void **state)
{
	(void)state;
	on_each(receivers_woken);
	on_each(senders_woken);
}

/* A close in the middle: each send that returned OK is received, and no other. */

struct traffic {
	numbers *c;
	weft_atomic_u64 sent, received, sum;
	int how;
};

static void
send_until_closed(task *t)
{
	struct traffic *x = t->more;
	uint64_t vs[5];

	for (uint64_t i = 1;; i++) {
		size_t n = 1, done;

		for (size_t k = 0; k < 5; k++)
			vs[k] = (i + k) * t->v;
		if (x->how == 1) {
			n = 5;
			done = numbers_send_n(x->c, vs, n);
		} else if (x->how == 2) {
			weft_arm arm = numbers_send_arm(x->c, &vs[0]);

			REQUIRE(weft_select(&arm, 1) == 0);
			done = arm.status == WEFT_OK;
		} else {
			done = numbers_send(x->c, vs[0]) == WEFT_OK;
		}
		weft_fetch_add_seq_cst(&x->sent, done);
		for (size_t k = 0; k < done; k++)
			weft_fetch_add_seq_cst(&x->sum, vs[k]);
		if (done < n)
			return;
		/* An unbounded one: whoever closes it may be long in coming. */
		if (i > 20000)
			usleep(100);
	}
}

static void
recv_until_closed(task *t)
{
	struct traffic *x = t->more;
	uint64_t vs[5];

	for (;;) {
		size_t n;

		if (x->how == 1) {
			n = numbers_recv_n(x->c, vs, 5);
		} else if (x->how == 2) {
			weft_arm arm = numbers_recv_arm(x->c, &vs[0]);

			REQUIRE(weft_select(&arm, 1) == 0);
			n = arm.status == WEFT_OK;
		} else {
			n = numbers_recv(x->c, vs) == WEFT_OK;
		}
		if (n == 0)
			return;
		weft_fetch_add_seq_cst(&x->received, n);
		for (size_t k = 0; k < n; k++)
			weft_fetch_sub_seq_cst(&x->sum, vs[k]);
	}
}

static void
close_in_the_middle(const flavour *f, int how, unsigned round)
{
	numbers *c = flavour_open(f);
	struct traffic x = { .c = c, .how = how };
	task tasks[6];
	size_t senders = threads_of(f, WEFT_SENDER, 2), n = senders +
	    threads_of(f, WEFT_RECEIVER, 2);

	for (size_t i = 0; i < n; i++) {
		tasks[i] = (task){ .call = i < senders ? send_until_closed : recv_until_closed,
			.v = i + 1, .more = &x };
		task_start(&tasks[i]);
	}
	usleep(round * 37 % 300);
	numbers_close(c);
	for (size_t i = 0; i < n; i++)
		task_join(&tasks[i]);
	assert_int_equal(weft_load_seq_cst(&x.sent), weft_load_seq_cst(&x.received));
	assert_int_equal(weft_load_seq_cst(&x.sum), 0);
	assert_int_equal(weft_load_seq_cst(&drops), 0);
	flavour_close(c);
}

static void
closes_in_the_middle(const flavour *f, numbers *unused)
{
	(void)unused;
	for (int how = 0; how < 3; how++)
		for (unsigned round = 0; round < (unsigned)test_scale(10); round++)
			close_in_the_middle(f, how, round);
}

static void
a_send_that_returned_ok_before_a_close_is_received(void **state)
{
	(void)state;
	on_each(closes_in_the_middle);
}

/* What was done before the close is seen by whoever is told of it. */

static void
see_the_note(task *t)
{
	task_recv(t);
	REQUIRE(t->s == WEFT_CLOSED);
	REQUIRE(*(int *)t->more == 42);
}

static void
happens_before(const flavour *f, numbers *c)
{
	int note = 0;
	task t = { .call = see_the_note, .c = c, .more = &note };

	(void)f;
	task_start(&t);
	note = 42;
	numbers_close(c);
	task_join(&t);
}

static void
what_was_done_before_a_close_is_seen_by_who_is_told_of_it(void **state)
{
	(void)state;
	on_each(happens_before);
}

/* Joining and leaving. */

static void
leaves(const flavour *f, numbers *unused)
{
	flavour counted = *f;

	(void)unused;
	for (int role = WEFT_SENDER; role <= WEFT_RECEIVER; role++) {
		numbers *c;

		counted.o.senders = counted.o.receivers = 2;
		c = flavour_open(&counted);
		numbers_leave(c, (weft_role)role);
		assert_false(numbers_is_closed(c));
		numbers_join(c, (weft_role)role);
		numbers_join(c, (weft_role)role);
		numbers_leave(c, (weft_role)role);
		numbers_leave(c, (weft_role)role);
		assert_false(numbers_is_closed(c));
		numbers_leave(c, (weft_role)role);
		assert_true(numbers_is_closed(c));
		assert_int_equal(numbers_try_send(c, 1), WEFT_CLOSED);
		flavour_close(c);
		counted.o.senders = counted.o.receivers = 0;
		c = flavour_open(&counted);
		numbers_join(c, (weft_role)role);
		assert_false(numbers_is_closed(c));
		numbers_leave(c, (weft_role)role);
		assert_true(numbers_is_closed(c));
		flavour_close(c);
	}
}

static void
the_last_to_leave_closes_it(void **state)
{
	(void)state;
	on_each(leaves);
}

static void
sender_leaves(const flavour *f, numbers *c)
{
	uint64_t v;

	numbers_join(c, WEFT_SENDER);
	for (size_t i = 0; i < places(f); i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	numbers_leave(c, WEFT_SENDER);
	for (size_t i = 0; i < places(f); i++) {
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
		assert_int_equal(v, i);
	}
	drained(f, c);
	assert_int_equal(weft_load_seq_cst(&drops), 0);
}

static void
when_the_last_sender_leaves_what_it_sent_is_received(void **state)
{
	(void)state;
	on_each(sender_leaves);
}

static void
receiver_leaves(const flavour *f, numbers *c)
{
	size_t most = places(f);
	uint64_t v;

	numbers_join(c, WEFT_RECEIVER);
	for (size_t i = 0; i < most; i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	if (most > 1)
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
	numbers_leave(c, WEFT_RECEIVER);
	refused(f, c);
	for (size_t i = 0; i < most; i++)
		assert_int_equal(weft_load_seq_cst(&drops_of[i]), i != 0 || most == 1);
	assert_int_equal(weft_load_seq_cst(&drops), most - (most > 1));
	assert_true(numbers_is_empty(c));
	drained(f, c);
}

static void
receiver_left(const flavour *f, numbers *unused)
{
	numbers *c = flavour_open(f);

	(void)unused;
	receiver_leaves(f, c);
	flavour_close(c);
	/* And no second time at the end. */
	assert_int_equal(weft_load_seq_cst(&drops), places(f) - (places(f) > 1));
}

static void
when_the_last_receiver_leaves_what_is_left_is_dropped_once(void **state)
{
	(void)state;
	on_each(receiver_left);
}

static void
leave_without_join(void *arg)
{
	numbers c;

	(void)arg;
	weft_must(numbers_init(&c, 3));
	numbers_leave(&c, WEFT_RECEIVER);
}

static void
leaving_without_having_joined_traps(void **state)
{
	(void)state;
	assert_aborts(leave_without_join, NULL,
	    "leave of a channel: nobody has joined in that role: "
	    "call join, or set senders or receivers in the options");
}

/* The last to leave, of many at once, closes it: once they are all through, it is closed. */

static void
send_and_leave(task *t)
{
	for (uint64_t i = 0; i < t->n; i++)
		REQUIRE(numbers_send(t->c, 1) == WEFT_OK);
	numbers_leave(t->c, WEFT_SENDER);
}

static void
recv_all(task *t)
{
	uint64_t v;

	while (numbers_recv(t->c, &v) == WEFT_OK)
		t->n++;
}

static void
many_leave(const flavour *f, numbers *c)
{
	task tasks[8];
	size_t senders = threads_of(f, WEFT_SENDER, 4), all = senders +
	    threads_of(f, WEFT_RECEIVER, 4);
	size_t got = 0, each = 50;

	for (size_t i = 0; i < senders; i++)
		numbers_join(c, WEFT_SENDER);
	for (size_t i = 0; i < all; i++) {
		tasks[i] = (task){ .call = i < senders ? send_and_leave : recv_all, .c = c,
			.n = i < senders ? each : 0 };
		task_start(&tasks[i]);
	}
	for (size_t i = 0; i < all; i++) {
		task_join(&tasks[i]);
		got += i < senders ? 0 : tasks[i].n;
	}
	assert_int_equal(got, senders * each);
	assert_true(numbers_is_closed(c));
}

static void
receivers_end_when_the_last_of_many_senders_has_left(void **state)
{
	(void)state;
	on_each(many_leave);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(what_was_sent_before_a_close_is_received_and_then_nothing),
		FLAVOUR_TEST(a_loop_of_receives_takes_everything),
		FLAVOUR_TEST(close_wakes_every_thread_that_waits),
		FLAVOUR_TEST(a_send_that_returned_ok_before_a_close_is_received),
		FLAVOUR_TEST(what_was_done_before_a_close_is_seen_by_who_is_told_of_it),
		FLAVOUR_TEST(the_last_to_leave_closes_it),
		FLAVOUR_TEST(when_the_last_sender_leaves_what_it_sent_is_received),
		FLAVOUR_TEST(when_the_last_receiver_leaves_what_is_left_is_dropped_once),
		FLAVOUR_TEST(leaving_without_having_joined_traps),
		FLAVOUR_TEST(receivers_end_when_the_last_of_many_senders_has_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
