/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_deque_stop.c: a thread stopped before any of its atomics stops nobody, and loses nothing. */
static void step(void);
#define WEFT_ATOMIC_STEP_() step()
#include "test.h"

#include <pthread.h>
#include <semaphore.h>
#include <weft/deque.h>

/*
 * One thread, the victim, stops before the atomic number stop_at of its call, until it is let
 * go. What the others do meanwhile must come to an end: alarm ends a test in which it does not.
 */
static struct {
	int stop_at;
	bool stopped;           /* written by the victim, read after `there` */
	sem_t there, go;
} stop;

static _Thread_local int steps = -1;    /* of the victim's call; -1: not the victim */

static void
step(void)
{
	if (steps < 0 || steps++ != stop.stop_at)
		return;
	stop.stopped = true;
	sem_post(&stop.there);
	while (sem_wait(&stop.go) != 0)
		;
}

WEFT_DEQUE(work, uint64_t);

/* What came out, and how often. */
#define MANY 400
static struct scene {
	work d;
	int out[MANY];
	uint64_t next;          /* the next value to push */
	uint64_t victims[8];    /* what the victim's call gave */
	size_t victims_n;
	bool wrong;             /* the victim saw what cannot be */
} scene;

static void
took(uint64_t v)
{
	assert_true(v < MANY);
	scene.out[v]++;
}

static void
push(uint64_t n)
{
	for (; n > 0; n--)
		assert_true(work_push(&scene.d, scene.next++));
}

static void
begin(size_t capacity, uint64_t n)
{
	weft_deque_options options = { .capacity = capacity };

	memset(&scene, 0, sizeof scene);
	assert_int_equal(work_init_with(&scene.d, &options), WEFT_OK);
	/* Near the top, and in the middle of the buffer. */
	weft_deque_begin_at_(&scene.d.raw, UINT64_MAX - 2);
	push(n);
}

/* Each value that was pushed came out once. */
static void
end(void)
{
	uint64_t v = 0;

	assert_false(scene.wrong);
	for (size_t i = 0; i < scene.victims_n; i++)
		took(scene.victims[i]);
	while (work_pop(&scene.d, &v))
		took(v);
	for (uint64_t i = 0; i < scene.next; i++)
		assert_int_equal(scene.out[i], 1);
	work_fini(&scene.d);
}

/* The calls of a victim. */
static void
victim_steals(void)
{
	scene.victims_n = work_steal(&scene.d, scene.victims) == WEFT_OK;
}

static void
victim_steals_some(void)
{
	scene.victims_n = work_steal_n(&scene.d, scene.victims, 3);
}

static void
victim_pops(void)
{
	scene.victims_n = work_pop(&scene.d, scene.victims);
}

static void
victim_pushes(void)
{
	scene.wrong = !work_push(&scene.d, scene.next++);
}

static bool saw_empty;

static void
victim_looks(void)
{
	if (work_len(&scene.d) > MANY)
		scene.wrong = true;
	if (work_is_empty(&scene.d))
		saw_empty = true;
}

static void *
victim(void *call)
{
	void (**fn)(void) = call;

	steps = 0;
	(*fn)();
	steps = -1;
	if (!stop.stopped)
		sem_post(&stop.there);
	return NULL;
}

/*
 * For each atomic of the call: the scene is set, the victim goes as far as that, the others
 * do what they do, and then the victim goes on. Returns how many atomics there were.
 */
static int
stop_at_each(void (*call)(void), size_t capacity, uint64_t n, void (*others)(void))
{
	int at = 0;

	for (bool over = false; !over; at++) {
		pthread_t thread;

		begin(capacity, n);
		stop.stop_at = at;
		stop.stopped = false;
		sem_init(&stop.there, 0, 0);
		sem_init(&stop.go, 0, 0);
		alarm(20);
		assert_int_equal(pthread_create(&thread, NULL, victim, &call), 0);
		while (sem_wait(&stop.there) != 0)
			;
		over = !stop.stopped;
		others();
		sem_post(&stop.go);
		assert_int_equal(pthread_join(thread, NULL), 0);
		alarm(0);
		end();
		sem_destroy(&stop.there);
		sem_destroy(&stop.go);
	}
	return at - 1;
}

/* While a thief is stopped, the owner takes all, pushes, grows; and other thieves steal. */
static void
owner_pops_all(void)
{
	uint64_t v = 0;

	while (work_pop(&scene.d, &v))
		took(v);
	assert_int_equal(work_len(&scene.d), 0);
}

static void
owner_takes_and_fills_anew(void)
{
	owner_pops_all();
	push(3);
}

static void
owner_grows_it(void)
{
	uint64_t v = 0;

	push(100);
	for (int i = 0; i < 90; i++) {
		assert_true(work_pop(&scene.d, &v));
		took(v);
	}
	push(50);
}

static void
thieves_take_all(void)
{
	uint64_t vs[4];
	weft_status s;
	size_t n;

	n = work_steal_n(&scene.d, vs, 4);
	for (size_t i = 0; i < n; i++)
		took(vs[i]);
	while ((s = work_steal(&scene.d, vs)) != WEFT_EMPTY) {
		/* Nobody else is moving, so nobody can be faster. */
		assert_int_equal(s, WEFT_OK);
		took(vs[0]);
	}
}

static void
all_of_it(void)
{
	thieves_take_all();
	owner_takes_and_fills_anew();
	owner_grows_it();
	thieves_take_all();
	push(70);
}

static void (*const others_all[])(void) = { owner_pops_all, owner_takes_and_fills_anew,
	owner_grows_it, thieves_take_all, all_of_it };

static void
test_a_stopped_thief_stops_nobody(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(others_all); i++)
		for (uint64_t n = 0; n <= 5; n++) {
			int atomics = stop_at_each(victim_steals, 4, n, others_all[i]);

			/* top, bottom; buffer, value, top. */
			assert_int_equal(atomics, n == 0 ? 2 : 5);
			assert_true(stop_at_each(victim_steals_some, 4, n, others_all[i]) >= 2);
		}
}

/* One thing in, one out, at either end: there is always one at least. */
static void
never_empty(void)
{
	uint64_t v = 0;

	for (int i = 0; i < 20; i++) {
		push(2);
		assert_true(work_pop(&scene.d, &v));
		took(v);
		assert_int_equal(work_steal(&scene.d, &v), WEFT_OK);
		took(v);
	}
}

static void
test_a_stopped_looker_stops_nobody(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(others_all); i++)
		for (uint64_t n = 0; n <= 5; n++)
			assert_true(stop_at_each(victim_looks, 4, n, others_all[i]) >= 5);
	saw_empty = false;
	for (uint64_t n = 1; n <= 5; n++) {
		stop_at_each(victim_looks, 4, n, never_empty);
		assert_false(saw_empty);
	}
}

/* While the owner is stopped, thieves take what there is: all but the value that it is taking. */
static void
thieves_leave_nothing(void)
{
	thieves_take_all();
	assert_int_equal(work_len(&scene.d), 0);
	assert_true(work_is_empty(&scene.d));
}

static void
test_a_stopped_owner_stops_no_thief(void **state)
{
	(void)state;
	for (uint64_t n = 0; n <= 9; n++) {
		int atomics = stop_at_each(victim_pops, 4, n, thieves_leave_nothing);

		/* bottom; bottom, top; then for the last top and bottom, else the value. */
		assert_true(atomics >= (n == 0 ? 1 : 4));
		atomics = stop_at_each(victim_pushes, 4, n, thieves_leave_nothing);
		assert_true(atomics >= 3);
	}
}

/* A thief that lost the race says so, and leaves the value of its caller. */
static weft_status told[8];
static size_t told_n;

static void
victim_steals_and_tells(void)
{
	uint64_t v = 77;

	told[told_n] = work_steal(&scene.d, &v);
	if (told[told_n++] == WEFT_OK)
		scene.victims[scene.victims_n++] = v;
	else
		scene.wrong = v != 77;
}

static void
thief_takes_one(void)
{
	uint64_t v = 0;

	assert_int_equal(work_steal(&scene.d, &v), WEFT_OK);
	took(v);
}

static void
test_a_lost_race_is_busy(void **state)
{
	(void)state;
	assert_int_equal(stop_at_each(victim_steals_and_tells, 4, 2, thief_takes_one), 5);
	/* Stopped before it read top it takes the next; from there on it has lost. */
	assert_int_equal(told[0], WEFT_OK);
	for (size_t i = 1; i < 5; i++)
		assert_int_equal(told[i], WEFT_BUSY);
	assert_int_equal(told[5], WEFT_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_stopped_thief_stops_nobody),
		cmocka_unit_test(test_a_stopped_looker_stops_nobody),
		cmocka_unit_test(test_a_stopped_owner_stops_no_thief),
		cmocka_unit_test(test_a_lost_race_is_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
