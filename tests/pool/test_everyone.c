/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_everyone.c: calling a function once on each worker. */
#include <weft/latch.h>
#include <weft/pool.h>

#include <pthread.h>

#include "test.h"

/* How often each worker was called; plain, since a worker writes only its own. */
struct calls {
	unsigned by[64];
};

static void
count(unsigned worker, void *calls)
{
	assert_int_equal(weft_pool_worker(), worker);
	((struct calls *)calls)->by[worker]++;
}

static void
check(const struct calls *calls, unsigned threads, unsigned each)
{
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(calls->by[i], i < threads ? each : 0);
}

struct call_in {
	weft_pool *pool;
	struct calls calls;
};

static void
call_from_inside(void *call_in)
{
	struct call_in *in = call_in;

	weft_pool_broadcast(NULL, count, &in->calls);
	weft_pool_broadcast(in->pool, count, &in->calls);
}

static void
each_worker_is_called_once(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 4; threads++)
		for (int waits = 0; waits < 2; waits++) {
			struct call_in in = { .pool = weft_pool_new(&(weft_pool_options){
			    .threads = threads, .caller_waits = waits }) };

			assert_non_null(in.pool);
			for (int i = 0; i < test_scale(80); i++)
				weft_pool_broadcast(in.pool, count, &in.calls);
			check(&in.calls, threads, (unsigned)test_scale(80));
			weft_pool_run(in.pool, call_from_inside, &in);
			check(&in.calls, threads, (unsigned)test_scale(80) + 2);
			weft_pool_free(in.pool);
		}
}

/* Tasks call all at once, and callers from outside meanwhile. */
static weft_status
call_all(void *call_in)
{
	struct call_in *in = call_in;

	weft_pool_broadcast(in->pool, count, &in->calls);
	return WEFT_OK;
}

static void *
call_often(void *call_in)
{
	for (int i = 0; i < test_scale(40); i++)
		weft_ignore(call_all(call_in));
	return NULL;
}

static void
call_from_tasks(void *call_in)
{
	WEFT_TASKS(t);

	for (int i = 0; i < test_scale(40); i++)
		weft_tasks_spawn(&t, call_all, call_in);
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
}

static void
many_call_at_the_same_time(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 4; threads++) {
		weft_pool_options options = { .threads = threads };
		struct call_in in = { .pool = weft_pool_new(&options) };
		pthread_t thread[2];

		for (int i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&thread[i], NULL, call_often, &in), 0);
		weft_pool_run(in.pool, call_from_tasks, &in);
		for (int i = 0; i < 2; i++)
			pthread_join(thread[i], NULL);
		check(&in.calls, threads, 3 * (unsigned)test_scale(40));
		weft_pool_free(in.pool);
	}
}

/* A function that is called calls all in its turn. */
static void
call_again(unsigned worker, void *call_in)
{
	struct call_in *in = call_in;

	(void)worker;
	weft_pool_broadcast(in->pool, count, &in->calls);
}

static void
calls_nest(void **state)
{
	struct call_in in = { .pool = weft_pool_new(&(weft_pool_options){ .threads = 3 }) };

	(void)state;
	for (int i = 0; i < 20; i++)
		weft_pool_broadcast(in.pool, call_again, &in);
	check(&in.calls, 3, 20 * 3);
	weft_pool_free(in.pool);
}

/* Spare threads are not called, though they are there: the pool's own are all blocked. */
static weft_status
hold(void *latch)
{
	weft_latch_wait(latch);
	return WEFT_OK;
}

static weft_status
let_go(void *latch)
{
	weft_latch_done(latch);
	return WEFT_OK;
}

static void
hold_all(void *unused)
{
	weft_task *task[4];
	weft_latch latch;

	(void)unused;
	memset(&latch, 0, sizeof latch);
	weft_latch_add(&latch, 1);
	for (int i = 0; i < 4; i++)
		task[i] = weft_task_spawn(i < 3 ? hold : let_go, &latch, WEFT_NORMAL);
	weft_latch_wait(&latch);
	for (int i = 0; i < 4; i++)
		assert_int_equal(weft_task_wait(task[i]), WEFT_OK);
}

static void
spare_threads_are_not_called(void **state)
{
	struct call_in in = { .pool = weft_pool_new(&(weft_pool_options){ .threads = 2 }) };

	(void)state;
	weft_pool_run(in.pool, hold_all, NULL);
	weft_pool_broadcast(in.pool, count, &in.calls);
	check(&in.calls, 2, 1);
	weft_pool_free(in.pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_worker_is_called_once),
		cmocka_unit_test(many_call_at_the_same_time),
		cmocka_unit_test(calls_nest),
		cmocka_unit_test(spare_threads_are_not_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
