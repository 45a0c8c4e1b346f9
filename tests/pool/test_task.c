/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_task.c: tasks by themselves, their handles, and who runs them when nobody else can. */
#include <weft/latch.h>
#include <weft/pool.h>

#include <pthread.h>

#include "test.h"

static weft_atomic_u64 total;

static weft_status
count(void *n)
{
	weft_fetch_add_relaxed(&total, *(uint64_t *)n);
	return *(uint64_t *)n == 7 ? WEFT_USER : WEFT_OK;
}

static void
on(weft_pool_options options, void (*fn)(void *), void *ctx)
{
	weft_pool *p = weft_pool_new(&options);

	assert_non_null(p);
	weft_pool_run(p, fn, ctx);
	weft_pool_free(p);
}

static void
spawn_and_wait(void *unused)
{
	static uint64_t number[64];
	weft_task *task[64];

	(void)unused;
	weft_store_relaxed(&total, 0);
	for (uint64_t i = 0; i < 64; i++) {
		number[i] = i;
		task[i] = weft_task_spawn(count, &number[i], (weft_lane)(i % 3));
		assert_non_null(task[i]);
	}
	for (uint64_t i = 64; i-- > 0;) {
		if (i % 2 == 0)
			while (!weft_task_is_done(task[i]))
				if (!weft_pool_yield())
					weft_pause();
		assert_int_equal(weft_task_wait(task[i]), i == 7 ? WEFT_USER : WEFT_OK);
	}
	assert_int_equal(weft_load_relaxed(&total), 64 * 63 / 2);
}

static void
a_handle_gives_the_status(void **state)
{
	(void)state;
	spawn_and_wait(NULL);
	for (unsigned threads = 1; threads <= 4; threads++)
		on((weft_pool_options){ .threads = threads }, spawn_and_wait, NULL);
	on((weft_pool_options){ .threads = 2, .caller_waits = true }, spawn_and_wait, NULL);
}

/* free waits for what was dropped, and for what that has spawned. */
static weft_status
spawn_below(void *depth_)
{
	static uint64_t number[3] = { 0, 1, 2 };
	uint64_t *depth = depth_;

	weft_fetch_add_relaxed(&total, 1);
	if (*depth > 0)
		for (int i = 0; i < 3; i++)
			weft_task_drop(weft_task_spawn(spawn_below, &number[*depth - 1],
			    (weft_lane)i));
	return WEFT_OK;
}

static void
drop_one(void *unused)
{
	static uint64_t depth = 3;

	(void)unused;
	weft_task_drop(weft_task_spawn(spawn_below, &depth, WEFT_BACKGROUND));
}

static void
free_waits_for_what_was_dropped(void **state)
{
	(void)state;
	for (int i = 0; i < test_scale(40); i++) {
		weft_store_relaxed(&total, 0);
		on((weft_pool_options){ .threads = 1 + (unsigned)i % 3 }, drop_one, NULL);
		assert_int_equal(weft_load_relaxed(&total), 1 + 3 + 9 + 27);
	}
}

/* One worker waits for a task that is queued later, from outside. */
struct later {
	weft_latch ready, asked;
	weft_task *task;
	uint64_t one;
	bool by_latch;
	weft_latch done;
};

static weft_status
finish_later(void *later_)
{
	struct later *l = later_;

	weft_latch_done(&l->done);
	return WEFT_OK;
}

static weft_status
wait_for_later(void *later_)
{
	struct later *l = later_;

	weft_latch_done(&l->asked);
	weft_latch_wait(&l->ready);
	if (l->by_latch)
		weft_latch_wait(&l->done);
	return weft_task_wait(l->task);
}

static void
one_worker(void *later_)
{
	struct later *l = later_;
	weft_task *first = weft_task_spawn(wait_for_later, l, WEFT_NORMAL);

	weft_latch_wait(&l->asked);
	l->task = weft_task_spawn(finish_later, l, WEFT_NORMAL);
	weft_latch_done(&l->ready);
	/* Not by weft_task_wait, which might run it. */
	while (!weft_task_is_done(first))
		weft_sleep_until(weft_after_us(50));
	assert_int_equal(weft_task_wait(first), WEFT_OK);
}

static void
one_worker_waits_for_a_task_queued_later(void **state)
{
	(void)state;
	for (int i = 0; i < test_scale(40); i++) {
		struct later l;

		memset(&l, 0, sizeof l);
		l.by_latch = i % 2 != 0;
		weft_latch_add(&l.ready, 1);
		weft_latch_add(&l.asked, 1);
		weft_latch_add(&l.done, 1);
		/* A wait by the handle needs no other thread: it runs the task. */
		on((weft_pool_options){ .threads = 1, .no_spare = !l.by_latch }, one_worker, &l);
	}
}

/* A task that has begun elsewhere: who waits for it gives the place away. */
static weft_status
wait_for_other(void *task)
{
	return weft_task_wait(*(weft_task **)task);
}

static weft_status
run_long(void *latch)
{
	weft_latch_wait(latch);
	return WEFT_USER;
}

static void
wait_for_running(void *unused)
{
	struct later l;
	weft_task *task[3];

	(void)unused;
	memset(&l, 0, sizeof l);
	weft_latch_add(&l.done, 1);
	task[0] = weft_task_spawn(run_long, &l.done, WEFT_URGENT);
	task[1] = weft_task_spawn(wait_for_other, &task[0], WEFT_NORMAL);
	/* Runs only if both of the others have given their places away: there are two. */
	task[2] = weft_task_spawn(finish_later, &l, WEFT_BACKGROUND);
	while (!weft_task_is_done(task[1]))
		weft_sleep_until(weft_after_us(50));
	assert_int_equal(weft_task_wait(task[1]), WEFT_USER);
	assert_int_equal(weft_task_wait(task[2]), WEFT_OK);
}

static void
a_wait_for_a_running_task_gives_the_place_away(void **state)
{
	(void)state;
	for (int i = 0; i < test_scale(40); i++)
		on((weft_pool_options){ .threads = 1 + (unsigned)i % 2 }, wait_for_running, NULL);
}

/* weft_pool_run of a pool whose callers wait: on a worker of its own. */
static void
look(void *worker)
{
	*(int *)worker = weft_pool_worker();
}

static void
callers_wait(void **state)
{
	weft_pool_options options = { .threads = 1, .caller_waits = true };
	weft_pool *p = weft_pool_new(&options);
	int worker = -2;

	(void)state;
	assert_non_null(p);
	weft_pool_run(p, look, &worker);
	assert_int_equal(worker, 0);
	options.caller_waits = false;
	weft_pool_free(p);
	on(options, look, &worker);
	assert_int_equal(worker, -1);
}

/* A worker runs what it waits for, though callers from outside would not. */
static void
workers_of_such_a_pool_do_not(void **state)
{
	(void)state;
	on((weft_pool_options){ .threads = 1, .caller_waits = true, .no_spare = true },
	    spawn_and_wait, NULL);
}

/* From one pool to another and back: the first worker gives its place away meanwhile. */
static weft_pool *here, *there;

static void
go_back(void *worker)
{
	weft_pool_run(here, look, worker);
}

static void
go_there(void *worker)
{
	weft_pool_run(there, go_back, worker);
}

static void
pools_call_each_other(void **state)
{
	weft_pool_options options = { .threads = 1, .caller_waits = true };

	(void)state;
	here = weft_pool_new(&options);
	there = weft_pool_new(&options);
	for (int i = 0; i < 20; i++) {
		int worker = -2;

		weft_pool_run(here, go_there, &worker);
		assert_true(worker >= 0);
	}
	weft_pool_free(here);
	weft_pool_free(there);
}

/* Memory: pages that come to an end. */
static weft_atomic_i64 pages_left;
static weft_atomic_i64 pages_out;

static void *
page_alloc(size_t size, void *ctx)
{
	void *p;

	(void)ctx;
	if (weft_fetch_sub_relaxed(&pages_left, 1) <= 0)
		return NULL;
	p = aligned_alloc(WEFT_PAGE, size);
	if (p != NULL) {
		memset(p, 0, size);
		weft_fetch_add_relaxed(&pages_out, 1);
	}
	return p;
}

static void
page_free(void *p, size_t size, void *ctx)
{
	(void)size;
	(void)ctx;
	weft_fetch_sub_relaxed(&pages_out, 1);
	free(p);
}

static bool
page_discard(void *p, size_t size, void *ctx)
{
	(void)p;
	(void)size;
	(void)ctx;
	return false;
}

static void
spawn_all_ways(void *unused)
{
	uint64_t one = 1;
	weft_task *task = weft_task_spawn(count, &one, WEFT_NORMAL);
	uint64_t expected = task != NULL;
	WEFT_TASKS(t);

	(void)unused;
	/* More than one block of memory. */
	for (int i = 0; i < 2000; i++)
		weft_tasks_spawn(&t, count, &one);
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
	if (task != NULL)
		assert_int_equal(weft_task_wait(task), WEFT_OK);
	assert_int_equal(weft_load_relaxed(&total), 2000 + expected);
}

static void
without_memory(int64_t pages)
{
	weft_pool *p;

	weft_store_relaxed(&total, 0);
	weft_store_relaxed(&pages_left, pages);
	p = weft_pool_new(&(weft_pool_options){ .threads = 2 });
	if (p != NULL)
		weft_pool_run(p, spawn_all_ways, NULL);
	weft_pool_free(p);
	/* And on the process's pool, which may come to be now, or not. */
	weft_store_relaxed(&total, 0);
	weft_store_relaxed(&pages_left, pages);
	spawn_all_ways(NULL);
}

static void
each_allocation_fails_in_turn(void **state)
{
	(void)state;
	for (int64_t pages = 0; pages < 12; pages++)
		without_memory(pages);
	weft_store_relaxed(&pages_left, 1 << 20);
}

int
main(void)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator a = test_allocator(&memory);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_fails_in_turn),
		cmocka_unit_test(a_handle_gives_the_status),
		cmocka_unit_test(free_waits_for_what_was_dropped),
		cmocka_unit_test(one_worker_waits_for_a_task_queued_later),
		cmocka_unit_test(a_wait_for_a_running_task_gives_the_place_away),
		cmocka_unit_test(callers_wait),
		cmocka_unit_test(workers_of_such_a_pool_do_not),
		cmocka_unit_test(pools_call_each_other),
	};

	a.page_alloc = page_alloc;
	a.page_free = page_free;
	a.page_discard = page_discard;
	assert_true(weft_set_allocator(&a));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
