/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_scope.c: threads are joined whatever happens, and the first failure comes back. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <weft/scope.h>

#include "base/os_thread.h"
#include "test.h"

static struct test_memory memory = TEST_MEMORY;

/* What most threads here do: wait for a word, say that they ran, return a status. */
struct body {
	weft_atomic_u32 *gate;       /* NULL: no waiting */
	weft_status status;
	unsigned ran;
};

static weft_status
body_run(struct body *b)
{
	unsigned round = 0;

	while (b->gate != NULL && weft_load_seq_cst(b->gate) == 0)
		weft_spin(&round);
	b->ran++;
	return b->status;
}
WEFT_THREAD(body, struct body, body_run);

#define BODIES 6

static void
threads_borrow_the_callers_stack(void **state)
{
	struct body b[BODIES] = { { 0 } };
	WEFT_SCOPE(s);

	(void)state;
	for (int i = 0; i < BODIES; i++)
		assert_int_equal(body_spawn(&s, &b[i]), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	for (int i = 0; i < BODIES; i++)
		assert_int_equal(b[i].ran, 1);
	assert_int_equal(memory.out, 0);
}

static void
an_empty_scope_is_joined_at_once(void **state)
{
	WEFT_SCOPE(s);
	weft_scope zeroed = { .stop_on_error = true };

	(void)state;
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	assert_int_equal(weft_scope_join(&zeroed), WEFT_OK);
}

/* Threads a and b fail; b ends first, and a is spawned first. */
static void
first_failure_is_as(int a, int b)
{
	struct body body[BODIES] = { { 0 } };
	weft_atomic_u32 gate = { 0 };
	WEFT_SCOPE(s);

	body[a].gate = &gate;
	body[a].status = weft_user(a);
	body[b].status = weft_user(b);
	for (int i = 0; i < BODIES; i++)
		assert_int_equal(body_spawn(&s, &body[i]), WEFT_OK);
	while (weft_load_seq_cst(&s.failed_) == 0)
		sched_yield();
	weft_store_seq_cst(&gate, 1);
	assert_int_equal(weft_scope_join(&s), weft_user(a < b ? a : b));
}

static void
the_first_failure_by_order_of_spawning(void **state)
{
	(void)state;
	for (int a = 0; a < BODIES; a++)
		for (int b = 0; b < BODIES; b++)
			if (a != b)
				first_failure_is_as(a, b);
}

static void
a_status_comes_back_unchanged(void **state)
{
	static const weft_status statuses[] = { WEFT_FULL, WEFT_SYSTEM, WEFT_USER,
		(weft_status)(WEFT_USER + 1), WEFT_STATUS_MAX_ };
	WEFT_SCOPE(s);

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(statuses); i++) {
		struct body b = { .status = statuses[i] };

		assert_int_equal(body_spawn(&s, &b), WEFT_OK);
		assert_int_equal(weft_scope_join(&s), statuses[i]);
		/* As new: the failure is forgotten. */
		assert_int_equal(weft_scope_join(&s), WEFT_OK);
	}
}

static void
after_join_a_scope_is_as_new(void **state)
{
	struct body fails = { .status = WEFT_SYSTEM }, is_well = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	s.stop_on_error = true;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(body_spawn(&s, &fails), WEFT_OK);
		assert_int_equal(weft_scope_join(&s), WEFT_SYSTEM);
		assert_false(weft_cancel_is_set(&s.stop));
		assert_int_equal(body_spawn(&s, &is_well), WEFT_OK);
		assert_int_equal(weft_scope_join(&s), WEFT_OK);
	}
	assert_int_equal(fails.ran, 3);
	assert_int_equal(is_well.ran, 3);
}

/* Each way out of a block; the thread comes to its end long after the way out was taken. */
static weft_status
late_run(struct body *b)
{
	usleep(20000);
	b->ran++;
	return WEFT_OK;
}
WEFT_THREAD(late, struct body, late_run);

static int
leave_by_return(struct body *b)
{
	WEFT_SCOPE(s);

	if (late_spawn(&s, b) == WEFT_OK)
		return 1;
	return 2;
}

static void
leaving_the_block_joins(void **state)
{
	struct body b = { 0 };

	(void)state;
	assert_int_equal(leave_by_return(&b), 1);
	assert_int_equal(b.ran, 1);
	for (int i = 0; i < 2; i++) {
		WEFT_SCOPE(s);

		assert_int_equal(late_spawn(&s, &b), WEFT_OK);
		if (i == 0)
			continue;
		break;
	}
	assert_int_equal(b.ran, 3);
	{
		WEFT_SCOPE(s);

		assert_int_equal(late_spawn(&s, &b), WEFT_OK);
		goto out;
	}
out:
	assert_int_equal(b.ran, 4);
}

static void
scopes_nest(void **state)
{
	struct body outer[2] = { { 0 } }, inner[2] = { { .status = WEFT_FULL }, { 0 } };
	WEFT_SCOPE(s);

	(void)state;
	assert_int_equal(late_spawn(&s, &outer[0]), WEFT_OK);
	{
		WEFT_SCOPE(t);

		assert_int_equal(body_spawn(&t, &inner[0]), WEFT_OK);
		assert_int_equal(late_spawn(&s, &outer[1]), WEFT_OK);
		assert_int_equal(body_spawn(&t, &inner[1]), WEFT_OK);
		assert_int_equal(weft_scope_join(&t), WEFT_FULL);
	}
	assert_int_equal(inner[0].ran + inner[1].ran, 2);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	assert_int_equal(outer[0].ran + outer[1].ran, 2);
}

/* A tree: each thread but the leaves spawns two, and ends. */
struct tree {
	weft_scope *scope;
	struct tree *all;
	unsigned i;
	bool slow;
	unsigned ran;
};

#define TREE 63

static weft_status tree_run(struct tree *t);
WEFT_THREAD(tree, struct tree, tree_run);

static weft_status
tree_run(struct tree *t)
{
	unsigned child = 2 * t->i + 1;

	if (t->slow)
		usleep(1000);
	t->ran++;
	for (unsigned i = child; i < TREE && i < child + 2; i++)
		if (tree_spawn(t->scope, &t->all[i]) != WEFT_OK)
			return WEFT_BUSY;
	return WEFT_OK;
}

/* With slow ones join waits already when they spawn. */
static void
threads_spawn_into_their_scope(void **state)
{
	struct tree t[TREE];

	(void)state;
	for (int slow = 0; slow < 2; slow++) {
		WEFT_SCOPE(s);

		for (unsigned i = 0; i < TREE; i++)
			t[i] = (struct tree){ &s, t, i, slow == 1, 0 };
		assert_int_equal(tree_spawn(&s, &t[0]), WEFT_OK);
		assert_int_equal(weft_scope_join(&s), WEFT_OK);
		for (unsigned i = 0; i < TREE; i++)
			assert_int_equal(t[i].ran, 1);
	}
	assert_int_equal(memory.out, 0);
}

static weft_status
until_stop_run(weft_scope *s)
{
	unsigned round = 0;

	while (!weft_cancel_is_set(&s->stop))
		weft_spin(&round);
	return WEFT_CANCELLED;
}
WEFT_THREAD(until_stop, weft_scope, until_stop_run);

static void
threads_are_asked_to_stop(void **state)
{
	WEFT_SCOPE(s);

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 3; i++)
			assert_int_equal(until_stop_spawn(&s, &s), WEFT_OK);
		weft_scope_stop(&s);
		assert_int_equal(weft_scope_join(&s), WEFT_CANCELLED);
	}
}

static void
an_error_stops_the_others(void **state)
{
	struct body fails = { .status = weft_user(4) };
	WEFT_SCOPE(s);

	(void)state;
	s.stop_on_error = true;
	assert_int_equal(body_spawn(&s, &fails), WEFT_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(until_stop_spawn(&s, &s), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), weft_user(4));
}

/* A spawn that fails is an error like the others. */
static void
a_failed_spawn_stops_the_others(void **state)
{
	WEFT_SCOPE(s);

	(void)state;
	s.stop_on_error = true;
	assert_int_equal(until_stop_spawn(&s, &s), WEFT_OK);
	weft_thread_refuse_(0);
	assert_int_equal(until_stop_spawn(&s, &s), WEFT_NO_THREADS);
	weft_thread_refuse_(-1);
	/* The thread was spawned first, and says that it was stopped. */
	assert_int_equal(weft_scope_join(&s), WEFT_CANCELLED);
}

static void
stop_has_a_parent_and_a_deadline(void **state)
{
	weft_cancel mine = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	s.stop = weft_cancel_child(&mine, WEFT_FOREVER);
	assert_int_equal(until_stop_spawn(&s, &s), WEFT_OK);
	weft_cancel_set(&mine);
	assert_int_equal(weft_scope_join(&s), WEFT_CANCELLED);
	s.stop = weft_cancel_child(NULL, weft_after_ms(5));
	assert_int_equal(until_stop_spawn(&s, &s), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_CANCELLED);
}

/* Thread creation number `at` fails, and all after it: what runs is joined. */
static void
spawn_with_refusal(int at, bool named)
{
	const weft_thread_options options = { .name = named ? "refused" : NULL };
	struct body b[BODIES] = { { 0 } };
	WEFT_SCOPE(s);

	weft_thread_refuse_(at);
	for (int i = 0; i < BODIES; i++)
		assert_int_equal(body_spawn_with(&s, &b[i], &options),
		    i < at ? WEFT_OK : WEFT_NO_THREADS);
	weft_thread_refuse_(-1);
	assert_int_equal(weft_scope_join(&s), at < BODIES ? WEFT_NO_THREADS : WEFT_OK);
	for (int i = 0; i < BODIES; i++)
		assert_int_equal(b[i].ran, i < at ? 1 : 0);
	assert_int_equal(memory.out, 0);
}

static void
no_threads_is_said_and_the_others_are_joined(void **state)
{
	(void)state;
	for (int at = 0; at <= BODIES; at++) {
		spawn_with_refusal(at, false);
		spawn_with_refusal(at, true);
	}
}

/* Allocation number `at` fails. */
static void
spawn_with_failing_memory(long at)
{
	const weft_thread_options options = { .name = "poor" };
	struct body b[BODIES] = { { 0 } };
	int failed = -1;
	WEFT_SCOPE(s);

	memory.fail_at = memory.calls + at;
	for (int i = 0; i < BODIES; i++) {
		weft_status status = body_spawn_with(&s, &b[i], i % 2 == 0 ? &options : NULL);

		assert_true(status == WEFT_OK || (status == WEFT_NO_MEMORY && failed == -1));
		if (status != WEFT_OK)
			failed = i;
	}
	memory.fail_at = -1;
	assert_int_not_equal(failed, -1);
	assert_int_equal(weft_scope_join(&s), WEFT_NO_MEMORY);
	for (int i = 0; i < BODIES; i++)
		assert_int_equal(b[i].ran, i == failed ? 0 : 1);
	assert_int_equal(memory.out, 0);
}

static void
no_memory_is_said_and_the_others_are_joined(void **state)
{
	/* A record each, and memory for every second name. */
	const long allocations = BODIES + BODIES / 2;

	(void)state;
	for (long at = 0; at < allocations; at++)
		spawn_with_failing_memory(at);
}

/* A failed spawn has its place in the order, whatever fails. */
static void
a_failed_spawn_is_first_or_second_by_order(void **state)
{
	struct body fails = { .status = weft_user(1) }, is_well = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	assert_int_equal(body_spawn(&s, &fails), WEFT_OK);
	weft_thread_refuse_(0);
	assert_int_equal(body_spawn(&s, &is_well), WEFT_NO_THREADS);
	weft_thread_refuse_(-1);
	assert_int_equal(weft_scope_join(&s), weft_user(1));

	memory.fail_at = memory.calls;
	assert_int_equal(body_spawn(&s, &is_well), WEFT_NO_MEMORY);
	memory.fail_at = -1;
	assert_int_equal(body_spawn(&s, &fails), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_NO_MEMORY);
	assert_int_equal(is_well.ran, 0);
}

/* What a thread sees of how it was made. */
struct seen {
	char name[16];
	size_t stack_size;
	int cpus, cpu;
};

static weft_status
look_run(struct seen *s)
{
	pthread_attr_t attr;
	cpu_set_t set;
	void *stack;

	pthread_getname_np(pthread_self(), s->name, sizeof s->name);
	if (pthread_getattr_np(pthread_self(), &attr) != 0)
		return WEFT_SYSTEM;
	pthread_attr_getstack(&attr, &stack, &s->stack_size);
	pthread_attr_destroy(&attr);
	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		s->cpus = CPU_COUNT(&set);
	s->cpu = sched_getcpu();
	return WEFT_OK;
}
WEFT_THREAD(look, struct seen, look_run);

static void
threads_have_names_stacks_and_cpus(void **state)
{
	struct seen usual = { 0 }, other = { 0 };
	int cpu = sched_getcpu();
	weft_thread_options options = { .name = "reader", .stack_size = (size_t)3 << 20,
		.cpu_plus_1 = cpu + 1 };
	WEFT_SCOPE(s);

	(void)state;
	assert_int_equal(look_spawn_with(&s, &usual, NULL), WEFT_OK);
	assert_int_equal(look_spawn_with(&s, &other, &options), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	assert_true(other.stack_size >= (size_t)3 << 20);
#ifndef TEST_OS_POSIX
	assert_string_equal(other.name, "reader");
	assert_int_equal(other.cpus, 1);
	assert_int_equal(other.cpu, cpu);
	assert_true(strcmp(usual.name, "reader") != 0);
#endif
}

static void
impossible_threads_are_refused(void **state)
{
	static const int cpus[] = { -1, -5, INT_MIN };
	const weft_thread_options giant = { .stack_size = SIZE_MAX / 2 };
	struct body b = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(cpus); i++) {
		weft_thread_options options = { .cpu_plus_1 = cpus[i] };

		assert_int_equal(body_spawn_with(&s, &b, &options), WEFT_INVALID);
		assert_int_equal(weft_scope_join(&s), WEFT_INVALID);
	}
#ifndef TEST_OS_POSIX
	{
		const weft_thread_options nowhere = { .cpu_plus_1 = INT_MAX };

		assert_int_equal(body_spawn_with(&s, &b, &nowhere), WEFT_INVALID);
		assert_int_equal(weft_scope_join(&s), WEFT_INVALID);
	}
#endif
	assert_int_equal(body_spawn_with(&s, &b, &giant), WEFT_NO_THREADS);
	assert_int_equal(weft_scope_join(&s), WEFT_NO_THREADS);
	assert_int_equal(b.ran, 0);
	assert_int_equal(memory.out, 0);
}

/* A scope that lives long keeps nothing of threads that are done. */
static void
ended_threads_are_joined_by_later_spawns(void **state)
{
	struct body b = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		assert_int_equal(body_spawn(&s, &b), WEFT_OK);
		while (weft_load_seq_cst(&s.running_.left_) != 0)
			sched_yield();
		assert_int_equal(memory.out, 1);
	}
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	assert_int_equal(b.ran, 50);
	assert_int_equal(memory.out, 0);
}

/* Joined means gone: what the system runs at a thread's end is over, too. */
static pthread_key_t slow_key;
static weft_atomic_u32 slow_ends;

static void
end_slowly(void *value)
{
	(void)value;
	usleep(20000);
	weft_fetch_add_seq_cst(&slow_ends, 1);
}

static weft_status
with_slow_end_run(struct body *b)
{
	b->ran++;
	return pthread_setspecific(slow_key, b) == 0 ? WEFT_OK : WEFT_SYSTEM;
}
WEFT_THREAD(with_slow_end, struct body, with_slow_end_run);

static void
destructors_of_threads_are_done_at_join(void **state)
{
	struct body b[2] = { { 0 } };
	WEFT_SCOPE(s);

	(void)state;
	assert_int_equal(pthread_key_create(&slow_key, end_slowly), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(with_slow_end_spawn(&s, &b[i]), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	assert_int_equal(weft_load_seq_cst(&slow_ends), 2);
	pthread_key_delete(slow_key);
}

static weft_status
exit_run(struct body *b)
{
	b->ran++;
	pthread_exit(NULL);
}
WEFT_THREAD(exiting, struct body, exit_run);

static weft_status
cancelled_run(struct body *b)
{
	b->ran++;
	pthread_cancel(pthread_self());
	pthread_testcancel();
	return WEFT_BUSY;
}
WEFT_THREAD(cancelled, struct body, cancelled_run);

static void
a_thread_that_does_not_return_is_cancelled(void **state)
{
	struct body b = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	assert_int_equal(exiting_spawn(&s, &b), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_CANCELLED);
	assert_int_equal(cancelled_spawn(&s, &b), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_CANCELLED);
	assert_int_equal(b.ran, 2);
	assert_int_equal(memory.out, 0);
}

/* pthread_cancel of a thread that joins takes effect after the join. */
struct joiner {
	weft_atomic_u32 joins, gate;
	struct body b;
	weft_status status;
	bool after;
};

static void *
join_and_go_on(void *arg)
{
	struct joiner *j = arg;
	WEFT_SCOPE(s);

	j->b.gate = &j->gate;
	if (body_spawn(&s, &j->b) != WEFT_OK)
		return arg;
	weft_store_seq_cst(&j->joins, 1);
	j->status = weft_scope_join(&s);
	j->after = true;
	pthread_testcancel();
	return arg;
}

static void
a_join_is_no_point_of_cancellation(void **state)
{
	struct joiner j = { .status = WEFT_BUSY };
	pthread_t thread;
	void *result = NULL;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, join_and_go_on, &j), 0);
	while (weft_load_seq_cst(&j.joins) == 0)
		sched_yield();
	usleep(5000);
	pthread_cancel(thread);
	usleep(5000);
	weft_store_seq_cst(&j.gate, 1);
	pthread_join(thread, &result);
	assert_ptr_equal(result, PTHREAD_CANCELED);
	assert_true(j.after);
	assert_int_equal(j.status, WEFT_OK);
	assert_int_equal(j.b.ran, 1);
	assert_int_equal(memory.out, 0);
}

/* A zeroed scope, spawned into here, joined there. */
static void *
join_it(void *arg)
{
	return weft_scope_join(arg) == WEFT_FULL ? arg : NULL;
}

static void
a_zeroed_scope_may_be_joined_elsewhere(void **state)
{
	struct body b = { .status = WEFT_FULL };
	weft_scope *s = calloc(1, sizeof *s);
	pthread_t thread;
	void *result = NULL;

	(void)state;
	assert_non_null(s);
	assert_int_equal(body_spawn(s, &b), WEFT_OK);
	assert_int_equal(pthread_create(&thread, NULL, join_it, s), 0);
	pthread_join(thread, &result);
	assert_ptr_equal(result, s);
	assert_int_equal(weft_scope_join(s), WEFT_OK);
	free(s);
	assert_int_equal(b.ran, 1);
}

/* Misuse. */

static void
spawn_nowhere(void *arg)
{
	weft_ignore(body_spawn(NULL, arg));
}

static void
spawn_nothing(void *arg)
{
	WEFT_SCOPE(s);

	weft_ignore(weft_thread_spawn(&s, NULL, arg));
}

static void
join_nothing(void *arg)
{
	(void)arg;
	weft_ignore(weft_scope_join(NULL));
}

static void
stop_nothing(void *arg)
{
	(void)arg;
	weft_scope_stop(NULL);
}

static weft_status
join_own_run(weft_scope *s)
{
	return weft_scope_join(s);
}
WEFT_THREAD(join_own, weft_scope, join_own_run);

static void
join_from_inside(void *arg)
{
	WEFT_SCOPE(s);

	(void)arg;
	weft_ignore(join_own_spawn(&s, &s));
	pause();
}

static void
join_from_elsewhere(void *arg)
{
	weft_atomic_u32 gate = { 0 };
	struct body b = { .gate = &gate };
	pthread_t thread;
	WEFT_SCOPE(s);

	(void)arg;
	weft_ignore(body_spawn(&s, &b));
	pthread_create(&thread, NULL, join_it, &s);
	pause();
}

static void
join_a_copy(void *arg)
{
	WEFT_SCOPE(s);
	weft_scope copy;

	weft_ignore(body_spawn(&s, arg));
	while (weft_load_seq_cst(&s.running_.left_) != 0)
		sched_yield();
	copy = s;
	weft_ignore(weft_scope_join(&copy));
}

static void
fork_and_join(void *arg)
{
	int status;
	weft_atomic_u32 gate = { 0 };
	struct body b = { .gate = &gate };
	WEFT_SCOPE(s);

	(void)arg;
	weft_ignore(body_spawn(&s, &b));
	if (fork() == 0)
		return;
	wait(&status);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
		abort();
	_exit(1);
}

static void
lose_the_scope(void *arg)
{
	weft_atomic_u32 gate = { 0 };
	struct body b = { .gate = &gate };
	weft_scope s = { .stop_on_error = false };

	(void)arg;
	weft_ignore(body_spawn(&s, &b));
	memset(&s, 0xa5, sizeof s);
	weft_store_seq_cst(&gate, 1);
	pause();
}

/* Two ways out of a block that run nothing on the way. */
static struct body never;
static weft_atomic_u32 never_gate;
static jmp_buf out_of_scope;

static void *
exit_from_a_scope(void *arg)
{
	WEFT_SCOPE(s);

	never.gate = &never_gate;
	weft_ignore(body_spawn(&s, &never));
	pthread_exit(arg);
}

static void *
jump_from_a_scope(void *arg)
{
	if (setjmp(out_of_scope) == 0) {
		WEFT_SCOPE(s);

		never.gate = &never_gate;
		weft_ignore(body_spawn(&s, &never));
		longjmp(out_of_scope, 1);
	}
	return arg;
}

static void
leave_without_cleanup(void *arg)
{
	pthread_t thread;

	pthread_create(&thread, NULL, arg == NULL ? exit_from_a_scope : jump_from_a_scope, NULL);
	pthread_join(thread, NULL);
}

static void
misuse_is_said(void **state)
{
	struct body b = { 0 };
	char jump;

	(void)state;
	assert_aborts(spawn_nowhere, &b, "weft_thread_spawn: there is no scope");
	assert_aborts(spawn_nothing, &b, "weft_thread_spawn: there is no function");
	assert_aborts(join_nothing, NULL, "weft_scope_join: there is no scope");
	assert_aborts(stop_nothing, NULL, "weft_scope_stop: there is no scope");
	assert_aborts(join_from_inside, NULL, "would wait for itself");
	assert_aborts(join_from_elsewhere, NULL, "another thread declared this scope");
	assert_aborts(join_a_copy, &b, "the scope is a copy");
	assert_aborts(fork_and_join, NULL, "weft_scope_join: this is a child that fork made");
	assert_aborts(lose_the_scope, NULL, "its memory is gone");
	assert_aborts(leave_without_cleanup, NULL, "WEFT_SCOPE: a thread ends");
	assert_aborts(leave_without_cleanup, &jump, "WEFT_SCOPE: a thread ends");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_borrow_the_callers_stack),
		cmocka_unit_test(an_empty_scope_is_joined_at_once),
		cmocka_unit_test(the_first_failure_by_order_of_spawning),
		cmocka_unit_test(a_status_comes_back_unchanged),
		cmocka_unit_test(after_join_a_scope_is_as_new),
		cmocka_unit_test(leaving_the_block_joins),
		cmocka_unit_test(scopes_nest),
		cmocka_unit_test(threads_spawn_into_their_scope),
		cmocka_unit_test(threads_are_asked_to_stop),
		cmocka_unit_test(an_error_stops_the_others),
		cmocka_unit_test(a_failed_spawn_stops_the_others),
		cmocka_unit_test(stop_has_a_parent_and_a_deadline),
		cmocka_unit_test(no_threads_is_said_and_the_others_are_joined),
		cmocka_unit_test(no_memory_is_said_and_the_others_are_joined),
		cmocka_unit_test(a_failed_spawn_is_first_or_second_by_order),
		cmocka_unit_test(threads_have_names_stacks_and_cpus),
		cmocka_unit_test(impossible_threads_are_refused),
		cmocka_unit_test(ended_threads_are_joined_by_later_spawns),
		cmocka_unit_test(destructors_of_threads_are_done_at_join),
		cmocka_unit_test(a_thread_that_does_not_return_is_cancelled),
		cmocka_unit_test(a_join_is_no_point_of_cancellation),
		cmocka_unit_test(a_zeroed_scope_may_be_joined_elsewhere),
		cmocka_unit_test(misuse_is_said),
	};
	const weft_allocator a = test_allocator(&memory);

	if (!weft_set_allocator(&a))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
