/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_bias_rwlock.c: the reader-biased lock: exclusion, whose lines are written, bad input. */
#include <stdlib.h>
#include <weft/rwlock.h>

#include "base/os.h"
#include "sync_test.h"

static bool
has_bias(weft_bias_rwlock *l)
{
	return weft_load_seq_cst(&l->bias_) == 1;
}

static void
nap(void)
{
	weft_sleep_until(weft_after_us(200));
}

static void
many_read_and_one_writes(void **state)
{
	weft_bias_rwlock l;
	weft_time end;

	(void)state;
	assert_true(weft_bias_rwlock_init(&l));
	weft_bias_rwlock_read_lock(&l);
	assert_true(weft_bias_rwlock_try_read_lock(&l));
	assert_true(weft_bias_rwlock_read_lock_until(&l, weft_after_ms(-1)));
	assert_false(weft_bias_rwlock_try_write_lock(&l));
	end = weft_after_ms(10);
	assert_false(weft_bias_rwlock_write_lock_until(&l, end));
	assert_true(weft_time_is_past(end));
	for (int i = 0; i < 3; i++) {
		assert_false(weft_bias_rwlock_write_lock_until(&l, weft_after_ms(-1)));
		weft_bias_rwlock_read_unlock(&l);
	}
	for (int i = 0; i < 3; i++) {
		assert_true(weft_bias_rwlock_try_write_lock(&l));
		assert_false(weft_bias_rwlock_try_write_lock(&l));
		assert_false(weft_bias_rwlock_try_read_lock(&l));
		end = weft_after_ms(5);
		assert_false(weft_bias_rwlock_read_lock_until(&l, end));
		assert_true(weft_time_is_past(end));
		weft_bias_rwlock_write_unlock(&l);
		weft_bias_rwlock_read_lock(&l);
		weft_bias_rwlock_read_unlock(&l);
		weft_bias_rwlock_write_lock(&l);
		weft_bias_rwlock_write_unlock(&l);
	}
	weft_bias_rwlock_fini(&l);
}

static void
a_reader_writes_its_own_line_only(void **state)
{
	weft_bias_rwlock l, before;
	unsigned lines = 0;

	(void)state;
	assert_true(weft_bias_rwlock_init(&l));
	weft_bias_rwlock_read_lock(&l);
	weft_bias_rwlock_read_unlock(&l);
	if (!has_bias(&l)) {
		weft_bias_rwlock_fini(&l);
		skip();
	}
	memcpy(&before, &l, sizeof l);
	weft_bias_rwlock_read_lock(&l);
	assert_memory_equal(&before, &l, sizeof l);
	for (uint32_t i = 0; i < l.n_lines_; i++)
		lines += weft_load_relaxed(&l.lines_[i].inside_) != 0;
	assert_int_equal(lines, 1);
	weft_bias_rwlock_read_unlock(&l);
	assert_memory_equal(&before, &l, sizeof l);
	for (uint32_t i = 0; i < l.n_lines_; i++)
		assert_int_equal(weft_load_relaxed(&l.lines_[i].inside_), 0);
	weft_bias_rwlock_fini(&l);
}

static void
after_a_write_the_bias_comes_back(void **state)
{
	weft_bias_rwlock l;

	(void)state;
	assert_true(weft_bias_rwlock_init(&l));
	if (!has_bias(&l)) {
		weft_bias_rwlock_fini(&l);
		skip();
	}
	for (int round = 0; round < 3; round++) {
		weft_bias_rwlock_write_lock(&l);
		assert_false(has_bias(&l));
		weft_bias_rwlock_write_unlock(&l);
		assert_false(has_bias(&l));
		weft_sleep_until((weft_time){ weft_load_relaxed(&l.again_ns_) });
		for (int i = 0; i < 16; i++) {
			weft_bias_rwlock_read_lock(&l);
			if (has_bias(&l))
				break;
			weft_bias_rwlock_read_unlock(&l);
		}
		assert_true(has_bias(&l));
		/* This one went by the inner lock, and leaves it so. */
		assert_false(weft_bias_rwlock_try_write_lock(&l));
		weft_bias_rwlock_read_unlock(&l);
		assert_true(has_bias(&l));
	}
	/* Not before its time. */
	weft_bias_rwlock_write_lock(&l);
	weft_store_relaxed(&l.again_ns_, INT64_MAX);
	weft_bias_rwlock_write_unlock(&l);
	for (int i = 0; i < 64; i++) {
		weft_bias_rwlock_read_lock(&l);
		assert_false(has_bias(&l));
		weft_bias_rwlock_read_unlock(&l);
	}
	weft_bias_rwlock_fini(&l);
}

/* Stress: all verbs over plain counters. */

struct arena {
	weft_bias_rwlock l;
	uint64_t a, b;               /* equal whenever nobody writes */
	weft_atomic_u64 writes, wrong;
	int rounds, write_every, hold_us;
	bool timed;
};

struct fighter { struct arena *arena; uint64_t seed; pthread_t thread; };

static void
hold(struct arena *a, uint64_t dice)
{
	if (a->hold_us != 0 && (dice >> 16) % 16 == 0)
		weft_sleep_until(weft_after_us((int64_t)((dice >> 24) % (uint64_t)a->hold_us)));
}

static void
fight_once(struct arena *a, uint64_t dice)
{
	weft_time end = a->timed ? weft_after_us((int64_t)((dice >> 8) % 60)) : WEFT_FOREVER;
	bool tries = dice % 7 == 0;

	if ((dice >> 32) % (uint64_t)a->write_every == 0) {
		if (!(tries ? weft_bias_rwlock_try_write_lock(&a->l)
		            : weft_bias_rwlock_write_lock_until(&a->l, end)))
			return;
		a->a++;
		hold(a, dice);
		a->b++;
		weft_fetch_add_relaxed(&a->writes, 1);
		weft_bias_rwlock_write_unlock(&a->l);
	} else {
		if (!(tries ? weft_bias_rwlock_try_read_lock(&a->l)
		            : weft_bias_rwlock_read_lock_until(&a->l, end)))
			return;
		if (a->a != a->b)
			weft_fetch_add_relaxed(&a->wrong, 1);
		hold(a, dice);
		if (a->a != a->b)
			weft_fetch_add_relaxed(&a->wrong, 1);
		weft_bias_rwlock_read_unlock(&a->l);
	}
}

static void *
fight(void *arg)
{
	struct fighter *f = arg;

	for (int i = 0; i < f->arena->rounds; i++)
		fight_once(f->arena, next_random(&f->seed));
	return NULL;
}

enum { THREADS_MOST = 24 };

static void
fight_all(struct arena *a, int threads)
{
	struct fighter f[THREADS_MOST];

	assert_true(weft_bias_rwlock_init(&a->l));
	for (int i = 0; i < threads; i++) {
		f[i] = (struct fighter){ a, 88172645463325252u + (uint64_t)i * 7919, 0 };
		pthread_create(&f[i].thread, NULL, fight, &f[i]);
	}
	for (int i = 0; i < threads; i++)
		pthread_join(f[i].thread, NULL);
	assert_int_equal(weft_load_relaxed(&a->wrong), 0);
	assert_int_equal(a->a, a->b);
	assert_int_equal(a->a, weft_load_relaxed(&a->writes));
	assert_true(weft_bias_rwlock_try_write_lock(&a->l));
	weft_bias_rwlock_write_unlock(&a->l);
	weft_bias_rwlock_fini(&a->l);
}

static void
writers_are_alone(void **state)
{
	struct arena seldom = { .rounds = test_scale(200000), .write_every = 1000 };
	struct arena often = { .rounds = test_scale(40000), .write_every = 8 };

	(void)state;
	fight_all(&seldom, 4);
	fight_all(&often, 4);
}

static void
sleepers_are_all_woken(void **state)
{
	struct arena a = { .rounds = test_scale(4000), .write_every = 20, .hold_us = 120 };

	(void)state;
	fight_all(&a, 4);
}

static void
deadlines_lose_nothing(void **state)
{
	struct arena a = { .rounds = test_scale(20000), .write_every = 50, .timed = true };
	struct arena b = { .rounds = test_scale(4000), .write_every = 20, .timed = true,
		.hold_us = 100 };

	(void)state;
	fight_all(&a, 4);
	fight_all(&b, 4);
}

static void
more_threads_than_lines(void **state)
{
	struct arena a = { .rounds = test_scale(4000), .write_every = 100 };

	(void)state;
	fight_all(&a, THREADS_MOST);
}

static void
without_membarrier(void *arg)
{
	struct arena a = { .rounds = test_scale(20000), .write_every = 50 };

	(void)arg;
	weft_os_membarrier_forbid(true);
	fight_all(&a, 4);
	assert_true(weft_bias_rwlock_init(&a.l));
	_exit(!WEFT_TSAN_ && has_bias(&a.l));
}

static void
without_membarrier_it_is_the_inner_lock(void **state)
{
	(void)state;
	assert_int_equal(test_in_child(without_membarrier, NULL), 0);
}

struct held { weft_bias_rwlock *l; weft_atomic_u32 in, go; };

static void *
hold_reading(void *arg)
{
	struct held *h = arg;

	weft_bias_rwlock_read_lock(h->l);
	weft_store_seq_cst(&h->in, 1);
	while (!weft_load_seq_cst(&h->go))
		nap();
	weft_bias_rwlock_read_unlock(h->l);
	return NULL;
}

static void *
write_once(void *arg)
{
	struct held *h = arg;

	weft_bias_rwlock_write_lock(h->l);
	weft_store_seq_cst(&h->in, 1);
	weft_bias_rwlock_write_unlock(h->l);
	return NULL;
}

static void
a_waiting_writer_stops_new_readers(void **state)
{
	weft_bias_rwlock l;
	struct held r = { .l = &l }, w = { .l = &l };
	pthread_t reader, writer;

	(void)state;
	assert_true(weft_bias_rwlock_init(&l));
	pthread_create(&reader, NULL, hold_reading, &r);
	while (!weft_load_seq_cst(&r.in))
		nap();
	pthread_create(&writer, NULL, write_once, &w);
	while (weft_bias_rwlock_try_read_lock(&l)) {
		weft_bias_rwlock_read_unlock(&l);
		nap();
	}
	weft_sleep_until(weft_after_ms(5));
	assert_false(weft_bias_rwlock_try_read_lock(&l));
	assert_int_equal(weft_load_seq_cst(&w.in), 0);
	weft_store_seq_cst(&r.go, 1);
	pthread_join(reader, NULL);
	pthread_join(writer, NULL);
	assert_int_equal(weft_load_seq_cst(&w.in), 1);
	weft_bias_rwlock_fini(&l);
}

static void *
slot_of_thread(void *arg)
{
	weft_bias_rwlock *l = arg;

	weft_bias_rwlock_read_lock(l);
	weft_bias_rwlock_read_unlock(l);
	return (void *)(uintptr_t)weft_slot_;
}

static void
a_thread_that_ends_leaves_its_line_to_the_next(void **state)
{
	weft_bias_rwlock l;
	pthread_t thread;
	void *first, *next;

	(void)state;
	assert_true(weft_bias_rwlock_init(&l));
	pthread_create(&thread, NULL, slot_of_thread, &l);
	pthread_join(thread, &first);
	if (!has_bias(&l)) {
		weft_bias_rwlock_fini(&l);
		skip();
	}
	for (int i = 0; i < 100; i++) {
		pthread_create(&thread, NULL, slot_of_thread, &l);
		pthread_join(thread, &next);
		assert_ptr_equal(first, next);
	}
	weft_bias_rwlock_fini(&l);
}

static void
without_memory(void *arg)
{
	struct test_memory m = TEST_MEMORY;
	weft_allocator failing = test_allocator(&m);
	weft_bias_rwlock l;
	bool right;

	(void)arg;
	m.fail_at = 0;
	right = weft_set_allocator(&failing) && !weft_bias_rwlock_init(&l) && m.out == 0 &&
	    weft_bias_rwlock_init(&l) && m.out == 1;
	if (right)
		weft_bias_rwlock_fini(&l);
	_exit(!right || m.out != 0);
}

static void
no_memory_is_said(void **state)
{
	(void)state;
	assert_int_equal(test_in_child(without_memory, NULL), 0);
}

static void
fini_while_held(void *arg)
{
	weft_bias_rwlock l;

	(void)arg;
	if (!weft_bias_rwlock_init(&l))
		return;
	weft_bias_rwlock_read_lock(&l);
	weft_bias_rwlock_fini(&l);
}

static void
lock_before_init(void *arg)
{
	weft_bias_rwlock l;

	(void)arg;
	memset(&l, 0, sizeof l);
	weft_bias_rwlock_read_lock(&l);
}

static void
write_a_copy(void *arg)
{
	weft_bias_rwlock l, copy;

	(void)arg;
	if (!weft_bias_rwlock_init(&l))
		return;
	copy = l;
	weft_bias_rwlock_write_lock(&copy);
}

static void
misuse_traps(void **state)
{
	(void)state;
	assert_aborts(fini_while_held, NULL, "weft_bias_rwlock_fini: a thread holds the lock");
	assert_aborts(lock_before_init, NULL, "weft_bias_rwlock_read_lock: the object was not");
	assert_aborts(write_a_copy, NULL, "weft_bias_rwlock_write_lock: the object was not");
}

static void
the_untyped_functions_are_the_same(void **state)
{
	weft_bias_rwlock l;

	(void)state;
	assert_true(weft_bias_rwlock_init(&l));
	(weft_bias_rwlock_read_lock)(&l);
	assert_true((weft_bias_rwlock_try_read_lock)(&l));
	assert_true((weft_bias_rwlock_read_lock_until)(&l, WEFT_FOREVER));
	assert_false((weft_bias_rwlock_try_write_lock)(&l));
	assert_false((weft_bias_rwlock_write_lock_until)(&l, weft_after_ms(-1)));
	for (int i = 0; i < 3; i++)
		(weft_bias_rwlock_read_unlock)(&l);
	(weft_bias_rwlock_write_lock)(&l);
	(weft_bias_rwlock_write_unlock)(&l);
	weft_bias_rwlock_fini(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_memory_is_said),
		cmocka_unit_test(without_membarrier_it_is_the_inner_lock),
		cmocka_unit_test(many_read_and_one_writes),
		cmocka_unit_test(a_reader_writes_its_own_line_only),
		cmocka_unit_test(after_a_write_the_bias_comes_back),
		cmocka_unit_test(writers_are_alone),
		cmocka_unit_test(sleepers_are_all_woken),
		cmocka_unit_test(deadlines_lose_nothing),
		cmocka_unit_test(more_threads_than_lines),
		cmocka_unit_test(a_waiting_writer_stops_new_readers),
		cmocka_unit_test(a_thread_that_ends_leaves_its_line_to_the_next),
		cmocka_unit_test(misuse_traps),
		cmocka_unit_test(the_untyped_functions_are_the_same),
	};

	alarm(150);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
