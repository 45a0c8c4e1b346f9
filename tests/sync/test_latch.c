/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_latch.c: counting down together, and barriers round after round. */
#include <weft/latch.h>

#include "base/os.h"
#include "sync_test.h"

static void
a_latch_of_nothing_lets_through(void **state)
{
	weft_latch l = { { 0 }, 0 };

	(void)state;
	weft_latch_wait(&l);
	assert_true(weft_latch_wait_until(&l, weft_after_ms(-5)));
	weft_latch_add(&l, 0);
	weft_latch_wait(&l);
}

static void
it_counts_up_and_down(void **state)
{
	weft_latch l = { { 0 }, 0 };
	weft_time end;

	(void)state;
	for (int round = 0; round < 3; round++) {
		weft_latch_add(&l, 2);
		weft_latch_add(&l, 1);
		weft_latch_done(&l);
		weft_latch_done(&l);
		assert_false(weft_latch_wait_until(&l, weft_now()));
		end = weft_after_ms(10);
		assert_false(weft_latch_wait_until(&l, end));
		assert_true(weft_time_is_past(end));
		weft_latch_done(&l);
		assert_true(weft_latch_wait_until(&l, weft_now()));
		weft_latch_wait(&l);
		/* A wait that slept leaves nothing behind. */
		assert_int_equal(weft_load_relaxed(&l.left_), 0);
	}
}

static void
done_too_often(void *arg)
{
	weft_latch l = { { 0 }, 0 };

	(void)arg;
	weft_latch_add(&l, 1);
	weft_latch_done(&l);
	weft_latch_done(&l);
}

static void
add_too_much(void *arg)
{
	weft_latch l = { { 0 }, 0 };

	(void)arg;
	weft_latch_add(&l, WEFT_LATCH_MOST);
	weft_latch_add(&l, 1);
}

static void
miscounting_traps(void **state)
{
	weft_latch l = { { 0 }, 0 };

	(void)state;
	weft_latch_add(&l, WEFT_LATCH_MOST);
	weft_latch_done(&l);
	weft_latch_add(&l, 1);
	assert_aborts(done_too_often, NULL, "weft_latch_done: nothing is left to be done");
	assert_aborts(add_too_much, NULL, "weft_latch_add: more than WEFT_LATCH_MOST");
}

struct job { weft_latch *left; int *out; int i; };

static void *
do_job(void *arg)
{
	struct job *j = arg;

	if (j->i % 3 == 0)
		weft_sleep_until(weft_after_us(150));
	*j->out = j->i + 1;
	weft_latch_done(j->left);
	return NULL;
}

enum { JOBS = 4 };

/* The latch is on this stack frame, which is gone while the last done may still wake. */
static int
jobs_on_the_stack(int round)
{
	weft_latch left = { { 0 }, 0 };
	int out[JOBS] = { 0 }, sum = 0;
	struct job job[JOBS];
	pthread_t thread[JOBS];

	weft_latch_add(&left, JOBS);
	for (int i = 0; i < JOBS; i++) {
		job[i] = (struct job){ &left, &out[i], i + round };
		pthread_create(&thread[i], NULL, do_job, &job[i]);
	}
	weft_latch_wait(&left);
	for (int i = 0; i < JOBS; i++)
		sum += out[i] - round;
	/* Spoil the frame's latch, as its next user would. */
	memset(&left, 0xff, sizeof left);
	for (int i = 0; i < JOBS; i++)
		pthread_join(thread[i], NULL);
	return memcmp(&left, "\xff\xff\xff\xff\xff\xff\xff\xff", sizeof left) == 0 ? sum : -1;
}

static void
a_latch_may_go_when_wait_has_returned(void **state)
{
	(void)state;
	for (int round = 0; round < test_scale(200); round++)
		assert_int_equal(jobs_on_the_stack(round), JOBS * (JOBS + 1) / 2);
}

struct crowd { weft_latch start, end; int value; };

static void *
in_crowd(void *arg)
{
	struct crowd *c = arg;
	int seen;

	weft_latch_wait(&c->start);
	seen = c->value;
	weft_latch_done(&c->end);
	return seen == 7 ? NULL : arg;
}

static void
all_who_wait_are_let_through(void **state)
{
	struct crowd c = { 0 };
	pthread_t thread[6];
	void *result;

	(void)state;
	weft_latch_add(&c.start, 1);
	weft_latch_add(&c.end, 6);
	for (int i = 0; i < 6; i++)
		pthread_create(&thread[i], NULL, in_crowd, &c);
	weft_sleep_until(weft_after_ms(20));
	c.value = 7;
	weft_latch_done(&c.start);
	weft_latch_wait(&c.end);
	for (int i = 0; i < 6; i++) {
		pthread_join(thread[i], &result);
		assert_null(result);
	}
}

static void *
done_later(void *arg)
{
	weft_sleep_until(weft_after_ms(80));
	weft_latch_done(arg);
	return NULL;
}

static void *
storm(void *arg)
{
	test_storm_run(arg);
	return NULL;
}

static void
signals_end_no_wait(void **state)
{
	struct test_storm s;
	weft_latch l = { { 0 }, 0 };
	pthread_t stormy, other;
	weft_time end;

	(void)state;
	test_storm_begin(&s);
	pthread_create(&stormy, NULL, storm, &s);
	weft_latch_add(&l, 1);
	end = weft_after_ms(40);
	assert_false(weft_latch_wait_until(&l, end));
	assert_true(weft_time_is_past(end));
	pthread_create(&other, NULL, done_later, &l);
	weft_latch_wait(&l);
	assert_int_equal(weft_load_relaxed(&l.left_), 0);
	test_storm_end(&s);
	pthread_join(stormy, NULL);
	pthread_join(other, NULL);
}

/* Barriers. */

enum { THREADS = 4 };

struct rounds {
	weft_barrier b;
	int place[THREADS];
	weft_atomic_u32 firsts, wrong;
	int rounds;
	bool naps;
};

struct runner { struct rounds *all; int i; };

static void *
run_rounds(void *arg)
{
	struct runner *r = arg;
	struct rounds *all = r->all;

	for (int round = 1; round <= all->rounds; round++) {
		all->place[r->i] = round;
		if (all->naps && (round + r->i) % 4 == 0)
			weft_sleep_until(weft_after_us(200));
		if (weft_barrier_wait(&all->b))
			weft_fetch_add_relaxed(&all->firsts, 1);
		/* All have come to this round, and none has left it. */
		for (int i = 0; i < THREADS; i++)
			if (all->place[i] != round)
				weft_fetch_add_relaxed(&all->wrong, 1);
		(void)weft_barrier_wait(&all->b);
	}
	return NULL;
}

static void
run_barrier(int rounds, bool naps)
{
	struct rounds all = { .rounds = rounds, .naps = naps };
	struct runner r[THREADS];
	pthread_t thread[THREADS];

	weft_barrier_init(&all.b, THREADS);
	/* Where the rounds wrap, too. */
	weft_store_relaxed(&all.b.round_, UINT32_MAX - 8);
	for (int i = 0; i < THREADS; i++) {
		r[i] = (struct runner){ &all, i };
		pthread_create(&thread[i], NULL, run_rounds, &r[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	weft_barrier_fini(&all.b);
	assert_int_equal(weft_load_relaxed(&all.wrong), 0);
	assert_int_equal(weft_load_relaxed(&all.firsts), rounds);
}

static void
a_barrier_keeps_step_round_after_round(void **state)
{
	(void)state;
	run_barrier(test_scale(800), false);
	run_barrier(test_scale(200), true);
}

static void
a_barrier_of_one_never_waits(void **state)
{
	weft_barrier b;

	(void)state;
	weft_barrier_init(&b, 1);
	for (int i = 0; i < 5; i++)
		assert_true(weft_barrier_wait(&b));
	weft_barrier_fini(&b);
}

static void *
just_wait(void *arg)
{
	return weft_barrier_wait(arg) ? arg : NULL;
}

/* Fini right after the own wait, and the memory is spoilt at once. */
static void
fini_waits_for_those_on_their_way_out(void **state)
{
	(void)state;
	for (int round = 0; round < test_scale(300); round++) {
		weft_barrier b;
		pthread_t thread[3];
		void *result;
		int firsts;

		weft_barrier_init(&b, 4);
		for (int i = 0; i < 3; i++)
			pthread_create(&thread[i], NULL, just_wait, &b);
		firsts = weft_barrier_wait(&b);
		weft_barrier_fini(&b);
		memset(&b, 0xff, sizeof b);
		for (int i = 0; i < 3; i++) {
			pthread_join(thread[i], &result);
			firsts += result != NULL;
		}
		assert_int_equal(firsts, 1);
	}
}

static void
barrier_of_nobody(void *arg)
{
	weft_barrier b;

	(void)arg;
	weft_barrier_init(&b, 0);
}

static void
fini_under_a_waiter(void *arg)
{
	weft_barrier b;
	pthread_t thread;

	(void)arg;
	weft_barrier_init(&b, 2);
	pthread_create(&thread, NULL, just_wait, &b);
	while (weft_load_relaxed(&b.arrived_) == 0)
		weft_os_yield();
	weft_barrier_fini(&b);
}

static void
wait_after_fini(void *arg)
{
	weft_barrier b;

	(void)arg;
	weft_barrier_init(&b, 1);
	weft_barrier_fini(&b);
	(void)weft_barrier_wait(&b);
}

static void
wait_on_a_copy(void *arg)
{
	weft_barrier b, copy;

	(void)arg;
	weft_barrier_init(&b, 1);
	copy = b;
	(void)weft_barrier_wait(&copy);
}

static void
misuse_of_a_barrier_traps(void **state)
{
	(void)state;
	assert_aborts(barrier_of_nobody, NULL, "weft_barrier_init: a barrier is for at least 1");
	assert_aborts(fini_under_a_waiter, NULL, "weft_barrier_fini: threads wait for a round");
	assert_aborts(wait_after_fini, NULL, "weft_barrier_wait: the object was not initialised");
	assert_aborts(wait_on_a_copy, NULL, "weft_barrier_wait: the object was not initialised");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_latch_of_nothing_lets_through),
		cmocka_unit_test(it_counts_up_and_down),
		cmocka_unit_test(miscounting_traps),
		cmocka_unit_test(a_latch_may_go_when_wait_has_returned),
		cmocka_unit_test(all_who_wait_are_let_through),
		cmocka_unit_test(signals_end_no_wait),
		cmocka_unit_test(a_barrier_keeps_step_round_after_round),
		cmocka_unit_test(a_barrier_of_one_never_waits),
		cmocka_unit_test(fini_waits_for_those_on_their_way_out),
		cmocka_unit_test(misuse_of_a_barrier_traps),
	};

	alarm(120);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
