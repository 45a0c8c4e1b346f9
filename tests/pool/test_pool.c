/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_pool.c: pools, from new to free: threads, hooks, names, CPUs, refusals, misuse. */
#include <weft/pool.h>

#include <pthread.h>
#include <sys/resource.h>

#include "../../src/base/os.h"
#include "../../src/base/os_thread.h"
#include "../../src/pool/worker.h"
#include "meet.h"
#include "begun.h"

static struct test_memory memory = TEST_MEMORY;

static void *
page_alloc(size_t size, void *ctx)
{
	void *p = test_memory_alloc(size, WEFT_PAGE, ctx);

	return p == NULL ? NULL : memset(p, 0, size);
}

static void
page_free(void *p, size_t size, void *ctx)
{
	test_memory_free(p, size, WEFT_PAGE, ctx);
}

static bool
page_discard(void *p, size_t size, void *ctx)
{
	(void)p;
	(void)size;
	(void)ctx;
	return false;
}

static weft_pool *
new_pool(unsigned threads)
{
	weft_pool_options options = { .threads = threads };
	weft_pool *p = weft_pool_new(&options);

	assert_non_null(p);
	return p;
}

/* Misuse: before this process has threads. */

static weft_atomic_ptr to_free;

static void
free_on_start(unsigned worker, void *ctx)
{
	weft_pool *p;

	(void)worker;
	(void)ctx;
	while ((p = weft_load_acquire(&to_free)) == NULL)
		sched_yield();
	weft_pool_free(p);
}

static void
free_by_own_worker(void *unused)
{
	weft_pool_options options = { .threads = 1, .on_start = free_on_start };

	(void)unused;
	weft_store_release(&to_free, weft_pool_new(&options));
	pause();
}

static void
free_inside(void *p)
{
	weft_pool_free(p);
}

static void
free_while_used(void *unused)
{
	weft_pool *p = new_pool(1);

	(void)unused;
	weft_pool_run(p, free_inside, p);
}

static void
free_of_process(void *unused)
{
	(void)unused;
	weft_pool_free(weft_pool_current());
}

static void
call_nothing(void *unused)
{
	(void)unused;
	weft_join(NULL, NULL, free_inside, NULL);
}

static void
run_nothing(void *unused)
{
	(void)unused;
	weft_pool_run(NULL, free_inside, NULL);
}

static void
nothing(void *unused)
{
	(void)unused;
}

static void
short_rest(void *unused)
{
	(void)unused;
	sleep_ms(5);
}

static void
fork_without_unfork(void *unused)
{
	weft_fork f = weft_fork_begin_(nothing, NULL);

	(void)unused;
	(void)f;
}

static void
join_with_a_fork(void *unused)
{
	(void)unused;
	sleep_ms(1);
	weft_join(short_rest, NULL, fork_without_unfork, NULL);
}

static void
leave_a_fork_behind(void *unused)
{
	weft_pool *p = new_pool(2);

	(void)unused;
	/* Told where it was another worker that ran it. */
	for (;;)
		weft_pool_run(p, join_with_a_fork, NULL);
}

static void
misuse_is_told(void **state)
{
	(void)state;
	assert_aborts(free_by_own_worker, NULL, "called by a worker of the pool");
	assert_aborts(free_while_used, NULL, "a thread is in weft_pool_run of the pool");
	assert_aborts(free_of_process, NULL, "the process's own pool");
	assert_aborts(call_nothing, NULL, "the function is NULL");
	assert_aborts(run_nothing, NULL, "the pool or the function is NULL");
}

static void
forks_left_behind_are_told(void **state)
{
	(void)state;
	assert_aborts(leave_a_fork_behind, NULL, "without an unfork for each of its forks");
}

/* Threads. */

static void
nested_joins_add_no_threads(void **state)
{
	unsigned before = count_threads();
	weft_pool *p = new_pool(3);
	struct meeting m = { .then = NULL };

	(void)state;
	assert_int_equal(count_threads(), before + 3);
	assert_true(meet(p, &m));
	for (int i = 0; i < test_scale(40); i++) {
		assert_true(tree_is_right(p, 2000));
		assert_int_equal(count_threads(), before + 3);
	}
	weft_pool_free(p);
	assert_int_equal(count_threads(), before);
}

static uint64_t
cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	    (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void
an_idle_pool_burns_nothing(void **state)
{
	weft_pool *p = new_pool(4);
	struct meeting m = { .then = NULL };
	uint64_t before;

	(void)state;
	assert_true(meet(p, &m));
	assert_true(tree_is_right(p, 1000));
	sleep_ms(100);
	before = cpu_us();
	sleep_ms(1000);
	/* A sanitizer, or an emulator, has threads of its own; who spins burns a second. */
	assert_in_range(cpu_us() - before, 0, TEST_IS_SLOW ? 100000 : 999);
	weft_pool_free(p);
}

static void
refused_threads_are_missing(void **state)
{
	(void)state;
	for (unsigned had = 0; had < 4; had++) {
		weft_pool_stats s;
		weft_pool *p;

		weft_thread_refuse_(had);
		p = new_pool(3);
		weft_thread_refuse_(-1);
		s = weft_pool_usage(p);
		assert_int_equal(s.threads, had < 3 ? had : 3);
		assert_int_equal(s.missing, had < 3 ? 3 - had : 0);
		assert_int_equal(weft_pool_threads(p), had == 0 ? 1 : s.threads);
		assert_true(tree_is_right(p, 1000));
		weft_pool_free(p);
	}
}

static void
each_allocation_may_fail(void **state)
{
	long made = 0;

	(void)state;
	/* What stays: the process's own pool, and this thread's worker in it. */
	assert_true(tree_is_right(NULL, 10));
	test_threads_have_begun();
	for (long at = 0; at <= made; at++) {
		long out = memory.out;
		weft_pool_options options = { .threads = 2 };
		weft_pool *p;

		memory.calls = 0;
		memory.fail_at = at;
		p = weft_pool_new(&options);
		assert_true(p != NULL || at == 0);
		if (p != NULL) {
			assert_true(tree_is_right(p, 300));
			weft_pool_free(p);
		}
		memory.fail_at = -1;
		made = memory.calls;
		assert_int_equal(memory.out, out);
	}
	/* The pool; for each thread a worker and a name; a worker for this one. */
	assert_in_range(made, 6, 20);
}

static void
a_pool_of_the_process_may_not_be_had(void **state)
{
	(void)state;
	memory.calls = 0;
	memory.fail_at = 0;
	memory.and_later = true;
	assert_true(tree_is_right(NULL, 300));
	assert_null(weft_pool_current());
	assert_int_equal(weft_pool_threads(NULL), 1);
	memory.and_later = false;
	memory.fail_at = -1;
	assert_true(tree_is_right(NULL, 300));
	assert_non_null(weft_pool_current());
}

/* Hooks, names, CPUs. */

static _Thread_local int begun = -1;

struct hooks {
	weft_atomic_u32 starts, exits, seen, wrong;
};

static void
on_start(unsigned worker, void *ctx)
{
	struct hooks *h = ctx;

	begun = (int)worker;
	if (weft_pool_worker() != begun)
		weft_fetch_add_relaxed(&h->wrong, 1);
	weft_fetch_or_relaxed(&h->seen, 1u << worker);
	weft_fetch_add_release(&h->starts, 1);
}

static void
on_exit_(unsigned worker, void *ctx)
{
	struct hooks *h = ctx;

	if (begun != (int)worker)
		weft_fetch_add_relaxed(&h->wrong, 1);
	weft_fetch_add_relaxed(&h->exits, 1);
}

static void
note_strangers(struct meeting *m, bool is_first)
{
	/* On a worker's thread, it has begun; on the caller's, there is no worker to tell. */
	if (weft_pool_worker() != begun)
		weft_fetch_add_relaxed(&m->missed, 1);
	(void)is_first;
}

static void
hooks_are_called_on_each_worker(void **state)
{
	struct hooks h = { 0 };
	weft_pool_options options = { .threads = 3, .on_start = on_start, .on_exit = on_exit_,
		.ctx = &h };
	weft_pool *p = weft_pool_new(&options);
	struct meeting m = { .then = note_strangers };

	(void)state;
	assert_non_null(p);
	assert_true(meet(p, &m));
	assert_true(wait_until(&h.starts, 3));
	weft_pool_free(p);
	assert_int_equal(weft_load_relaxed(&h.starts), 3);
	assert_int_equal(weft_load_relaxed(&h.exits), 3);
	assert_int_equal(weft_load_relaxed(&h.seen), 7);
	assert_int_equal(weft_load_relaxed(&h.wrong), 0);
}

static bool
has_thread_named(const char *name)
{
	DIR *d = opendir("/proc/self/task");
	bool found = false;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL && !found;) {
		char path[300], text[32] = "";
		FILE *f;

		snprintf(path, sizeof path, "/proc/self/task/%s/comm", e->d_name);
		f = fopen(path, "r");
		if (f == NULL)
			continue;
		found = fgets(text, sizeof text, f) != NULL &&
		    strncmp(text, name, strlen(name)) == 0 && text[strlen(name)] == '\n';
		fclose(f);
	}
	closedir(d);
	return found;
}

static void
threads_have_names(void **state)
{
	struct hooks h = { 0 };
	weft_pool_options options = { .threads = 2, .name = "mine", .on_start = on_start,
		.ctx = &h };
	weft_pool *p = weft_pool_new(&options);

	(void)state;
	assert_non_null(p);
	assert_true(wait_until(&h.starts, 2));
	assert_true(has_thread_named("mine-0"));
	assert_true(has_thread_named("mine-1"));
	weft_pool_free(p);
}

static void
look_where(unsigned worker, void *ctx)
{
	struct hooks *h = ctx;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) != 1 ||
	    !CPU_ISSET(weft_os_cpu_nth(worker), &set))
		weft_fetch_add_relaxed(&h->wrong, 1);
	weft_fetch_add_release(&h->starts, 1);
}

static void
pinned_workers_stay_on_their_cpus(void **state)
{
	struct hooks h = { 0 };
	weft_pool_options options = { .threads = 3, .pinned = true, .on_start = look_where,
		.ctx = &h };
	weft_pool *p = weft_pool_new(&options);

	(void)state;
	assert_non_null(p);
	assert_true(wait_until(&h.starts, 3));
	assert_true(tree_is_right(p, 1000));
	weft_pool_free(p);
	/* A system without affinity binds nobody. */
	if (weft_os_cpu_nth(0) >= 0)
		assert_int_equal(weft_load_relaxed(&h.wrong), 0);
}

/* Callers from outside. */

static void *
call_once_(void *p)
{
	assert_true(tree_is_right(p, 50));
	return NULL;
}

static void
callers_that_end_leave_their_places(void **state)
{
	weft_pool *p = new_pool(2);

	(void)state;
	for (int i = 0; i < test_scale(400); i++) {
		pthread_t caller[4];

		for (int k = 0; k < 4; k++)
			assert_int_equal(pthread_create(&caller[k], NULL, call_once_, p), 0);
		for (int k = 0; k < 4; k++)
			pthread_join(caller[k], NULL);
	}
	assert_in_range(weft_load_relaxed(&p->crew_end), 3, 2 + 4);
	weft_pool_free(p);
}

static void
callers_beyond_the_crew_work_alone(void **state)
{
	weft_pool *p = new_pool(2);
	uint32_t end = weft_load_relaxed(&p->crew_end);
	long calls;
	pthread_t caller;

	(void)state;
	weft_store_seq_cst(&p->crew_end, WEFT_POOL_CREW_);
	calls = memory.calls;
	assert_int_equal(pthread_create(&caller, NULL, call_once_, p), 0);
	pthread_join(caller, NULL);
	assert_int_equal(weft_load_relaxed(&p->crew_end), WEFT_POOL_CREW_);
	/* At most a worker in the process's pool; none in this one. */
	assert_in_range(memory.calls - calls, 0, 1);
	weft_store_seq_cst(&p->crew_end, end);
	weft_pool_free(p);
}

struct caller {
	weft_pool *p;
	weft_atomic_u32 step;
	weft_pool *next;
};

static void *
outlive_pools(void *ctx)
{
	struct caller *c = ctx;

	assert_true(tree_is_right(c->p, 50));
	weft_store_release(&c->step, 1);
	assert_true(wait_until(&c->step, 2));
	assert_true(tree_is_right(c->next, 50));
	weft_store_release(&c->step, 3);
	assert_true(wait_until(&c->step, 4));
	return NULL;
}

static void
a_caller_may_outlive_pools(void **state)
{
	long out = memory.out;
	struct caller c = { .p = new_pool(2) };
	pthread_t caller;

	(void)state;
	assert_int_equal(pthread_create(&caller, NULL, outlive_pools, &c), 0);
	assert_true(wait_until(&c.step, 1));
	weft_pool_free(c.p);
	c.next = new_pool(2);
	weft_store_release(&c.step, 2);
	assert_true(wait_until(&c.step, 3));
	weft_pool_free(c.next);
	weft_store_release(&c.step, 4);
	pthread_join(caller, NULL);
	assert_int_equal(memory.out, out);
}

/* Statistics. */

static void
work_ten_ms(struct meeting *m, bool is_first)
{
	(void)m;
	(void)is_first;
	sleep_ms(10);
}

static void
usage_counts_what_was_done(void **state)
{
	weft_pool *p = new_pool(2);
	struct meeting m = { .then = work_ten_ms };
	weft_pool_stats before = weft_pool_usage(p), after;
	int64_t end = now_ms() + 10000;

	(void)state;
	assert_int_equal(before.threads, 2);
	assert_int_equal(before.missing, 0);
	assert_int_equal(before.spares, 0);
	assert_int_equal(before.steals, 0);
	assert_int_equal(before.busy_ns, 0);
	assert_true(meet(p, &m));
	do
		after = weft_pool_usage(p);
	while (after.sleeps == 0 && now_ms() < end);
	assert_true(after.sleeps > 0);
	assert_int_equal(after.steals, 1);
	assert_in_range(after.busy_ns, 9000000, UINT64_MAX);
	assert_in_range(after.idle_ns, before.idle_ns + 9000000, UINT64_MAX);
	weft_pool_free(p);
	assert_int_equal(weft_pool_usage(NULL).missing, 0);
}

/* Where runs are within runs. */

static void
look_inside(void *pools)
{
	weft_pool **p = pools;

	assert_ptr_equal(weft_pool_current(), p[0]);
	assert_true(tree_is_right(p[1], 100));
	weft_pool_run(p[1], nothing, NULL);
	assert_ptr_equal(weft_pool_current(), p[0]);
	assert_true(tree_is_right(NULL, 100));
}

static void
runs_may_be_within_runs(void **state)
{
	weft_pool *a = new_pool(2), *b = new_pool(2);
	weft_pool *ab[2] = { a, b }, *aa[2] = { a, a };

	(void)state;
	weft_pool_run(a, look_inside, ab);
	weft_pool_run(a, look_inside, aa);
	weft_pool_free(b);
	weft_pool_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(misuse_is_told),
		cmocka_unit_test(forks_left_behind_are_told),
		cmocka_unit_test(a_pool_of_the_process_may_not_be_had),
		cmocka_unit_test(nested_joins_add_no_threads),
		cmocka_unit_test(an_idle_pool_burns_nothing),
		cmocka_unit_test(refused_threads_are_missing),
		cmocka_unit_test(each_allocation_may_fail),
		cmocka_unit_test(hooks_are_called_on_each_worker),
		cmocka_unit_test(threads_have_names),
		cmocka_unit_test(pinned_workers_stay_on_their_cpus),
		cmocka_unit_test(callers_that_end_leave_their_places),
		cmocka_unit_test(callers_beyond_the_crew_work_alone),
		cmocka_unit_test(a_caller_may_outlive_pools),
		cmocka_unit_test(usage_counts_what_was_done),
		cmocka_unit_test(runs_may_be_within_runs),
	};
	weft_allocator a = test_allocator(&memory);

	a.page_alloc = page_alloc;
	a.page_free = page_free;
	a.page_discard = page_discard;
	if (!weft_set_allocator(&a))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
