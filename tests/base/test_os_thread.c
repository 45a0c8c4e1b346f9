/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_os_thread.c: threads have names, stacks, CPUs and signals; and may be refused. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "base/os.h"
#include "base/os_thread.h"
#include "test.h"

static struct test_memory memory = TEST_MEMORY;

/* What a thread sees of itself. */
struct seen {
	bool ran;
	char name[16];
	size_t stack_size;
	int cpus, cpu;
	sigset_t blocked;
};

/* It stands on each thread's stack, and is more than the least of them. */
static _Thread_local volatile char big[300000];

static void *
look(void *arg)
{
	struct seen *s = arg;
	pthread_attr_t attr;
	cpu_set_t set;
	void *stack;

	s->ran = true;
	big[sizeof big - 1] = 1;
	pthread_getname_np(pthread_self(), s->name, sizeof s->name);
	if (pthread_getattr_np(pthread_self(), &attr) == 0) {
		pthread_attr_getstack(&attr, &stack, &s->stack_size);
		pthread_attr_destroy(&attr);
	}
	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		s->cpus = CPU_COUNT(&set);
	s->cpu = sched_getcpu();
	pthread_sigmask(SIG_SETMASK, NULL, &s->blocked);
	return arg;
}

static struct seen
seen_by_one(const weft_thread_how_ *how)
{
	struct seen s = { 0 };
	pthread_t thread;
	void *result = NULL;

	assert_int_equal(weft_thread_start_(&thread, look, &s, how), WEFT_OK);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, &s);
	assert_true(s.ran);
	return s;
}

static void
a_usual_thread_is_as_the_caller(void **state)
{
	const weft_thread_how_ zero = { .cpu = -1 };
	struct seen mine = { 0 }, s;

	(void)state;
	look(&mine);
	for (int i = 0; i < 2; i++) {
		s = seen_by_one(i == 0 ? NULL : &zero);
		assert_string_equal(s.name, mine.name);
		assert_int_equal(s.cpus, mine.cpus);
		assert_int_equal(sigismember(&s.blocked, SIGINT), 0);
	}
}

#ifndef TEST_OS_POSIX
static void
a_thread_has_its_name_from_the_start(void **state)
{
	char name[] = "counter";
	const weft_thread_how_ how = { .name = name, .cpu = -1 };
	const weft_thread_how_ longer = { .name = "a name of more than 15", .cpu = -1 };
	const weft_thread_how_ empty = { .name = "", .cpu = -1 };

	(void)state;
	assert_string_equal(seen_by_one(&how).name, "counter");
	assert_string_equal(seen_by_one(&longer).name, "a name of more ");
	assert_string_equal(seen_by_one(&empty).name, "");
}

/* Each CPU that this thread may run on. */
static void
a_thread_is_bound_to_its_cpu(void **state)
{
	struct seen s;
	cpu_set_t set;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		weft_thread_how_ how = { .cpu = cpu };

		if (!CPU_ISSET(cpu, &set))
			continue;
		s = seen_by_one(&how);
		assert_int_equal(s.cpus, 1);
		assert_int_equal(s.cpu, cpu);
	}
	assert_int_equal(seen_by_one(NULL).cpus, CPU_COUNT(&set));
}

static void
a_cpu_that_is_not_there_is_invalid(void **state)
{
	static const int cpus[] = { -2, INT_MIN, 1000, 65536, (1 << 20) - 1, 1 << 20, INT_MAX };
	struct seen s = { 0 };
	pthread_t thread;

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(cpus); i++) {
		weft_thread_how_ how = { .name = "nowhere", .cpu = cpus[i] };

		assert_int_equal(weft_thread_start_(&thread, look, &s, &how), WEFT_INVALID);
	}
	assert_false(s.ran);
}
#endif

static void
a_small_stack_is_raised(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 1 << 16; size = size * 3 + 1) {
		weft_thread_how_ how = { .stack_size = size, .cpu = -1 };

		assert_true(seen_by_one(&how).stack_size >= size);
	}
}

static void
a_big_stack_is_big(void **state)
{
	const weft_thread_how_ how = { .stack_size = (size_t)37 << 20, .cpu = -1 };
	size_t size = seen_by_one(&how).stack_size;

	(void)state;
	assert_true(size >= (size_t)37 << 20 && size < (size_t)39 << 20);
}

static void
an_absurd_stack_is_no_thread(void **state)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 4096, SIZE_MAX / 2 + 1, SIZE_MAX / 2,
		SIZE_MAX / 4 };
	struct seen s = { 0 };
	pthread_t thread;

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(sizes); i++) {
		weft_thread_how_ how = { .name = "giant", .stack_size = sizes[i], .cpu = -1 };

		assert_int_equal(weft_thread_start_(&thread, look, &s, &how), WEFT_NO_THREADS);
	}
	assert_false(s.ran);
	assert_int_equal(memory.out, 0);
}

static void
a_quiet_thread_gets_no_signals_from_outside(void **state)
{
	static const int from_outside[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGALRM, SIGCHLD,
		SIGPIPE };
	static const int its_own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF };
	const weft_thread_how_ how = { .cpu = -1, .quiet = true };
	struct seen before = { 0 }, after = { 0 }, s;

	(void)state;
	look(&before);
	s = seen_by_one(&how);
	look(&after);
	for (size_t i = 0; i < WEFT_COUNT(from_outside); i++)
		assert_int_equal(sigismember(&s.blocked, from_outside[i]), 1);
	for (size_t i = 0; i < WEFT_COUNT(its_own); i++)
		assert_int_equal(sigismember(&s.blocked, its_own[i]), 0);
	/* The caller's mask is as it was. */
	for (int sig = 1; sig < 32; sig++)
		assert_int_equal(sigismember(&after.blocked, sig),
		    sigismember(&before.blocked, sig));
}

static void
a_test_may_refuse_threads(void **state)
{
	struct seen s = { 0 };
	pthread_t thread;

	(void)state;
	weft_thread_refuse_(2);
	for (int i = 0; i < 2; i++)
		seen_by_one(NULL);
	for (int i = 0; i < 3; i++)
		assert_int_equal(weft_thread_start_(&thread, look, &s, NULL), WEFT_NO_THREADS);
	assert_false(s.ran);
	weft_thread_refuse_(-1);
	seen_by_one(NULL);
	weft_thread_refuse_(0);
	assert_int_equal(weft_thread_start_(&thread, look, &s, NULL), WEFT_NO_THREADS);
	weft_thread_refuse_(-1);
}

/* A name takes memory until the thread has it. */
static void
names_are_given_back(void **state)
{
	const weft_thread_how_ how = { .name = "named", .cpu = -1 };
	struct seen s = { 0 };
	pthread_t thread;

	(void)state;
	memory.fail_at = memory.calls;
	assert_int_equal(weft_thread_start_(&thread, look, &s, &how), WEFT_NO_MEMORY);
	assert_int_equal(memory.out, 0);
	assert_false(s.ran);
	memory.fail_at = -1;
	seen_by_one(&how);
	assert_int_equal(memory.out, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_usual_thread_is_as_the_caller),
#ifndef TEST_OS_POSIX
		cmocka_unit_test(a_thread_has_its_name_from_the_start),
		cmocka_unit_test(a_thread_is_bound_to_its_cpu),
		cmocka_unit_test(a_cpu_that_is_not_there_is_invalid),
#endif
		cmocka_unit_test(a_small_stack_is_raised),
		cmocka_unit_test(a_big_stack_is_big),
		cmocka_unit_test(an_absurd_stack_is_no_thread),
		cmocka_unit_test(a_quiet_thread_gets_no_signals_from_outside),
		cmocka_unit_test(a_test_may_refuse_threads),
		cmocka_unit_test(names_are_given_back),
	};
	const weft_allocator a = test_allocator(&memory);

	if (!weft_set_allocator(&a))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
