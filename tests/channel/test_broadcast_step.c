/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * test_broadcast_step.c: a reader is overtaken, and a sender looked over the shoulder,
 * before each of their atomics in turn.
 *
 * One thread does it all: between two atomics of one call another call is made. The code of
 * the broadcast is compiled in, so that it can be seen whether its lock is free then.
 */
static void step(void);
#define WEFT_ATOMIC_STEP_() step()

#include "../../src/channel/broadcast.c"

#include "broadcast_test.h"

/* What is to be done before the atomic number `at` of the call that is watched. */
static struct {
	bool watching, again;    /* again: or before the first one after it where it can be */
	int at, steps;
	bool done;               /* it was */
	void (*then)(void);
} script;

static void
step(void)
{
	int now;

	if (!script.watching)
		return;
	now = script.steps++;
	if (now != script.at && !(script.again && now > script.at && !script.done))
		return;
	script.watching = false;
	script.then();
	script.watching = true;
}

static void
script_begin(int at, void (*then)(void))
{
	script.at = at;
	script.then = then;
	script.steps = 0;
	script.done = script.again = false;
	script.watching = true;
}

/* True: the call had such an atomic. */
static bool
script_end(void)
{
	script.watching = false;
	return script.steps > script.at;
}

static bool
is_free(const core *c)
{
	return c->lock.value_ == 0;
}

/* A value that cannot be torn unseen. */
struct long_value {
	uint64_t word[3];
};
WEFT_BROADCAST(longs, struct long_value);

static struct scene {
	longs b;
	longs_reader r, other;
	uint64_t sent, burst;
} scene;

static void
send_one(void)
{
	struct long_value v = { { scene.sent, scene.sent * 3, scene.sent * 7 } };

	assert_int_equal(longs_send(&scene.b, v), WEFT_OK);
	scene.sent++;
}

static uint64_t
number_of(const struct long_value *v)
{
	assert_int_equal(v->word[1], v->word[0] * 3);
	assert_int_equal(v->word[2], v->word[0] * 7);
	return v->word[0];
}

static void
send_burst(void)
{
	if (!is_free(scene.b.raw.core_))
		return;
	script.done = true;
	for (uint64_t i = 0; i < scene.burst; i++)
		send_one();
}

static void
scene_open(size_t capacity, uint64_t first)
{
	memset(&scene, 0, sizeof scene);
	assert_int_equal(longs_init(&scene.b, capacity), WEFT_OK);
	longs_subscribe(&scene.b, &scene.r);
	for (uint64_t i = 0; i < first; i++)
		send_one();
}

/*
 * `first` values are there, a recv begins, and before one of its atomics `burst` more come.
 * What it gives is what it must: a value that was there at some moment of the call, and the
 * number missed says which.
 */
static bool
overtake(size_t capacity, uint64_t first, uint64_t burst, int at)
{
	struct long_value v = { { 77, 77, 77 } };
	uint64_t least = first > capacity ? first - capacity : 0;
	weft_status s;
	bool had;

	scene_open(capacity, first);
	scene.burst = burst;
	script_begin(at, send_burst);
	s = longs_try_recv(&scene.r, &v);
	had = script_end();
	if (s == WEFT_OK) {
		uint64_t n = number_of(&v), now = scene.sent > capacity ? scene.sent - capacity : 0;

		assert_true(n >= least && n <= (now > least ? now : least));
		assert_int_equal(longs_lag(&scene.r) + longs_missed(&scene.r) + 1, scene.sent);
		for (uint64_t next = n + 1 > now ? n + 1 : now; next < scene.sent; next++) {
			assert_int_equal(longs_try_recv(&scene.r, &v), WEFT_OK);
			assert_int_equal(number_of(&v), next);
		}
	} else {
		assert_int_equal(s, WEFT_EMPTY);
		assert_int_equal(first, 0);
		assert_int_equal(v.word[0], 77);
	}
	longs_unsubscribe(&scene.r);
	longs_fini(&scene.b);
	return had;
}

static void
a_reader_overtaken_at_any_atomic_gets_a_whole_value(void **state)
{
	int bursts = 0;

	(void)state;
	for (size_t capacity = 1; capacity <= 4; capacity++) {
		for (uint64_t first = 0; first <= capacity + 2; first++) {
			for (uint64_t burst = 1; burst <= 2 * capacity + 2; burst++) {
				for (int at = 0; overtake(capacity, first, burst, at); at++)
					bursts += script.done;
			}
		}
	}
	assert_true(bursts > 100);
}

static void
look(void)
{
	struct long_value v;
	weft_status s;

	assert_false(is_free(scene.b.raw.core_));
	script.done = true;
	/* The value is there or not; what is behind it is not touched, so the reader is in time. */
	s = longs_try_recv(&scene.r, &v);
	assert_true(s == WEFT_OK || s == WEFT_EMPTY);
	if (s == WEFT_OK)
		assert_int_equal(number_of(&v), scene.sent);
	assert_int_equal(longs_lag(&scene.r), 0);
	assert_int_equal(longs_missed(&scene.r), 0);
	/* What one reader has got is there for the other. */
	assert_int_equal(longs_lag(&scene.other), s == WEFT_OK);
}

static void
look_if_locked(void)
{
	if (!is_free(scene.b.raw.core_))
		look();
}

/* Also: it takes no lock, or this would never end. */
static void
a_reader_in_time_waits_for_no_sender(void **state)
{
	int looks = 0;

	(void)state;
	alarm(60);
	for (size_t capacity = 2; capacity <= 3; capacity++) {
		bool had = true;

		for (int at = 0; had; at++) {
			struct long_value v;

			scene_open(capacity, 0);
			longs_subscribe(&scene.b, &scene.other);
			for (int i = 0; i < 5; i++) {
				send_one();
				assert_int_equal(longs_try_recv(&scene.r, &v), WEFT_OK);
				assert_int_equal(longs_try_recv(&scene.other, &v), WEFT_OK);
			}
			script_begin(at, look_if_locked);
			send_one();
			had = script_end();
			looks += script.done;
			longs_unsubscribe(&scene.other);
			longs_unsubscribe(&scene.r);
			longs_fini(&scene.b);
		}
	}
	assert_true(looks >= 12);
}

/* Between the two stores of a send, and the looks of lag and missed. */
static void
lag_and_missed_are_of_one_moment(void **state)
{
	(void)state;
	for (int of = 0; of < 2; of++) {
		bool had = true;

		for (int at = 0; had; at++) {
			uint64_t least, most, got;

			scene_open(3, 2);
			scene.burst = 1;
			least = of == 0 ? longs_lag(&scene.r) : longs_missed(&scene.r);
			script_begin(at, send_burst);
			got = of == 0 ? longs_lag(&scene.r) : longs_missed(&scene.r);
			had = script_end();
			most = of == 0 ? longs_lag(&scene.r) : longs_missed(&scene.r);
			assert_true(got >= least && got <= most);
			longs_unsubscribe(&scene.r);
			longs_fini(&scene.b);
		}
	}
}

/* Lossless: a reader makes room at any moment of a sender that is about to get in line. */
static struct {
	nums b;
	nums_reader r;
	weft_time made;          /* when there was room */
} tight;

static void
make_room_now(void)
{
	uint64_t v;

	if (nums_lag(&tight.r) == 0)
		return;
	/* With the lock taken only what needs none can be done: a reader that nobody waits for. */
	if (!is_free(tight.b.raw.core_) && tight.b.raw.core_->wanted.value_ != 0)
		return;
	script.done = true;
	tight.made = weft_now();
	assert_int_equal(nums_try_recv(&tight.r, &v), WEFT_OK);
}

static void
room_made_at_any_atomic_of_a_sender_is_seen(void **state)
{
	weft_broadcast_options options = { .capacity = 1, .lossless = true };
	int made = 0;
	bool had = true, slept = false;
	weft_time deadline;
	weft_status s;

	(void)state;
	alarm(60);
	for (int at = 0; had && !slept; at++) {
		assert_int_equal(nums_init_with(&tight.b, &options), WEFT_OK);
		nums_subscribe(&tight.b, &tight.r);
		assert_int_equal(nums_send(&tight.b, 1), WEFT_OK);
		script_begin(at, make_room_now);
		script.again = true;
		/* Without the spin, which would make the number of atomics a matter of luck. */
		deadline = weft_after_s(2);
		s = send_in_line(tight.b.raw.core_, &(uint64_t){ 2 }, deadline);
		assert_int_equal(s, script.done ? WEFT_OK : WEFT_TIMEOUT);
		/* Not by its last try, which it makes at the deadline; there the test ends. */
		if (script.done)
			assert_true(weft_time_since(weft_now(), tight.made) < WEFT_S(1));
		slept = script.done && !weft_time_is_before(tight.made, deadline);
		had = script_end();
		made += script.done;
		nums_unsubscribe(&tight.r);
		nums_fini(&tight.b);
	}
	assert_true(made >= 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_overtaken_at_any_atomic_gets_a_whole_value),
		cmocka_unit_test(a_reader_in_time_waits_for_no_sender),
		cmocka_unit_test(lag_and_missed_are_of_one_moment),
		cmocka_unit_test(room_made_at_any_atomic_of_a_sender_is_seen),
	};

	return cmocka_run_group_tests_name("broadcast_step", tests, NULL, NULL);
}
