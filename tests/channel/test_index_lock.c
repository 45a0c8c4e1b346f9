/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_index_lock.c: the lock of a side: one thread at a time, whoever owns it, or did. */
#include "test.h"

#include <pthread.h>
#include <sched.h>

/* Before an atomic step here and there another thread runs. */
static _Thread_local unsigned steps;

static void
step(void)
{
	steps = steps * 1103515245u + 12345u;
	if (steps >> 25 == 0)
		sched_yield();
}

#define WEFT_ATOMIC_STEP_() step()

#include <weft/detail/index_lock_inl.h>

#include "base/os.h"

#define THREADS 8
#define PATIENCE 4096u   /* as in index_lock.c: a longer streak makes an owner */

static struct {
	weft_index_lock_ lock;
	weft_atomic_u32 inside;
	uint64_t takes;          /* plain: under the lock */
	weft_atomic_u32 go_on;
} shared;

static bool
is_owned(void)
{
	/* relaxed: a look. */
	return weft_load_relaxed(&shared.lock.owner_) != 0;
}

static void
touch(void)
{
	/* relaxed: the lock orders it, or the test fails. */
	if (weft_fetch_add_relaxed(&shared.inside, 1) != 0)
		abort();
	shared.takes++;
	/* relaxed: as above. */
	weft_fetch_sub_relaxed(&shared.inside, 1);
}

static void
take(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		weft_index_lock_take_(&shared.lock, "take");
		touch();
		weft_index_lock_leave_(&shared.lock);
	}
}

static void
take_outside(void)
{
	weft_index_lock_take_outside_(&shared.lock);
	touch();
	weft_index_lock_leave_outside_(&shared.lock);
}

static void
begin(bool declared)
{
	memset(&shared, 0, sizeof shared);
	weft_index_lock_init_(&shared.lock, declared);
}

static void
a_long_streak_makes_an_owner(void **state)
{
	(void)state;
	begin(false);
	take(PATIENCE);
	assert_false(is_owned());
	take(1);
	assert_int_equal(is_owned(), weft_asym_is_cheap_());
	take(1000);
	assert_int_equal(shared.takes, PATIENCE + 1001);
}

static void
of_a_declared_side_the_first_take_does(void **state)
{
	(void)state;
	begin(true);
	take(1);
	assert_int_equal(is_owned(), weft_asym_is_cheap_());
}

static void
another_takes_it_away(void **state)
{
	(void)state;
	begin(true);
	take(10);
	take_outside();
	assert_false(is_owned());
	take(1);
	assert_int_equal(is_owned(), weft_asym_is_cheap_());
}

static void
without_membarrier_nobody_owns(void **state)
{
	(void)state;
	weft_os_membarrier_forbid(true);
	begin(true);
	take(3 * PATIENCE);
	assert_false(is_owned());
	weft_os_membarrier_forbid(false);
}

/* Bursts that make owners, and short ones; now and then from outside. */
static void *
burst(void *ctx)
{
	unsigned me = (unsigned)(uintptr_t)ctx;
	uint64_t mine = 0;

	for (unsigned round = 0; round < 60; round++) {
		bool is_long = (round * 7 + me * 3) % 5 == 0;
		unsigned n = is_long ? PATIENCE + 500 : (round * 31 + me) % 97;

		take(n);
		mine += n;
		if ((round + me) % 3 == 0) {
			take_outside();
			mine++;
		}
		if (round % 8 == me)
			sched_yield();
	}
	return (void *)(uintptr_t)mine;
}

static void
one_thread_at_a_time(void **state)
{
	pthread_t threads[THREADS];
	uint64_t all = 0;
	void *mine;

	(void)state;
	for (int round = 0; round < 5; round++) {
		begin(false);
		/* More become owners than there are seats, if they come at all. */
		shared.lock.patience_ = weft_asym_is_cheap_() ? 16 : WEFT_INDEX_LOCK_NEVER_;
		all = 0;
		for (uintptr_t i = 0; i < THREADS; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, burst, (void *)i), 0);
		for (int i = 0; i < THREADS; i++) {
			assert_int_equal(pthread_join(threads[i], &mine), 0);
			all += (uintptr_t)mine;
		}
		assert_int_equal(shared.takes, all);
	}
}

/* A declared side goes from thread to thread, each after the other. */
static void *
take_some(void *ctx)
{
	(void)ctx;
	take(100);
	return NULL;
}

static void
a_declared_side_may_change_hands(void **state)
{
	pthread_t thread;

	(void)state;
	begin(true);
	for (int i = 0; i < 20; i++) {
		take(100);
		assert_int_equal(pthread_create(&thread, NULL, take_some, NULL), 0);
		assert_int_equal(pthread_join(thread, NULL), 0);
	}
	assert_int_equal(shared.takes, 4000);
}

static void *
take_once(void *ctx)
{
	(void)ctx;
	weft_index_lock_take_(&shared.lock, "second");
	return NULL;
}

/* The owner is inside, and a second thread comes by the same side. */
static void
two_at_once(void *ctx)
{
	pthread_t thread;

	(void)ctx;
	begin(true);
	weft_index_lock_take_(&shared.lock, "first");
	if (pthread_create(&thread, NULL, take_once, NULL) == 0)
		pthread_join(thread, NULL);
}

static void
a_second_one_at_the_same_time_is_trapped(void **state)
{
	(void)state;
	if (!weft_asym_is_cheap_())
		skip();
	assert_aborts(two_at_once, NULL, "second: a second thread uses the side that was declared");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_streak_makes_an_owner),
		cmocka_unit_test(of_a_declared_side_the_first_take_does),
		cmocka_unit_test(another_takes_it_away),
		cmocka_unit_test(without_membarrier_nobody_owns),
		cmocka_unit_test(one_thread_at_a_time),
		cmocka_unit_test(a_declared_side_may_change_hands),
		cmocka_unit_test(a_second_one_at_the_same_time_is_trapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
