/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_fork.c: pools in child processes, made outside of bodies and inside. */
#include <weft/pool.h>

#include <pthread.h>

#include "../../src/pool/worker.h"
#include "meet.h"

/* A child of a process with threads may start none, by POSIX; emulators hold it to that. */
#if defined(__SANITIZE_THREAD__) || (TEST_IS_SLOW && !defined(__x86_64__))
#define CHILD_IS_ALONE 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CHILD_IS_ALONE 1
#endif
#endif
#ifndef CHILD_IS_ALONE
#define CHILD_IS_ALONE 0
#endif

/*
 * gcc 12's AddressSanitizer does not take its allocator's locks for a fork: where another thread
 * was allocating then, threads of the child wait for ever as they begin.
 */
#ifdef __SANITIZE_ADDRESS__
#define ALLOCATOR_IS_TORN 1
#else
#define ALLOCATOR_IS_TORN 0
#endif

static weft_pool *own;

/* What a child ends with: 0, all is well; 99: it aborted. */
static int
status_of(pid_t child)
{
	int status;

	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

/* Threads that begin allocate: they are let come through first. */
static pid_t
make_child(void)
{
	pid_t child;

	if (ALLOCATOR_IS_TORN)
		sleep_ms(20);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		alarm(30);
	return child;
}

/* All that a process may do with pools. */
static int
use_pools(bool alone)
{
	struct meeting m = { .then = NULL };
	weft_pool_options options = { .threads = 2 };
	weft_pool *p;

	if (!tree_is_right(NULL, 1000) || !tree_is_right(own, 1000))
		return 1;
	if (alone)
		return weft_pool_usage(own).threads == 0 ? 0 : 2;
	if (!meet(own, &m))
		return 3;
	p = weft_pool_new(&options);
	if (p == NULL || !meet(p, &m))
		return 4;
	weft_pool_free(p);
	return weft_pool_usage(own).missing == 0 ? 0 : 5;
}

static int
use_pools_in_a_child(bool alone)
{
	pid_t child = make_child();

	if (child == 0)
		_exit(use_pools(alone));
	return status_of(child);
}

static void
a_child_has_workers_of_its_own(void **state)
{
	pid_t child;

	(void)state;
	/* The emulated machine starts no threads there, so what asks for none is tested. */
	if (CHILD_IS_ALONE && !WEFT_TSAN_)
		return;
	child = make_child();
	if (child == 0) {
		int result = use_pools(CHILD_IS_ALONE);

		/* And so has its child, with threads of the child's about. */
		_exit(result != 0 ? result : use_pools_in_a_child(CHILD_IS_ALONE));
	}
	assert_int_equal(status_of(child), 0);
	/* The parent's are as they were. */
	assert_int_equal(use_pools(false), 0);
}

static void
a_pool_that_was_not_called_may_be_freed_in_a_child(void **state)
{
	weft_pool_options options = { .threads = 2 };
	weft_pool *p = weft_pool_new(&options);
	pid_t child;

	(void)state;
	assert_non_null(p);
	assert_true(tree_is_right(p, 100));
	child = make_child();
	if (child == 0) {
		weft_pool_free(p);
		_exit(0);
	}
	assert_int_equal(status_of(child), 0);
	weft_pool_free(p);
}

/* While the parent's pools run, and others hold their locks. */

static weft_atomic_u32 stop;

static void *
make_and_run_pools(void *unused)
{
	while (weft_load_acquire(&stop) == 0) {
		weft_pool_options options = { .threads = 1 };
		weft_pool *p = weft_pool_new(&options);

		assert_non_null(p);
		assert_true(tree_is_right(p, 20));
		assert_true(tree_is_right(own, 200));
		assert_true(tree_is_right(NULL, 200));
		weft_pool_free(p);
	}
	return unused;
}

static void
children_are_made_while_pools_run(void **state)
{
	pthread_t runner[2];

	(void)state;
	if ((CHILD_IS_ALONE && !WEFT_TSAN_) || ALLOCATOR_IS_TORN)
		return;
	weft_store_release(&stop, 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&runner[i], NULL, make_and_run_pools, NULL), 0);
	for (int i = 0; i < test_scale(40); i++)
		assert_int_equal(use_pools_in_a_child(CHILD_IS_ALONE), 0);
	weft_store_release(&stop, 1);
	for (int i = 0; i < 2; i++)
		pthread_join(runner[i], NULL);
}

/* Inside a body. */

static int result_inside = -1;

static void
work_and_exit(struct meeting *m, bool is_first)
{
	pid_t child;

	(void)m;
	if (is_first)
		return;
	child = make_child();
	if (child == 0)
		_exit(tree_is_right(NULL, 1000) && tree_is_right(own, 1000) ? 0 : 1);
	result_inside = status_of(child);
}

static void
a_child_of_a_body_may_start_new_work(void **state)
{
	struct meeting m = { .then = work_and_exit };

	(void)state;
	if (CHILD_IS_ALONE && !WEFT_TSAN_)
		return;
	assert_true(meet(own, &m));
	assert_int_equal(result_inside, 0);
	assert_true(tree_is_right(own, 1000));
}

static bool in_first;

/* The child returns from its half, into what its parent's thread began. */
static void
return_in_a_child(struct meeting *m, bool is_first)
{
	pid_t child;

	(void)m;
	if (is_first != in_first)
		return;
	child = make_child();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		return;
	}
	result_inside = status_of(child);
}

static void
meet_and_fork(bool first, char *said, size_t size)
{
	struct meeting m = { .then = return_in_a_child };
	int fds[2], before = dup(2);
	pid_t self = getpid();
	ssize_t got;

	in_first = first;
	result_inside = -1;
	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], 2);
	close(fds[1]);
	assert_true(meet(own, &m));
	/* A child that came so far was not stopped. */
	if (getpid() != self)
		_exit(1);
	dup2(before, 2);
	close(before);
	got = read(fds[0], said, size - 1);
	said[got < 0 ? 0 : got] = 0;
	close(fds[0]);
}

static void
a_child_may_not_return_into_its_parents_work(void **state)
{
	(void)state;
	for (int first = 0; first < 2; first++) {
		char said[1024];

		meet_and_fork(first != 0, said, sizeof said);
		assert_int_equal(result_inside, 99);
		assert_non_null(strstr(said, "a child process came back"));
	}
	assert_true(tree_is_right(own, 1000));
}

static void
run_in_a_child(void *unused)
{
	pid_t child = make_child();

	(void)unused;
	if (child != 0)
		result_inside = status_of(child);
	else if (!tree_is_right(own, 500))
		_exit(1);
}

/* Where nobody else could take part, the child may return. */
static void
a_child_may_return_from_a_run(void **state)
{
	pid_t self = getpid();

	(void)state;
	if (CHILD_IS_ALONE && !WEFT_TSAN_)
		return;
	weft_pool_run(own, run_in_a_child, NULL);
	if (getpid() != self) {
		bool right = tree_is_right(own, 500) && tree_is_right(NULL, 500);

		weft_pool_free(own);
		_exit(right ? 0 : 1);
	}
	assert_int_equal(result_inside, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_has_workers_of_its_own),
		cmocka_unit_test(a_pool_that_was_not_called_may_be_freed_in_a_child),
		cmocka_unit_test(children_are_made_while_pools_run),
		cmocka_unit_test(a_child_of_a_body_may_start_new_work),
		cmocka_unit_test(a_child_may_not_return_into_its_parents_work),
		cmocka_unit_test(a_child_may_return_from_a_run),
	};
	weft_pool_options options = { .threads = 3, .name = "own" };
	int failed;

	own = weft_pool_new(&options);
	if (own == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	weft_pool_free(own);
	return failed;
}
