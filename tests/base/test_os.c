/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_os.c: sleeping on a word, CPUs, quotas, the barrier, pages; run over each os layer. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/os.h"
#include "test.h"

static const int64_t ms = 1000000;

static void
wait_returns_when_the_word_differs(void **state)
{
	weft_atomic_u32 word = { 5 };

	(void)state;
	assert_true(weft_os_wait(&word, 4, WEFT_OS_FOREVER));
	assert_true(weft_os_wait(&word, 4, weft_os_now_ns() + 10000 * ms));
}

static void
wait_ends_at_the_deadline_and_not_before(void **state)
{
	weft_atomic_u32 word = { 5 };
	int64_t end = weft_os_now_ns() + 20 * ms;

	(void)state;
	while (weft_os_wait(&word, 5, end))
		;
	assert_true(weft_os_now_ns() >= end);
	assert_false(weft_os_wait(&word, 5, end));
	assert_false(weft_os_wait(&word, 5, 0));
	assert_false(weft_os_wait(&word, 5, -1));
	assert_false(weft_os_wait(&word, 5, INT64_MIN));
}

/* Threads that sleep on a word until it is 1, and say in which order they came out. */
struct sleepers {
	weft_atomic_u32 word, ready, out;
	uint32_t place[8];
	pthread_t thread[8];
	int n;
};

struct sleeper { struct sleepers *all; int i; };

static void *
sleeper(void *arg)
{
	struct sleeper *me = arg;
	struct sleepers *s = me->all;
	int i = me->i;

	weft_fetch_add_seq_cst(&s->ready, 1);
	/* A spurious return would spoil the order; there is none without a signal. */
	weft_os_wait(&s->word, 0, WEFT_OS_FOREVER);
	s->place[i] = weft_fetch_add_seq_cst(&s->out, 1);
	free(me);
	return NULL;
}

static void
sleepers_start(struct sleepers *s, int n)
{
	memset(s, 0, sizeof *s);
	s->n = n;
	for (int i = 0; i < n; i++) {
		struct sleeper *one = malloc(sizeof *one);

		one->all = s;
		one->i = i;
		assert_int_equal(pthread_create(&s->thread[i], NULL, sleeper, one), 0);
		while (weft_load_seq_cst(&s->ready) != (uint32_t)i + 1)
			weft_os_yield();
		weft_os_sleep_until(weft_os_now_ns() + 20 * ms);
	}
}

static void
wait_for_out(struct sleepers *s, uint32_t n)
{
	for (int i = 0; i < 2000 && weft_load_seq_cst(&s->out) < n; i++)
		weft_os_sleep_until(weft_os_now_ns() + ms);
	assert_int_equal(weft_load_seq_cst(&s->out), n);
}

static void
wake_wakes_as_many_the_longest_asleep_first(void **state)
{
	struct sleepers s;
	weft_atomic_u32 other = { 0 };

	(void)state;
	sleepers_start(&s, 4);
	assert_int_equal(weft_os_wake(&other, 8), 0);
	assert_int_equal(weft_os_wake(&s.word, 1), 1);
	wait_for_out(&s, 1);
	assert_int_equal(weft_os_wake(&s.word, 1), 1);
	wait_for_out(&s, 2);
	weft_os_sleep_until(weft_os_now_ns() + 20 * ms);
	assert_int_equal(weft_load_seq_cst(&s.out), 2);
	assert_int_equal(weft_os_wake(&s.word, INT_MAX), 2);
	wait_for_out(&s, 4);
	for (int i = 0; i < 4; i++)
		pthread_join(s.thread[i], NULL);
	assert_int_equal(s.place[0], 0);
	assert_int_equal(s.place[1], 1);
	assert_int_equal(weft_os_wake(&s.word, 1), 0);
}

static void
wake_of_memory_that_is_gone_does_nothing(void **state)
{
	weft_atomic_u32 *word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON,
	    -1, 0);

	(void)state;
	assert_true(word != MAP_FAILED);
	munmap(word, 4096);
	assert_int_equal(weft_os_wake(word, 1), 0);
}

static void
nothing(int sig)
{
	(void)sig;
}

/* A deadline that signals interrupt: wait may return true, and the loop still ends in time. */
static void
signals_do_not_end_a_wait_for_good(void **state)
{
	struct sigaction act = { .sa_handler = nothing }, old;
	weft_atomic_u32 word = { 0 };
	int64_t end;
	int status;
	pid_t me = getpid(), child;

	(void)state;
	sigaction(SIGUSR1, &act, &old);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		for (;;) {
			kill(me, SIGUSR1);
			usleep(500);
		}
	}
	end = weft_os_now_ns() + 50 * ms;
	while (weft_os_wait(&word, 0, end))
		;
	assert_true(weft_os_now_ns() >= end);
	end = weft_os_now_ns() + 50 * ms;
	weft_os_sleep_until(end);
	assert_true(weft_os_now_ns() >= end);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	sigaction(SIGUSR1, &old, NULL);
}

static void *
thread_id(void *arg)
{
	*(uint64_t *)arg = weft_os_thread_id();
	return NULL;
}

static void
threads_have_ids_and_entropy_differs(void **state)
{
	uint64_t other = 0;
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, thread_id, &other);
	pthread_join(thread, NULL);
	assert_true(other != 0 && weft_os_thread_id() != 0);
	assert_true(other != weft_os_thread_id());
	assert_true(weft_os_thread_id() == weft_os_thread_id());
	assert_true(weft_os_entropy() != weft_os_entropy());
}

static void
cpus_are_asked_once(void **state)
{
	(void)state;
	assert_true(weft_os_cpus_allowed() >= 1);
	assert_true(weft_os_cpus_possible() >= weft_os_cpus_allowed());
	weft_os_cpus_pretend(7);
	assert_int_equal(weft_os_cpus(), 7);
	assert_int_equal(weft_os_cpus(), 7);
	weft_os_cpus_pretend(0);
	assert_in_range(weft_os_cpus(), 1, weft_os_cpus_allowed());
}

static void
fork_forgets_no_barrier(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (!weft_os_has_membarrier())
		skip();
	assert_true(weft_os_membarrier());
	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(weft_os_membarrier() ? 0 : 1);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
a_forbidden_barrier_is_absent(void **state)
{
	(void)state;
	weft_os_membarrier_forbid(true);
	assert_false(weft_os_has_membarrier());
	assert_false(weft_os_membarrier());
	weft_os_membarrier_forbid(false);
	assert_true(weft_os_membarrier() == weft_os_has_membarrier());
}

static void
pages_are_zeroed_and_zeroed_again(void **state)
{
	size_t size = 1 << 20;
	unsigned char *p = weft_os_pages(size);

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < size; i += 4096)
		assert_int_equal(p[i], 0);
	memset(p, 1, size);
	assert_true(weft_os_pages_discard(p, size));
	for (size_t i = 0; i < size; i += 4096)
		assert_int_equal(p[i], 0);
	weft_os_pages_free(p, size);
	assert_null(weft_os_pages(SIZE_MAX / 2));
}

static void
a_child_sleeps_and_wakes(void **state)
{
	struct sleepers s;
	int status;
	pid_t child;

	(void)state;
	sleepers_start(&s, 2);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		weft_atomic_u32 word = { 0 };

		alarm(20);
		/* The parent's sleepers are not the child's. */
		if (weft_os_wake(&s.word, 8) != 0 || weft_os_wait(&word, 0, weft_os_now_ns() + ms))
			_exit(1);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(weft_os_wake(&s.word, 8), 2);
	for (int i = 0; i < 2; i++)
		pthread_join(s.thread[i], NULL);
}

#ifndef TEST_OS_POSIX

/* A folder of fake files of the system's. */
static char root[64];

static void
put(const char *path, const char *text)
{
	char full[512];
	FILE *f;

	snprintf(full, sizeof full, "%s%s", root, path);
	for (char *at = full + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		mkdir(full, 0700);
		*at = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
root_new(void **state)
{
	(void)state;
	snprintf(root, sizeof root, "test_os_XXXXXX");
	return mkdtemp(root) == NULL;
}

static int
root_free(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf ./%s", root);
	return system(command);
}

static void
no_cgroup_is_no_limit(void **state)
{
	(void)state;
	assert_int_equal(weft_os_cpus_quota(root), 0);
	put("/proc/self/cgroup", "not a line\n0::\n:::\n7:memory:/a\n");
	assert_int_equal(weft_os_cpus_quota(root), 0);
	put("/sys/fs/cgroup/cpu.max", "max 100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 0);
	put("/sys/fs/cgroup/cpu.max", "");
	assert_int_equal(weft_os_cpus_quota(root), 0);
	put("/sys/fs/cgroup/cpu.max", "100000 0\n");
	assert_int_equal(weft_os_cpus_quota(root), 0);
}

static void
quota_v2_is_rounded_up(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "0::/a/b\n");
	put("/sys/fs/cgroup/a/b/cpu.max", "150000 100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 2);
	put("/sys/fs/cgroup/a/b/cpu.max", "200000 100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 2);
	put("/sys/fs/cgroup/a/b/cpu.max", "1000 100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 1);
}

static void
quota_v2_is_the_least_of_the_way_up(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "0::/a/b/c\n");
	put("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
	put("/sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 8);
	put("/sys/fs/cgroup/a/cpu.max", "50000 10000\n");
	assert_int_equal(weft_os_cpus_quota(root), 5);
	put("/sys/fs/cgroup/cpu.max", "300000 100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 3);
	put("/sys/fs/cgroup/cpu.max", "3000000 100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 5);
}

static void
in_a_container_the_hosts_path_is_not_there(void **state)
{
	(void)state;
	put("/sys/fs/cgroup/cpu.max", "400000 100000\n");
	put("/proc/self/cgroup", "0::/docker/0123\n");
	assert_int_equal(weft_os_cpus_quota(root), 4);
	put("/proc/self/cgroup", "0::/../other\n");
	assert_int_equal(weft_os_cpus_quota(root), 4);
	put("/proc/self/cgroup", "0::/\n");
	assert_int_equal(weft_os_cpus_quota(root), 4);
}

static void
quota_v1(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "5:cpuset:/x\n4:cpu,cpuacct:/a/b\n3:memory:/y\n0::/z\n");
	put("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n");
	put("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 0);
	put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "250000\n");
	assert_int_equal(weft_os_cpus_quota(root), 0);
	put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 3);
	put("/proc/self/cgroup", "4:cpuset,cpu:/a\n");
	put("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "700000\n");
	put("/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
	assert_int_equal(weft_os_cpus_quota(root), 7);
	/* cpuset is no cpu. */
	put("/proc/self/cgroup", "4:cpuset:/a\n");
	assert_int_equal(weft_os_cpus_quota(root), 0);
}

/* A kernel of 5000 CPUs, of which the process may run on 1500. */
static int
big_affinity(pid_t pid, size_t size, cpu_set_t *set)
{
	if (size < 5000 / 8) {
		errno = EINVAL;
		return -1;
	}
	/* 1000 for this thread, 1000 for the first one, of which 500 are the same. */
	for (size_t i = pid == 0 ? 2000 : 2500; i < (pid == 0 ? 3000u : 3500u); i++)
		CPU_SET_S(i, size, set);
	return 0;
}

static int
no_affinity(pid_t pid, size_t size, cpu_set_t *set)
{
	(void)pid;
	(void)size;
	(void)set;
	return -1;
}

unsigned weft_os_cpus_counted(int (*get)(pid_t, size_t, cpu_set_t *));

static void
affinity_of_more_than_1024_cpus(void **state)
{
	(void)state;
	assert_int_equal(weft_os_cpus_counted(big_affinity), 1500);
	assert_int_equal(weft_os_cpus_counted(no_affinity), 1);
}

static void *
count_when_pinned(void *arg)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (pthread_setaffinity_np(pthread_self(), sizeof one, &one) == 0)
		*(unsigned *)arg = weft_os_cpus_allowed();
	return NULL;
}

/* A pinned thread that asks first does not make the process look like one CPU. */
static void
a_pinned_thread_counts_the_process(void **state)
{
	unsigned n = 0;
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, count_when_pinned, &n);
	pthread_join(thread, NULL);
	assert_int_equal(n, weft_os_cpus_allowed());
}

static void
affinity_counts(void **state)
{
	int status;
	pid_t child;

	(void)state;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		cpu_set_t one;

		CPU_ZERO(&one);
		CPU_SET(sched_getcpu(), &one);
		weft_os_cpus_pretend(0);
		_exit(sched_setaffinity(0, sizeof one, &one) != 0 || weft_os_cpus_allowed() != 1 ||
		    weft_os_cpus() != 1);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wait_returns_when_the_word_differs),
		cmocka_unit_test(wait_ends_at_the_deadline_and_not_before),
		cmocka_unit_test(wake_wakes_as_many_the_longest_asleep_first),
		cmocka_unit_test(wake_of_memory_that_is_gone_does_nothing),
		cmocka_unit_test(signals_do_not_end_a_wait_for_good),
		cmocka_unit_test(threads_have_ids_and_entropy_differs),
		cmocka_unit_test(cpus_are_asked_once),
		cmocka_unit_test(fork_forgets_no_barrier),
		cmocka_unit_test(a_forbidden_barrier_is_absent),
		cmocka_unit_test(pages_are_zeroed_and_zeroed_again),
		cmocka_unit_test(a_child_sleeps_and_wakes),
#ifndef TEST_OS_POSIX
		cmocka_unit_test_setup_teardown(no_cgroup_is_no_limit, root_new, root_free),
		cmocka_unit_test_setup_teardown(quota_v2_is_rounded_up, root_new, root_free),
		cmocka_unit_test_setup_teardown(quota_v2_is_the_least_of_the_way_up, root_new,
		    root_free),
		cmocka_unit_test_setup_teardown(in_a_container_the_hosts_path_is_not_there,
		    root_new, root_free),
		cmocka_unit_test_setup_teardown(quota_v1, root_new, root_free),
		cmocka_unit_test(affinity_of_more_than_1024_cpus),
		cmocka_unit_test(affinity_counts),
		cmocka_unit_test(a_pinned_thread_counts_the_process),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
