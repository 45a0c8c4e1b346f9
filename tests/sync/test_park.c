/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_park.c: events, parkers, nodes, and the policy of waiting. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "base/os.h"
#include "sync/parking.h"
#include "sync_test.h"

static int
usual(void **state)
{
	(void)state;
	weft_os_cpus_pretend(0);
	weft_park_hook_set_(NULL);
	return 0;
}

/* Events. */

static void
a_notify_after_a_look_ends_its_wait(void **state)
{
	weft_event e = { { 0 }, { 0 } };
	uint32_t seen = weft_event_look(&e);

	(void)state;
	weft_event_notify_one(&e);
	weft_event_wait(&e, seen);
	assert_true(weft_event_wait_until(&e, seen, weft_now()));
	seen = weft_event_look(&e);
	weft_event_notify_all(&e);
	weft_event_wait(&e, seen);
	/* Where the turns wrap round, too. */
	weft_store_relaxed(&e.turn_, UINT32_MAX);
	seen = weft_event_look(&e);
	weft_event_notify_one(&e);
	weft_event_wait(&e, seen);
	assert_int_equal(weft_load_relaxed(&e.waiters_), 0);
}

static void
a_notify_before_a_look_does_not(void **state)
{
	weft_event e = { { 0 }, { 0 } };
	weft_time end;

	(void)state;
	weft_event_notify_all(&e);
	end = weft_after_ms(20);
	assert_false(weft_event_wait_until(&e, weft_event_look(&e), end));
	assert_true(weft_time_is_past(end));
	assert_false(weft_event_wait_until(&e, weft_event_look(&e), end));
	assert_false(weft_event_wait_until(&e, weft_event_look(&e), weft_after_ms(-5)));
	assert_int_equal(weft_load_relaxed(&e.waiters_), 0);
}

struct turns {
	weft_event e[2];
	WEFT_ATOMIC(int) round;
	int plain;
	int rounds;
	int side;
};

/*
 * Two threads in turn: each waits for its parity, over a release store and an acquire
 * load. A lost wake-up stops both.
 */
static void
turns_play(struct turns *t, int side)
{
	for (int i = side; i < t->rounds; i += 2) {
		while (weft_load_acquire(&t->round) != i) {
			uint32_t seen = weft_event_look(&t->e[side]);

			if (weft_load_acquire(&t->round) == i)
				break;
			weft_event_wait(&t->e[side], seen);
		}
		t->plain++;
		weft_store_release(&t->round, i + 1);
		if (i % 3 == 0)
			weft_event_notify_all(&t->e[!side]);
		else
			weft_event_notify_one(&t->e[!side]);
	}
}

static void *
turns_other(void *arg)
{
	turns_play(arg, 1);
	return NULL;
}

static void
no_wake_up_is_lost(void **state)
{
	struct turns t = { .rounds = test_scale(40000) };
	pthread_t other;

	(void)state;
	pthread_create(&other, NULL, turns_other, &t);
	turns_play(&t, 0);
	pthread_join(other, NULL);
	assert_int_equal(t.plain, t.rounds);
}

struct shop {
	weft_event arrived;
	WEFT_ATOMIC(int) items, taken, done;
};

static bool
take_item(struct shop *s)
{
	int n = weft_load_relaxed(&s->items);

	while (n > 0)
		if (weft_cas_weak_acquire(&s->items, &n, n - 1))
			return true;
	return false;
}

static void *
customer(void *arg)
{
	struct shop *s = arg;

	for (;;) {
		uint32_t seen = weft_event_look(&s->arrived);

		if (take_item(s)) {
			weft_fetch_add_relaxed(&s->taken, 1);
			continue;
		}
		if (weft_load_acquire(&s->done))
			return NULL;
		weft_event_wait(&s->arrived, seen);
	}
}

/* One notify_one for each item, and every item is taken while the customers only wait. */
static void
notify_one_wakes_one_for_each(void **state)
{
	struct shop s = { 0 };
	pthread_t thread[4];
	int n = test_scale(4000);

	(void)state;
	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, customer, &s);
	for (int i = 0; i < n; i++) {
		weft_fetch_add_release(&s.items, 1);
		weft_event_notify_one(&s.arrived);
		if (i % 64 == 0)
			weft_sleep_until(weft_after_us(200));
	}
	for (int i = 0; i < 20000 && weft_load_relaxed(&s.taken) < n; i++)
		weft_sleep_until(weft_after_ms(1));
	assert_int_equal(weft_load_relaxed(&s.taken), n);
	weft_store_release(&s.done, 1);
	weft_event_notify_all(&s.arrived);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
}

static void *
late_notify(void *arg)
{
	weft_event *e = arg;

	while (weft_load_seq_cst(&e->waiters_) == 0)
		weft_os_yield();
	weft_sleep_until(weft_after_ms(10));
	weft_event_notify_one(e);
	return NULL;
}

static void
the_untyped_functions_are_the_same(void **state)
{
	weft_event e = { { 0 }, { 0 } };
	pthread_t thread;
	uint32_t seen = (weft_event_look)(&e);

	(void)state;
	(weft_event_notify_one)(&e);
	assert_int_not_equal((weft_event_look)(&e), seen);
	seen = (weft_event_look)(&e);
	(weft_event_notify_all)(&e);
	assert_true(weft_event_wait_until(&e, seen, WEFT_FOREVER));
	/* And a sleeper is woken, with a deadline far away. */
	seen = weft_event_look(&e);
	pthread_create(&thread, NULL, late_notify, &e);
	assert_true(weft_event_wait_until(&e, seen, weft_after_s(20)));
	pthread_join(thread, NULL);
}

/* Parkers. */

static void
a_parker_holds_one_token(void **state)
{
	weft_parker p = { { 0 } };

	(void)state;
	assert_false(weft_parker_park_until(&p, weft_now()));
	assert_false(weft_parker_park_until(&p, weft_after_ms(5)));
	weft_parker_unpark(&p);
	weft_parker_unpark(&p);
	weft_parker_park(&p);
	assert_false(weft_parker_park_until(&p, weft_after_ms(5)));
	/* A past deadline still takes what is there. */
	weft_parker_unpark(&p);
	assert_true(weft_parker_park_until(&p, weft_after_ms(-5)));
}

struct parked { weft_parker *p; int *data; };

static void *
unpark_with_data(void *arg)
{
	struct parked *k = arg;

	*k->data += 1;
	weft_parker_unpark(k->p);
	return NULL;
}

/* The parker is on the stack of the one who parks, and gone when park has returned. */
static int
round_on_the_stack(int i, pthread_t *thread)
{
	weft_parker p = { { 0 } };
	int data = i;
	struct parked k = { &p, &data };

	pthread_create(thread, NULL, unpark_with_data, &k);
	if (i % 2 == 0)
		weft_sleep_until(weft_after_us(300));
	weft_parker_park(&p);
	data += 1;
	return data;
}

static void
what_was_done_before_unpark_is_seen(void **state)
{
	pthread_t threads[200];

	(void)state;
	for (int i = 0; i < 200; i++)
		assert_int_equal(round_on_the_stack(i, &threads[i]), i + 2);
	/*
	 * Joined after all the rounds: a round does not outlast its thread's unpark. Joined, not
	 * detached: see assert_aborts, which comes next.
	 */
	for (int i = 0; i < 200; i++)
		pthread_join(threads[i], NULL);
}

static void *
park_here(void *arg)
{
	weft_parker_park(arg);
	return NULL;
}

static void
two_on_one_parker(void *arg)
{
	weft_parker p = { { 0 } };
	pthread_t thread;

	(void)arg;
	pthread_create(&thread, NULL, park_here, &p);
	while (weft_load_relaxed(&p.word_) != 2)
		weft_os_yield();
	weft_parker_park(&p);
}

static void
a_second_sleeper_on_a_parker_traps(void **state)
{
	(void)state;
	assert_aborts(two_on_one_parker, NULL, "weft_parker_park: another thread sleeps");
}

static void *
storm(void *arg)
{
	struct test_storm *s = arg;

	test_storm_run(s);
	return NULL;
}

static void
signals_wake_nobody_for_good(void **state)
{
	struct test_storm s;
	weft_parker p = { { 0 } };
	weft_event e = { { 0 }, { 0 } };
	pthread_t thread;
	weft_time end;

	(void)state;
	test_storm_begin(&s);
	pthread_create(&thread, NULL, storm, &s);
	end = weft_after_ms(60);
	assert_false(weft_parker_park_until(&p, end));
	assert_true(weft_time_is_past(end));
	end = weft_after_ms(60);
	assert_false(weft_event_wait_until(&e, weft_event_look(&e), end));
	assert_true(weft_time_is_past(end));
	test_storm_end(&s);
	pthread_join(thread, NULL);
	assert_true(s.sent > 10);
}

/* Nodes. */

static void *
wake_node(void *arg)
{
	weft_sleep_until(weft_after_ms(10));
	weft_park_wake_(arg);
	return NULL;
}

static void
a_node_waits_for_its_waker(void **state)
{
	weft_park_node_ *node = weft_park_prepare_();
	pthread_t thread;

	(void)state;
	assert_false(weft_park_wait_(node, weft_now()));
	assert_false(weft_park_wait_(node, weft_after_ms(5)));
	/* The waker that comes after the deadline is waited for. */
	pthread_create(&thread, NULL, wake_node, node);
	assert_true(weft_park_wait_(node, WEFT_FOREVER));
	assert_true(weft_park_wait_(node, weft_now()));
	pthread_join(thread, NULL);
	node = weft_park_prepare_();
	assert_false(weft_park_wait_(node, weft_after_ms(5)));
	weft_park_wake_(node);
	assert_true(weft_park_wait_(node, WEFT_FOREVER));
}

/* The policy. */

static unsigned
steps(weft_park_spin_ *s)
{
	unsigned n = 0;

	while (weft_park_spin_step_(s))
		n++;
	return n;
}

static void
recover_credit(void)
{
	weft_park_spin_ s;

	for (int i = 0; i < 64; i++) {
		weft_park_spin_begin_(&s);
		weft_park_spin_end_(&s, true);
	}
}

static void
one_cpu_never_spins(void **state)
{
	weft_park_stats before, after;
	weft_event e = { { 0 }, { 0 } };
	weft_park_spin_ s;

	(void)state;
	weft_os_cpus_pretend(1);
	recover_credit();
	before = weft_park_usage();
	weft_park_spin_begin_(&s);
	assert_int_equal(s.pauses, 0);
	assert_int_equal(steps(&s), 8);
	weft_park_spin_end_(&s, false);
	for (int i = 0; i < 20; i++)
		assert_false(weft_event_wait_until(&e, 0, weft_after_us(100)));
	after = weft_park_usage();
	assert_int_equal(after.spins - before.spins, 0);
	assert_int_equal(after.waits - before.waits, 21);
	assert_int_equal(after.slept - before.slept, 21);
}

static void
on_one_cpu(void *arg)
{
	struct turns t = { .rounds = 400 };
	weft_park_stats before = weft_park_usage(), after;
	cpu_set_t one;
	pthread_t other;

	(void)arg;
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof one, &one) != 0)
		_exit(1);
	weft_os_cpus_pretend(TEST_OS_ONE_CPU);
	pthread_create(&other, NULL, turns_other, &t);
	turns_play(&t, 0);
	pthread_join(other, NULL);
	after = weft_park_usage();
	_exit(weft_os_cpus() != 1 || after.spins != before.spins || after.waits == before.waits);
}

static void
one_cpu_by_affinity_never_spins(void **state)
{
	(void)state;
	assert_int_equal(test_in_child(on_one_cpu, NULL), 0);
}

static void
at_most_as_many_spinners_as_cpus(void **state)
{
	weft_park_spin_ s[6];
	int counted = 0;

	(void)state;
	weft_os_cpus_pretend(3);
	recover_credit();
	for (int i = 0; i < 6; i++) {
		weft_park_spin_begin_(&s[i]);
		assert_true(s[i].pauses > 0);
		for (int step = 0; step < 9; step++)
			assert_true(weft_park_spin_step_(&s[i]));
		counted += s[i].counted;
	}
	assert_int_equal(counted, 3);
	weft_park_spin_end_(&s[0], true);
	weft_park_spin_begin_(&s[0]);
	for (int step = 0; step < 9; step++)
		assert_true(weft_park_spin_step_(&s[0]));
	assert_true(s[0].counted);
	for (int i = 0; i < 6; i++)
		weft_park_spin_end_(&s[i], true);
	/* All places are given back. */
	for (int i = 0; i < 3; i++) {
		weft_park_spin_begin_(&s[i]);
		for (int step = 0; step < 9; step++)
			assert_true(weft_park_spin_step_(&s[i]));
		assert_true(s[i].counted);
	}
	for (int i = 0; i < 3; i++)
		weft_park_spin_end_(&s[i], true);
}

static void
a_spin_that_does_not_pay_is_not_made(void **state)
{
	weft_park_spin_ s;
	int spins = 0;

	(void)state;
	weft_os_cpus_pretend(2);
	recover_credit();
	for (int i = 0; i < 8; i++) {
		weft_park_spin_begin_(&s);
		assert_true(s.pauses > 0);
		assert_true(steps(&s) > 0);
		weft_park_spin_end_(&s, false);
	}
	for (int i = 0; i < 64; i++) {
		weft_park_spin_begin_(&s);
		spins += s.pauses > 0;
		/* A peer may need this CPU all the same. */
		assert_true(steps(&s) > 0);
		assert_true(s.yielded);
		/* A yield that helped is no reason to spin, either. */
		weft_park_spin_end_(&s, i % 2 == 0);
	}
	assert_int_equal(spins, 4);
	/* One that pays brings the next. */
	for (int i = 0; i < 16; i++) {
		weft_park_spin_begin_(&s);
		if (s.pauses > 0)
			break;
		weft_park_spin_end_(&s, false);
	}
	weft_park_spin_end_(&s, true);
	weft_park_spin_begin_(&s);
	assert_true(s.pauses > 0);
	weft_park_spin_end_(&s, true);
}

static int64_t
spin_ns(void)
{
	weft_park_spin_ s;
	int64_t begin = weft_os_now_ns();

	weft_park_spin_begin_(&s);
	s.yields = 0;
	steps(&s);
	weft_park_spin_end_(&s, true);
	return weft_os_now_ns() - begin;
}

static void
a_spin_takes_its_nanoseconds(void **state)
{
	int64_t least = INT64_MAX;

	(void)state;
	weft_os_cpus_pretend(2);
	recover_credit();
	for (int i = 0; i < 200; i++) {
		int64_t ns = spin_ns();

		least = ns < least ? ns : least;
	}
	/* 4 us are meant; under sanitizers the steps themselves cost. */
	assert_in_range(least, 1500, 40000);
}

static weft_atomic_u32 begun, ended;

static void
count_begin(void)
{
	weft_fetch_add_seq_cst(&begun, 1);
}

static void
count_end(void)
{
	weft_fetch_add_seq_cst(&ended, 1);
}

static void
the_hook_sees_each_sleep(void **state)
{
	static const weft_park_hook_ hook = { count_begin, count_end };
	weft_event e = { { 0 }, { 0 } };
	weft_parker p = { { 0 } };
	uint32_t n;

	(void)state;
	weft_park_hook_set_(&hook);
	weft_parker_unpark(&p);
	weft_parker_park(&p);
	weft_event_notify_one(&e);
	weft_event_wait(&e, 0);
	assert_int_equal(weft_load_seq_cst(&begun), 0);
	assert_false(weft_event_wait_until(&e, weft_event_look(&e), weft_after_ms(2)));
	n = weft_load_seq_cst(&begun);
	assert_true(n >= 1 && n == weft_load_seq_cst(&ended));
	assert_false(weft_parker_park_until(&p, weft_after_ms(2)));
	assert_false(weft_park_wait_(weft_park_prepare_(), weft_after_ms(2)));
	assert_true(weft_load_seq_cst(&begun) >= n + 2);
	assert_int_equal(weft_load_seq_cst(&begun), weft_load_seq_cst(&ended));
	weft_park_hook_set_(NULL);
	n = weft_load_seq_cst(&begun);
	assert_false(weft_parker_park_until(&p, weft_after_ms(2)));
	assert_int_equal(weft_load_seq_cst(&begun), n);
}

static void
usage_counts_the_wakes(void **state)
{
	weft_event e = { { 0 }, { 0 } };
	weft_park_stats before = weft_park_usage();
	pthread_t thread;

	(void)state;
	weft_event_notify_one(&e);
	assert_int_equal(weft_park_usage().woke, before.woke);
	pthread_create(&thread, NULL, late_notify, &e);
	weft_event_wait(&e, weft_event_look(&e));
	pthread_join(thread, NULL);
	assert_int_equal(weft_park_usage().woke, before.woke + 1);
	assert_int_equal(weft_park_usage().slept, before.slept + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notify_after_a_look_ends_its_wait),
		cmocka_unit_test(a_notify_before_a_look_does_not),
		cmocka_unit_test(no_wake_up_is_lost),
		cmocka_unit_test(notify_one_wakes_one_for_each),
		cmocka_unit_test(the_untyped_functions_are_the_same),
		cmocka_unit_test(a_parker_holds_one_token),
		cmocka_unit_test(what_was_done_before_unpark_is_seen),
		cmocka_unit_test(a_second_sleeper_on_a_parker_traps),
		cmocka_unit_test(signals_wake_nobody_for_good),
		cmocka_unit_test(a_node_waits_for_its_waker),
		cmocka_unit_test_setup_teardown(one_cpu_never_spins, usual, usual),
		cmocka_unit_test(one_cpu_by_affinity_never_spins),
		cmocka_unit_test_setup_teardown(at_most_as_many_spinners_as_cpus, usual, usual),
		cmocka_unit_test_setup_teardown(a_spin_that_does_not_pay_is_not_made, usual, usual),
		cmocka_unit_test_setup_teardown(a_spin_takes_its_nanoseconds, usual, usual),
		cmocka_unit_test_setup_teardown(the_hook_sees_each_sleep, usual, usual),
		cmocka_unit_test(usage_counts_the_wakes),
	};

	alarm(120);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
