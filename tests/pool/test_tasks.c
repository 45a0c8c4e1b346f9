/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_tasks.c: groups of tasks: who runs them, in which order, and what wait returns. */
#include <weft/latch.h>
#include <weft/pool.h>

#include <pthread.h>

#include "test.h"

/* Runs fn as a worker of a pool of so many threads; 0: the process's pool, from outside. */
static void
on(weft_pool_options options, void (*fn)(void *))
{
	weft_pool *p = weft_pool_new(&options);

	assert_non_null(p);
	weft_pool_run(p, fn, NULL);
	weft_pool_free(p);
}

static void
on_each(void (*fn)(void *))
{
	fn(NULL);
	for (unsigned threads = 1; threads <= 4; threads++)
		on((weft_pool_options){ .threads = threads }, fn);
	on((weft_pool_options){ .threads = 2, .caller_waits = true }, fn);
}

/* A counter that each task adds to. */
static weft_atomic_u64 total;

struct add {
	uint64_t n;
};

static void
add_run(struct add *a)
{
	/* relaxed: a count; the wait for the group orders what follows. */
	weft_fetch_add_relaxed(&total, a->n);
}
WEFT_TASK(add, struct add, add_run);

static void
spawn_many(void *unused)
{
	static struct add numbers[3000];
	WEFT_TASKS(t);

	(void)unused;
	weft_store_relaxed(&total, 0);
	for (int fifo = 0; fifo < 2; fifo++) {
		t.fifo = fifo;
		for (size_t i = 0; i < WEFT_COUNT(numbers); i++) {
			numbers[i].n = i;
			add_spawn(&t, &numbers[i]);
		}
		assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
		assert_int_equal(weft_load_relaxed(&total), (uint64_t)(fifo + 1) * 2999 * 1500);
	}
	/* Nothing was spawned since. */
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
}

static void
each_task_runs_once_and_a_group_is_used_again(void **state)
{
	(void)state;
	on_each(spawn_many);
}

static void
leaving_waits(void **state)
{
	struct add one = { 1 };

	(void)state;
	weft_store_relaxed(&total, 0);
	for (int i = 0; i < 100; i++) {
		WEFT_TASKS(t);

		add_spawn(&t, &one);
	}
	assert_int_equal(weft_load_relaxed(&total), 100);
}

/* A tree: tasks that spawn into the group that they are of, and groups of their own. */
struct tree {
	weft_tasks *shared;
	int depth;
};

static weft_status
grow(void *tree_)
{
	struct tree *tree = tree_, child[2];
	WEFT_TASKS(own);

	weft_fetch_add_relaxed(&total, 1);
	if (tree->depth == 0)
		return WEFT_OK;
	for (int i = 0; i < 2; i++) {
		child[i] = (struct tree){ &own, tree->depth - 1 };
		weft_tasks_spawn(&own, grow, &child[i]);
	}
	return weft_tasks_wait(&own);
}

static void
grow_tree(void *unused)
{
	struct tree tree = { NULL, TEST_IS_SLOW ? 7 : 10 };

	(void)unused;
	weft_store_relaxed(&total, 0);
	assert_int_equal(grow(&tree), WEFT_OK);
	assert_int_equal(weft_load_relaxed(&total), (2u << tree.depth) - 1);
}

static void
groups_nest(void **state)
{
	(void)state;
	on_each(grow_tree);
}

static weft_status
spread(void *tree_)
{
	struct tree *tree = tree_;

	weft_fetch_add_relaxed(&total, 1);
	/* Two nodes of one depth are alike, so they share a description. */
	if (tree->depth > 0)
		for (int i = 0; i < 2; i++)
			weft_tasks_spawn(tree->shared, spread, tree - 1);
	return WEFT_OK;
}

static void
spread_tree(void *unused)
{
	enum { DEPTH = TEST_IS_SLOW ? 7 : 10 };
	struct tree level[DEPTH + 1];
	WEFT_TASKS(t);

	(void)unused;
	weft_store_relaxed(&total, 0);
	for (int i = 0; i <= DEPTH; i++)
		level[i] = (struct tree){ &t, i };
	weft_tasks_spawn(&t, spread, &level[DEPTH]);
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
	assert_int_equal(weft_load_relaxed(&total), (2u << DEPTH) - 1);
}

static void
tasks_spawn_into_their_group(void **state)
{
	(void)state;
	on_each(spread_tree);
}

/* Other threads spawn into a group that one waits for. */
struct crowd {
	weft_tasks *t;
	weft_latch *ready;
	struct add one;
};

static void *
spawn_some(void *crowd_)
{
	struct crowd *c = crowd_;

	for (int i = 0; i < test_scale(400); i++)
		add_spawn(c->t, &c->one);
	weft_latch_done(c->ready);
	return NULL;
}

/* It keeps the group open until all others have spawned. */
static weft_status
hold_open(void *ready)
{
	weft_latch_wait(ready);
	return WEFT_OK;
}

static void
other_threads_spawn(void **state)
{
	(void)state;
	for (int round = 0; round < test_scale(16); round++) {
		weft_latch ready = { 0 };
		pthread_t thread[3];
		WEFT_TASKS(t);
		struct crowd c = { &t, &ready, { 1 } };

		weft_store_relaxed(&total, 0);
		weft_latch_add(&ready, 3);
		weft_tasks_spawn(&t, hold_open, &ready);
		for (int i = 0; i < 3; i++)
			assert_int_equal(pthread_create(&thread[i], NULL, spawn_some, &c), 0);
		assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
		assert_int_equal(weft_load_relaxed(&total), 3 * test_scale(400));
		for (int i = 0; i < 3; i++)
			pthread_join(thread[i], NULL);
	}
}

/* Order: where nobody helps, it is exact. */
static int seen[8], seen_count;

static weft_status
note(void *number)
{
	seen[seen_count++] = *(int *)number;
	return WEFT_OK;
}

struct ordered {
	bool fifo, from_outside;
};

/* The waiter alone runs them; or the one worker, while the waiter sleeps. */
static void
check_order(void *ordered_)
{
	static int number[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct ordered *o = ordered_;
	weft_tasks t = { .fifo = o->fifo };

	seen_count = 0;
	for (int i = 0; i < 8; i++)
		weft_tasks_spawn(&t, note, &number[i]);
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
	assert_int_equal(seen_count, 8);
	for (int i = 0; i < 8; i++)
		assert_int_equal(seen[i], o->fifo ? i : 7 - i);
}

static void
newest_first_or_oldest_first(void **state)
{
	weft_pool_options options = { .threads = 1, .caller_waits = true };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ordered o = { .fifo = i };
		weft_pool *p = weft_pool_new(&options);

		/* The one worker both spawns and waits. */
		weft_pool_run(p, check_order, &o);
		weft_pool_free(p);
	}
}

/* One worker is held until tasks of each lane wait. */
static void
one_of_each_lane(void *unused)
{
	static int number[6] = { 0, 1, 2, 3, 4, 5 };
	static const weft_lane lane[6] = { WEFT_BACKGROUND, WEFT_NORMAL, WEFT_URGENT,
		WEFT_BACKGROUND, WEFT_NORMAL, WEFT_URGENT };
	static const int expected[6] = { 2, 5, 1, 4, 0, 3 };
	weft_task *task[6];

	(void)unused;
	seen_count = 0;
	for (int i = 0; i < 6; i++)
		task[i] = weft_task_spawn(note, &number[i], lane[i]);
	while (weft_pool_yield())
		;
	assert_int_equal(seen_count, 6);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(seen[i], expected[i]);
		assert_int_equal(weft_task_wait(task[i]), WEFT_OK);
	}
}

static void
urgent_before_normal_before_background(void **state)
{
	(void)state;
	on((weft_pool_options){ .threads = 1, .caller_waits = true }, one_of_each_lane);
}

/* Groups of one lane take turns. */
static void
two_groups(void *unused)
{
	static int number[6] = { 0, 1, 2, 3, 4, 5 };
	static const int expected[6] = { 0, 3, 1, 4, 2, 5 };
	weft_tasks a = { .fifo = true }, b = { .fifo = true };

	(void)unused;
	seen_count = 0;
	for (int i = 0; i < 6; i++)
		weft_tasks_spawn(i < 3 ? &a : &b, note, &number[i]);
	while (weft_pool_yield())
		;
	assert_int_equal(weft_tasks_wait(&a), WEFT_OK);
	assert_int_equal(weft_tasks_wait(&b), WEFT_OK);
	for (int i = 0; i < 6; i++)
		assert_int_equal(seen[i], expected[i]);
}

static void
groups_take_turns(void **state)
{
	(void)state;
	on((weft_pool_options){ .threads = 1, .caller_waits = true }, two_groups);
}

/* Failures. */
static weft_status
fail_as_told(void *status)
{
	return *(weft_status *)status;
}

static weft_status
fail_late(void *status)
{
	for (int i = 0; i < 2000; i++)
		weft_pause();
	return *(weft_status *)status;
}

static void
fail_in_turn(void *unused)
{
	weft_status status[40];
	WEFT_TASKS(t);

	(void)unused;
	for (int first = 0; first < 40; first += 3) {
		for (int i = 0; i < 40; i++) {
			/* What asks to stop counts for less than what failed. */
			status[i] = i < first ? WEFT_OK : weft_user(i);
			if (i + 1 == first)
				status[i] = WEFT_CANCELLED;
			weft_tasks_spawn(&t, i == first ? fail_late : fail_as_told, &status[i]);
		}
		assert_int_equal(weft_tasks_wait(&t), weft_user(first));
	}
	/* What is over is forgotten. */
	status[0] = WEFT_OK;
	weft_tasks_spawn(&t, fail_as_told, &status[0]);
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
	status[0] = WEFT_CANCELLED;
	weft_tasks_spawn(&t, fail_as_told, &status[0]);
	assert_int_equal(weft_tasks_wait(&t), WEFT_CANCELLED);
}

static void
the_failure_is_that_of_the_first_spawned(void **state)
{
	(void)state;
	on_each(fail_in_turn);
}

/* Typed tasks that may fail. */
struct trial {
	int n;
	bool ran;
};

static weft_status
try_run(struct trial *trial)
{
	trial->ran = true;
	return trial->n == 0 ? WEFT_OK : weft_user(trial->n);
}
WEFT_TRY_TASK(trial, struct trial, try_run);

static void
try_both(void *unused)
{
	(void)unused;
	for (int a = 0; a < 2; a++)
		for (int b = 0; b < 2; b++) {
			struct trial x = { a, false }, y = { 2 * b, false };
			weft_status expected = a ? weft_user(1) : b ? weft_user(2) : WEFT_OK;
			WEFT_TASKS(t);

			assert_int_equal(trial_join(&x, &y), expected);
			assert_true(x.ran && y.ran);
			x.ran = y.ran = false;
			trial_spawn(&t, &x);
			trial_spawn(&t, &y);
			assert_int_equal(weft_tasks_wait(&t), expected);
			assert_true(x.ran && y.ran);
		}
}

static void
typed_tasks_fail_as_they_say(void **state)
{
	(void)state;
	on_each(try_both);
}

static void
stop_in_time(void *unused)
{
	static weft_status bad = WEFT_INVALID;
	struct add one = { 1 };
	weft_tasks t = { .fifo = true, .stop_on_error = true };
	weft_cancel parent = { 0 };
	weft_tasks child = { .stop = weft_cancel_child(&parent, WEFT_FOREVER) };

	(void)unused;
	weft_store_relaxed(&total, 0);
	weft_tasks_spawn(&t, fail_as_told, &bad);
	for (int i = 0; i < 100; i++)
		add_spawn(&t, &one);
	assert_int_equal(weft_tasks_wait(&t), WEFT_INVALID);
	assert_true(weft_cancel_is_set(&t.stop));
	/* The one worker runs the oldest first, so nothing else began. */
	assert_int_equal(weft_load_relaxed(&total), 0);
	/* What is set stays set. */
	add_spawn(&t, &one);
	assert_int_equal(weft_tasks_wait(&t), WEFT_CANCELLED);
	/* A token above stops it as well. */
	add_spawn(&child, &one);
	assert_int_equal(weft_tasks_wait(&child), WEFT_OK);
	add_spawn(&child, &one);
	weft_cancel_set(&parent);
	assert_int_equal(weft_tasks_wait(&child), WEFT_CANCELLED);
	assert_int_equal(weft_load_relaxed(&total), 1);
}

static void
what_was_stopped_does_not_begin(void **state)
{
	(void)state;
	on((weft_pool_options){ .threads = 1, .caller_waits = true }, stop_in_time);
}

/* A lock held across a wait: a stranger's task that needs it runs elsewhere, or later. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread bool has_lock;

static weft_status
use_lock(void *unused)
{
	(void)unused;
	assert_false(has_lock);
	pthread_mutex_lock(&lock);
	has_lock = true;
	has_lock = false;
	pthread_mutex_unlock(&lock);
	return WEFT_OK;
}

static weft_status
rest_awhile(void *unused)
{
	(void)unused;
	for (int i = 0; i < 300; i++)
		weft_pause();
	return WEFT_OK;
}

static weft_status
wait_under_lock(void *unused)
{
	WEFT_TASKS(t);

	(void)unused;
	assert_false(has_lock);
	pthread_mutex_lock(&lock);
	has_lock = true;
	for (int i = 0; i < 4; i++)
		weft_tasks_spawn(&t, rest_awhile, NULL);
	weft_ignore(weft_tasks_wait(&t));
	has_lock = false;
	pthread_mutex_unlock(&lock);
	return WEFT_OK;
}

static void
lock_and_wait(void *unused)
{
	WEFT_TASKS(t);

	(void)unused;
	for (int i = 0; i < test_scale(400); i++) {
		weft_tasks_spawn(&t, wait_under_lock, NULL);
		weft_tasks_spawn(&t, use_lock, NULL);
	}
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
}

static void
no_stranger_runs_under_a_lock_held_across_a_wait(void **state)
{
	(void)state;
	on_each(lock_and_wait);
}

/* Who waits helps with what the group's tasks have forked elsewhere. */
static weft_atomic_u32 begun, helped;

static void
look_who(void *unused)
{
	(void)unused;
	if (weft_pool_worker() == -1)
		weft_store_relaxed(&helped, 1);
	for (int i = 0; i < 200; i++)
		weft_pause();
}

static weft_status
fork_until_helped(void *unused)
{
	(void)unused;
	weft_store_relaxed(&begun, 1);
	while (weft_load_relaxed(&helped) == 0) {
		weft_fork f = weft_fork_begin_(look_who, NULL);

		for (int i = 0; i < 2000; i++)
			weft_pause();
		if (weft_fork_end_(f))
			weft_pause();
	}
	return WEFT_OK;
}

static void
leave_to_worker(void *unused)
{
	WEFT_TASKS(t);

	(void)unused;
	weft_store_relaxed(&helped, 0);
	weft_store_relaxed(&begun, 0);
	weft_tasks_spawn(&t, fork_until_helped, NULL);
	/* The one worker takes it, since this thread, which waits, does not look for it yet. */
	while (weft_load_relaxed(&begun) == 0)
		weft_pause();
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
}

static void
a_wait_helps_with_forks(void **state)
{
	(void)state;
	on((weft_pool_options){ .threads = 1 }, leave_to_worker);
}

/* Two tasks that need each other's channel: a blocked one gives its place away. */
struct pair {
	weft_latch first, second;
};

static weft_status
meet_first(void *pair)
{
	weft_latch_done(&((struct pair *)pair)->first);
	weft_latch_wait(&((struct pair *)pair)->second);
	return WEFT_OK;
}

static weft_status
meet_second(void *pair)
{
	weft_latch_done(&((struct pair *)pair)->second);
	weft_latch_wait(&((struct pair *)pair)->first);
	return WEFT_OK;
}

static void
meet(void *unused)
{
	struct pair pair;
	WEFT_TASKS(t);

	(void)unused;
	memset(&pair, 0, sizeof pair);
	weft_latch_add(&pair.first, 1);
	weft_latch_add(&pair.second, 1);
	weft_tasks_spawn(&t, meet_first, &pair);
	weft_tasks_spawn(&t, meet_second, &pair);
	assert_int_equal(weft_tasks_wait(&t), WEFT_OK);
}

static void
tasks_that_wait_for_each_other_meet(void **state)
{
	(void)state;
	on_each(meet);
}

/* Misuse: each in a child process. */
static weft_status
wait_for_own(void *group)
{
	return weft_tasks_wait(group);
}

static void
wait_from_inside(void *unused)
{
	WEFT_TASKS(t);

	(void)unused;
	weft_tasks_spawn(&t, wait_for_own, &t);
	/* The one worker: the task runs here. */
	weft_ignore(weft_tasks_wait(&t));
}

static void
wait_from_inside_alone(void *unused)
{
	(void)unused;
	on((weft_pool_options){ .threads = 1, .caller_waits = true }, wait_from_inside);
}

static weft_tasks left_open;

static void
leave_open(void *unused)
{
	static struct add one = { 1 };

	(void)unused;
	add_spawn(&left_open, &one);
}

static void
free_with_open_group(void *unused)
{
	(void)unused;
	on((weft_pool_options){ .threads = 1 }, leave_open);
}

static void
spawn_nothing(void *unused)
{
	WEFT_TASKS(t);

	(void)unused;
	weft_tasks_spawn(&t, NULL, NULL);
}

static void
wait_for_parents(void *group)
{
	weft_ignore(weft_tasks_wait(group));
}

static void
misuse_stops_the_program(void **state)
{
	WEFT_TASKS(t);
	struct add one = { 1 };

	(void)state;
	assert_aborts(wait_from_inside_alone, NULL, "called by a task of the group");
	assert_aborts(free_with_open_group, NULL, "has not been waited for");
	assert_aborts(spawn_nothing, NULL, "give a group");
	add_spawn(&t, &one);
	assert_aborts(wait_for_parents, &t, "tasks of a parent process");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* First, while there is no thread. */
		cmocka_unit_test(misuse_stops_the_program),
		cmocka_unit_test(each_task_runs_once_and_a_group_is_used_again),
		cmocka_unit_test(leaving_waits),
		cmocka_unit_test(groups_nest),
		cmocka_unit_test(tasks_spawn_into_their_group),
		cmocka_unit_test(other_threads_spawn),
		cmocka_unit_test(newest_first_or_oldest_first),
		cmocka_unit_test(urgent_before_normal_before_background),
		cmocka_unit_test(groups_take_turns),
		cmocka_unit_test(the_failure_is_that_of_the_first_spawned),
		cmocka_unit_test(typed_tasks_fail_as_they_say),
		cmocka_unit_test(what_was_stopped_does_not_begin),
		cmocka_unit_test(no_stranger_runs_under_a_lock_held_across_a_wait),
		cmocka_unit_test(a_wait_helps_with_forks),
		cmocka_unit_test(tasks_that_wait_for_each_other_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
