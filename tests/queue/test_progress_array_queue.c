/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * test_progress_array_queue.c: a thread stopped between claim and publication, in
 * array_queue, makes those wait who come to its slot, and nobody else.
 */
#include "step.h"

#include <weft/array_queue.h>

#include "progress.h"

WEFT_ARRAY_QUEUE(plain, uint64_t);
TYPED_SHAPES(plain)
TYPED_BOUNDED_SHAPES(plain, array_queue)

static struct queue_ops ops = { .name = "array_queue",
	.object = sizeof(plain),
	.type = &plain_type_,
	.typed = true,
	BOUNDED_SHAPES(plain) };

enum { CAPACITY = 4 };

/* The call stands; where it has claimed a slot, the length has changed already. */
struct scene {
	plain *q;
	struct stopped_call call;
	struct stopped stopped;
	size_t level;
	bool stands, claimed;
};

/* The values 0 to level - 1, of which the call's own ones come after or go before. */
static void
scene_open(struct scene *s, enum stopped_what what, size_t level, long at)
{
	s->q = queue_open(&ops, CAPACITY, level);
	s->level = level;
	s->call = (struct stopped_call){ &ops, s->q, what, { 500, 501, 502 }, 0 };
	s->stands = stopped_start(&s->stopped, at, stopped_call_run, &s->call);
	s->claimed = s->stands && plain_len(s->q) != level;
}

static void
scene_close(struct scene *s)
{
	queue_close(&ops, s->q);
}

static void
expect_pop(plain *q, uint64_t wanted)
{
	uint64_t v = 9999;

	assert_int_equal(plain_try_pop(q, &v), WEFT_OK);
	assert_int_equal(v, wanted);
}

static void
expect_no_pop(plain *q, weft_status wanted)
{
	uint64_t v = 9999;

	assert_int_equal(plain_try_pop(q, &v), wanted);
	assert_int_equal(v, 9999);
}

/* Two values are in; the third, 500, is claimed for and not yet there. */
static void
who_waits_for_a_pusher(struct scene *s)
{
	struct waiter popper;

	/* Those before it come out, and then nothing does, nor is the queue empty. */
	expect_pop(s->q, 0);
	expect_pop(s->q, 1);
	expect_no_pop(s->q, WEFT_BUSY);
	assert_false(plain_is_empty(s->q));
	assert_int_equal(plain_len(s->q), 1);
	/* Pushes go on until the queue is full, and say so. */
	for (uint64_t v = 10; v < 13; v++)
		assert_int_equal(plain_try_push(s->q, v), WEFT_OK);
	assert_int_equal(plain_try_push(s->q, 13), WEFT_FULL);
	assert_false(plain_push(s->q, 13));
	assert_true(plain_is_full(s->q));
	expect_no_pop(s->q, WEFT_BUSY);
	/* The pop that must take that value waits for it. */
	waiter_start(&popper, &ops, s->q, STOPPED_POP, 0);
	assert_waits(&popper);
	stopped_end(&s->stopped);
	pthread_join(popper.thread, NULL);
	assert_true(popper.call.answer == 1 && popper.call.values[0] == 500);
	for (uint64_t v = 10; v < 13; v++)
		expect_pop(s->q, v);
	expect_no_pop(s->q, WEFT_EMPTY);
}

static void
a_pusher_between_claim_and_publication_makes_its_pop_wait(void **state)
{
	int claimed = 0;
	bool stands = true;

	(void)state;
	for (long at = 0; stands; at++) {
		struct scene s;

		scene_open(&s, STOPPED_PUSH, 2, at);
		stands = s.stands;
		claimed += s.claimed;
		if (s.claimed) {
			who_waits_for_a_pusher(&s);
		} else {
			/* Before the claim it is as though it had not come. */
			struct account a = { 0, 0 };

			if (stands)
				busy_threads(&ops, s.q, &a);
			stopped_end(&s.stopped);
			assert_int_equal(s.call.answer, 1);
		}
		scene_close(&s);
	}
	/* One atomic comes after the claim: the publication. */
	assert_int_equal(claimed, 1);
}

/* Two values were in; the first, 0, is claimed and not yet read. */
static void
who_waits_for_a_popper(struct scene *s)
{
	struct waiter pusher;

	/* Pushes go on up to its slot, which is not free: nor is the queue full. */
	assert_int_equal(plain_try_push(s->q, 10), WEFT_OK);
	assert_int_equal(plain_try_push(s->q, 11), WEFT_OK);
	assert_int_equal(plain_try_push(s->q, 12), WEFT_BUSY);
	assert_false(plain_is_full(s->q));
	assert_int_equal(plain_len(s->q), 3);
	/* Pops go on, to the end. */
	expect_pop(s->q, 1);
	expect_pop(s->q, 10);
	expect_pop(s->q, 11);
	expect_no_pop(s->q, WEFT_EMPTY);
	assert_true(plain_is_empty(s->q));
	/* The push that comes round to the slot waits for it. */
	waiter_start(&pusher, &ops, s->q, STOPPED_PUSH, 12);
	assert_waits(&pusher);
	expect_no_pop(s->q, WEFT_EMPTY);
	stopped_end(&s->stopped);
	assert_true(s->call.answer == 1 && s->call.values[0] == 0);
	pthread_join(pusher.thread, NULL);
	assert_int_equal(pusher.call.answer, 1);
	expect_pop(s->q, 12);
	expect_no_pop(s->q, WEFT_EMPTY);
}

static void
a_popper_between_claim_and_release_makes_its_push_wait(void **state)
{
	int claimed = 0;
	bool stands = true;

	(void)state;
	for (long at = 0; stands; at++) {
		struct scene s;

		scene_open(&s, STOPPED_POP, 2, at);
		stands = s.stands;
		claimed += s.claimed;
		if (s.claimed) {
			who_waits_for_a_popper(&s);
		} else {
			struct account a = { 0, 0 };

			if (stands)
				busy_threads(&ops, s.q, &a);
			stopped_end(&s.stopped);
		}
		scene_close(&s);
	}
	assert_int_equal(claimed, 1);
}

/*
 * A batch claims all its slots at once and publishes them one by one: the pops of those
 * that are there go on. All of a batch's atomics after the claim are looked at.
 */
static void
a_batch_is_published_value_by_value(void **state)
{
	int claimed = 0;
	bool stands = true;

	(void)state;
	for (long at = 0; stands; at++) {
		struct scene s;

		scene_open(&s, STOPPED_PUSH_N, 1, at);
		stands = s.stands;
		if (s.claimed) {
			expect_pop(s.q, 0);
			for (int there = 0; there < claimed; there++)
				expect_pop(s.q, 500 + (uint64_t)there);
			expect_no_pop(s.q, WEFT_BUSY);
			stopped_end(&s.stopped);
			for (int rest = claimed; rest < 3; rest++)
				expect_pop(s.q, 500 + (uint64_t)rest);
			expect_no_pop(s.q, WEFT_EMPTY);
			claimed++;
		} else {
			stopped_end(&s.stopped);
		}
		assert_int_equal(s.call.answer, 3);
		scene_close(&s);
	}
	assert_int_equal(claimed, 3);
}

static void
a_batch_gives_slots_back_one_by_one(void **state)
{
	int claimed = 0;
	bool stands = true;

	(void)state;
	for (long at = 0; stands; at++) {
		struct scene s;

		scene_open(&s, STOPPED_POP_N, CAPACITY, at);
		stands = s.stands;
		if (s.claimed) {
			expect_pop(s.q, 3);
			for (int given = 0; given < claimed; given++)
				assert_int_equal(plain_try_push(s.q, 10), WEFT_OK);
			assert_int_equal(plain_try_push(s.q, 10), WEFT_BUSY);
			stopped_end(&s.stopped);
			for (int given = claimed; given < CAPACITY; given++)
				assert_int_equal(plain_try_push(s.q, 10), WEFT_OK);
			assert_int_equal(plain_try_push(s.q, 10), WEFT_FULL);
			claimed++;
		} else {
			stopped_end(&s.stopped);
		}
		assert_int_equal(s.call.answer, 3);
		for (uint64_t i = 0; i < 3; i++)
			assert_int_equal(s.call.values[i], i);
		scene_close(&s);
	}
	assert_int_equal(claimed, 3);
}

/*
 * Until it has claimed, a batch may lose what it meant to claim to others. Then it claims
 * what comes next, and says how many it got in the end.
 */
static void
a_batch_that_is_overtaken_goes_on_behind(void **state)
{
	enum { ROOM = 8, LEVEL = 4 };

	(void)state;
	for (int what = STOPPED_PUSH_N; what <= STOPPED_POP_N; what++) {
		bool stands = true, pushes = what == STOPPED_PUSH_N;

		for (long at = 0; stands; at++) {
			plain *q = queue_open(&ops, ROOM, LEVEL);
			struct stopped_call c = { &ops, q, what, { 500, 501, 502 }, 0 };
			struct stopped s;
			uint64_t next = 0, v;
			bool overtaken;

			stands = stopped_start(&s, at, stopped_call_run, &c);
			overtaken = stands && plain_len(q) == LEVEL;
			if (overtaken && pushes)
				assert_true(plain_push(q, LEVEL));
			else if (overtaken)
				expect_pop(q, next++);
			stopped_end(&s);
			assert_int_equal(c.answer, 3);
			for (int i = 0; !pushes && i < 3; i++)
				assert_int_equal(c.values[i], next++);
			for (; next < LEVEL + (uint64_t)(pushes && overtaken); next++)
				expect_pop(q, next);
			for (int i = 0; pushes && i < 3; i++)
				expect_pop(q, 500 + (uint64_t)i);
			assert_false(plain_pop(q, &v));
			queue_close(&ops, q);
		}
	}
}

/*
 * force_push over a full queue is a pop, then a push into the same slot. A thread that
 * stands between the two stands where every push must go: pushes wait, pops do not.
 */
static void
force_five_hundred(void *arg)
{
	uint64_t old = 0;
	bool had = false;

	plain_force_push(arg, 500, &old, &had);
	assert_true(!had || old == 0);
}

static void
a_force_push_that_stands_lets_pops_go_on(void **state)
{
	int between = 0, after = 0;
	bool stands = true;

	(void)state;
	for (long at = 0; stands; at++) {
		plain *q = queue_open(&ops, CAPACITY, CAPACITY);
		struct stopped s;
		size_t len;
		uint64_t v;

		stands = stopped_start(&s, at, force_five_hundred, q);
		len = plain_len(q);
		if (stands && plain_try_pop(q, &v) == WEFT_OK && v == 1) {
			/* 0 is out already: the call has claimed the slot. */
			expect_pop(q, 2);
			expect_pop(q, 3);
			expect_no_pop(q, len == CAPACITY ? WEFT_BUSY : WEFT_EMPTY);
			assert_int_equal(plain_try_push(q, 10),
			    len == CAPACITY ? WEFT_OK : WEFT_BUSY);
			*(len == CAPACITY ? &after : &between) += 1;
			stopped_end(&s);
			expect_pop(q, 500);
		} else {
			stopped_end(&s);
		}
		queue_close(&ops, q);
	}
	/* Before tail is moved, and before the value is published. */
	assert_int_equal(between, 1);
	assert_int_equal(after, 1);
}

static void
answers_hold_at_one_moment(void **state)
{
	(void)state;
	answers_held_at_one_moment(&ops);
}

/* peek, while others push: what it gives is the oldest. */
struct peek {
	plain *q;
	uint64_t v;
	bool there;
};

static void
peek_run(void *arg)
{
	struct peek *p = arg;

	p->there = plain_peek(p->q, &p->v);
}

static void
peek_beside_pushes_is_right(void **state)
{
	(void)state;
	for (size_t level = 0; level < 2; level++) {
		bool stands = true;

		for (long at = 0; stands; at++) {
			struct peek p = { queue_open(&ops, CAPACITY, level), 77, false };
			struct stopped s;

			stands = stopped_start(&s, at, peek_run, &p);
			for (uint64_t i = level; i < CAPACITY && stands; i++)
				assert_true(plain_push(p.q, i));
			stopped_end(&s);
			assert_true(level == 0 || p.there);
			assert_int_equal(p.v, p.there ? 0 : 77);
			assert_int_equal(plain_len(p.q), stands ? CAPACITY : level);
			queue_close(&ops, p.q);
		}
	}
}

/* What it costs where nobody is in the way: one compare-and-swap, three others. */
static void
an_uncontended_call_makes_four_atomics(void **state)
{
	struct stopped_call c = { &ops, queue_open(&ops, CAPACITY, 1), STOPPED_PUSH, { 1 }, 0 };

	(void)state;
	assert_int_equal(steps_of(stopped_call_run, &c), 4);
	c.what = STOPPED_POP;
	assert_int_equal(steps_of(stopped_call_run, &c), 4);
	queue_close(&ops, c.q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pusher_between_claim_and_publication_makes_its_pop_wait),
		cmocka_unit_test(a_popper_between_claim_and_release_makes_its_push_wait),
		cmocka_unit_test(a_batch_is_published_value_by_value),
		cmocka_unit_test(a_batch_gives_slots_back_one_by_one),
		cmocka_unit_test(a_batch_that_is_overtaken_goes_on_behind),
		cmocka_unit_test(a_force_push_that_stands_lets_pops_go_on),
		cmocka_unit_test(answers_hold_at_one_moment),
		cmocka_unit_test(peek_beside_pushes_is_right),
		cmocka_unit_test(an_uncontended_call_makes_four_atomics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
