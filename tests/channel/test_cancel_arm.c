/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_cancel_arm.c: tokens that are waited for, by weft_select. */
#include <pthread.h>
#include <signal.h>
#include <weft/channel.h>

#include "../sync/sync_test.h"

WEFT_CHANNEL(ints, int);

static weft_time
soon(void)
{
	return weft_after_s(20);
}

static void
it_wins_when_the_token_is_set(void **state)
{
	weft_cancel stop = { 0 };
	weft_arm arms[1];

	(void)state;
	arms[0] = weft_cancel_arm(&stop);
	assert_int_equal(weft_try_select(arms, 1), -1);
	assert_true(weft_arm_is_on(&arms[0]));
	assert_int_equal(weft_select_until(arms, 1, weft_after_ms(5)), -1);
	assert_false(weft_cancel_is_set(&stop));
	weft_cancel_set(&stop);
	assert_true(weft_cancel_is_set(&stop));
	assert_int_equal(weft_select(arms, 1), 0);
	assert_int_equal(arms[0].status, WEFT_OK);
	/* What ended wins once. */
	assert_false(weft_arm_is_on(&arms[0]));
	assert_int_equal(weft_select(arms, 1), -1);
	weft_cancel_set(&stop);
	assert_true(weft_cancel_is_set(&stop));
}

static void
no_token_is_an_arm_that_is_off(void **state)
{
	weft_arm arm = weft_cancel_arm(NULL);

	(void)state;
	assert_false(weft_arm_is_on(&arm));
	assert_int_equal(weft_select(&arm, 1), -1);
}

struct waiting {
	weft_cancel *token;
	ints *channel;
	weft_atomic_u32 asleep;
	int won, seen;
	int *said;
	bool ready_only;
};

static void *
wait_for(void *arg)
{
	struct waiting *w = arg;
	int v;
	weft_arm arms[] = { ints_recv_arm(w->channel, &v), weft_cancel_arm(w->token) };
	weft_select_options how = { .ready_only = w->ready_only, .deadline = soon() };

	weft_store_seq_cst(&w->asleep, 1);
	w->won = weft_select_with(arms, 2, &how);
	w->seen = w->said != NULL ? *w->said : 0;
	return NULL;
}

/* Threads that wait for `token` when `set` is called for `asked`. */
static void
wake_by(weft_cancel *token, weft_cancel *asked, unsigned n, bool ready_only)
{
	struct waiting w[8] = { { 0 } };
	pthread_t threads[8];
	int said = 0;
	ints c;

	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	for (unsigned i = 0; i < n; i++) {
		w[i] = (struct waiting){ .token = token, .channel = &c, .said = &said,
			.ready_only = ready_only };
		assert_int_equal(pthread_create(&threads[i], NULL, wait_for, &w[i]), 0);
	}
	for (unsigned i = 0; i < n; i++)
		while (!weft_load_seq_cst(&w[i].asleep))
			weft_sleep_until(weft_after_us(100));
	weft_sleep_until(weft_after_ms(2));
	said = 8;
	weft_cancel_set(asked);
	for (unsigned i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(w[i].won, 1);
		assert_int_equal(w[i].seen, 8);
	}
	ints_fini(&c);
}

static void
a_thread_that_waits_is_woken(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		weft_cancel stop = { 0 };

		wake_by(&stop, &stop, 1, round % 2);
	}
}

static void
all_that_wait_are_woken(void **state)
{
	(void)state;
	for (int round = 0; round < 4; round++) {
		weft_cancel stop = { 0 };

		wake_by(&stop, &stop, 8, round % 2);
	}
}

static void
a_parent_wakes_them_too(void **state)
{
	weft_time none = { 0 };

	(void)state;
	for (int round = 0; round < 4; round++) {
		weft_cancel top = { 0 }, middle = weft_cancel_child(&top, weft_after_s(1000));
		weft_cancel low = weft_cancel_child(&middle, none);

		wake_by(&low, &top, 2, round % 2);
		assert_true(weft_cancel_is_set(&low));
	}
}

static void
others_sleep_on(void **state)
{
	weft_time none = { 0 };
	weft_cancel top = { 0 }, stop = weft_cancel_child(&top, none);
	weft_cancel sister = weft_cancel_child(&top, none);
	struct waiting w = { .token = &stop };
	pthread_t thread;
	ints c;

	(void)state;
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	w.channel = &c;
	assert_int_equal(pthread_create(&thread, NULL, wait_for, &w), 0);
	while (!weft_load_seq_cst(&w.asleep))
		weft_sleep_until(weft_after_us(100));
	/* It waits for one below that one, and for one beside this. */
	wake_by(&sister, &sister, 1, false);
	weft_must(ints_send(&c, 1));
	pthread_join(thread, NULL);
	assert_int_equal(w.won, 0);
	assert_false(weft_cancel_is_set(&stop));
	ints_fini(&c);
}

static void
a_deadline_of_a_chain_wins_in_time(void **state)
{
	weft_time none = { 0 }, end = weft_after_ms(40);
	weft_cancel top = weft_cancel_child(NULL, end);
	weft_cancel middle = weft_cancel_child(&top, weft_after_s(1000));
	weft_cancel low = weft_cancel_child(&middle, none);
	weft_arm arm = weft_cancel_arm(&low);

	(void)state;
	assert_int_equal(weft_select_until(&arm, 1, soon()), 0);
	assert_int_equal(arm.status, WEFT_OK);
	assert_true(weft_time_is_past(end));
	assert_false(weft_arm_is_on(&arm));
	arm = weft_cancel_arm(&low);
	assert_int_equal(weft_try_select(&arm, 1), 0);
}

/* Set while a thread is about to wait: at every moment of it, in time. */

struct pair {
	weft_cancel token;
	pthread_barrier_t begin;
	int late;
};

static void *
wait_often(void *arg)
{
	struct pair *p = arg;
	weft_arm arm;

	for (int round = 0; round < test_scale(1500); round++) {
		pthread_barrier_wait(&p->begin);
		arm = weft_cancel_arm(&p->token);
		p->late += weft_select_until(&arm, 1, soon()) != 0;
		pthread_barrier_wait(&p->begin);
	}
	return NULL;
}

static void
none_is_missed(void **state)
{
	struct pair p = { .late = 0 };
	uint64_t seed = 88172645463325252u;
	pthread_t thread;

	(void)state;
	pthread_barrier_init(&p.begin, NULL, 2);
	assert_int_equal(pthread_create(&thread, NULL, wait_often, &p), 0);
	for (int round = 0; round < test_scale(1500); round++) {
		p.token = (weft_cancel){ 0 };
		pthread_barrier_wait(&p.begin);
		for (uint64_t i = next_random(&seed) % 300; i != 0; i--)
			weft_pause();
		weft_cancel_set(&p.token);
		pthread_barrier_wait(&p.begin);
	}
	pthread_join(thread, NULL);
	assert_int_equal(p.late, 0);
	pthread_barrier_destroy(&p.begin);
}

/* In a signal handler, which may interrupt whoever joins or leaves. */

static weft_cancel tokens[64];
static weft_atomic_u32 next_token;

static void
set_next(int sig)
{
	uint32_t i = weft_load_relaxed(&next_token);

	(void)sig;
	if (i < 64) {
		weft_cancel_set(&tokens[i]);
		weft_store_relaxed(&next_token, i + 1);
	}
}

static void *
send_signals(void *arg)
{
	pthread_t *at = arg;

	while (weft_load_relaxed(&next_token) < 64) {
		pthread_kill(*at, SIGUSR1);
		usleep(50);
	}
	return NULL;
}

static void
a_signal_handler_may_set_one(void **state)
{
	struct sigaction act, old;
	pthread_t self = pthread_self(), thread;
	weft_arm arms[64];

	(void)state;
#ifdef TEST_OS_POSIX
	/* To wake takes a mutex there, which the thread itself may have. */
	skip();
#endif
	memset(&act, 0, sizeof act);
	act.sa_handler = set_next;
	sigaction(SIGUSR1, &act, &old);
	for (int round = 0; round < 20; round++) {
		unsigned won = 0;

		memset(tokens, 0, sizeof tokens);
		for (unsigned i = 0; i < 64; i++)
			arms[i] = weft_cancel_arm(&tokens[i]);
		weft_store_relaxed(&next_token, 0);
		assert_int_equal(pthread_create(&thread, NULL, send_signals, &self), 0);
		while (weft_select_until(arms, 64, soon()) >= 0)
			won++;
		pthread_join(thread, NULL);
		assert_int_equal(won, 64);
	}
	sigaction(SIGUSR1, &old, NULL);
}

/* A token that is set and gone at once, while others wait for theirs. */
static void *
set_short_lived(void *arg)
{
	weft_cancel *top = arg;
	weft_time none = { 0 };

	for (int i = 0; i < test_scale(8000); i++) {
		weft_cancel low = weft_cancel_child(top, none);
		weft_arm arm = weft_cancel_arm(&low);

		if (i % 2 != 0)
			weft_ignore(weft_select_until(&arm, 1, weft_after_us(1)));
		weft_cancel_set(&low);
		if (weft_select_until(&arm, 1, soon()) != 0)
			return arg;
	}
	return NULL;
}

static void
tokens_come_and_go(void **state)
{
	weft_cancel top = { 0 };
	pthread_t threads[3];
	void *late;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, set_short_lived, &top), 0);
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], &late);
		assert_null(late);
	}
	assert_false(weft_cancel_is_set(&top));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_wins_when_the_token_is_set),
		cmocka_unit_test(no_token_is_an_arm_that_is_off),
		cmocka_unit_test(a_thread_that_waits_is_woken),
		cmocka_unit_test(all_that_wait_are_woken),
		cmocka_unit_test(a_parent_wakes_them_too),
		cmocka_unit_test(others_sleep_on),
		cmocka_unit_test(a_deadline_of_a_chain_wins_in_time),
		cmocka_unit_test(none_is_missed),
		cmocka_unit_test(a_signal_handler_may_set_one),
		cmocka_unit_test(tokens_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
