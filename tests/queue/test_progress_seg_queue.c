/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * test_progress_seg_queue.c: who waits for a thread that stands in the middle of a call of
 * seg_queue, and how much memory it keeps. The queue's source is part of this program, so
 * that the atomics of its rarer paths are counted too.
 */
#include "step.h"

#include "../../src/queue/seg_queue.c"
#include "progress.h"

WEFT_SEG_QUEUE(plain, uint64_t);
TYPED_SHAPES(plain)

static weft_status
plain_init_s(void *q, const weft_type *type, size_t capacity)
{
	(void)type;
	(void)capacity;
	return plain_init(q);
}

static struct queue_ops ops = { .name = "seg_queue",
	.object = sizeof(plain),
	.type = &plain_type_,
	.typed = true,
	.init = plain_init_s,
	SHAPES(plain) };

#define SLOTS ((uint64_t)WEFT_SEG_QUEUE_LAP_(&plain_type_) - 1)

/* The next atomic to stop at: those of a look through a whole segment are much alike. */
static long
next_stop(long at)
{
	return at < 24 ? at + 1 : at + 211;
}

/* A queue that `before` values went through, and in which `level` are: before, before + 1, ... */
static plain *
open_after(uint64_t before, uint64_t level)
{
	plain *q = queue_open(&ops, 0, 0);
	uint64_t v;

	for (uint64_t i = 0; i < before; i++)
		assert_true(plain_push(q, i) && plain_pop(q, &v));
	for (uint64_t i = 0; i < level; i++)
		assert_true(plain_push(q, before + i));
	return q;
}

static void
expect_pop(plain *q, uint64_t wanted)
{
	uint64_t v;

	assert_true(plain_pop(q, &v));
	assert_int_equal(v, wanted);
}

/*
 * A push that stands between its claim and its publication: the one pop that claims the
 * same slot waits, and nobody else; also where the slot is the last but one of a segment.
 */
static void
a_pusher_makes_the_pop_of_its_slot_wait_and_no_other(void **state)
{
	const uint64_t befores[] = { 0, 5, SLOTS - 4 };

	(void)state;
	for (size_t b = 0; b < WEFT_COUNT(befores); b++) {
		int claimed = 0;
		bool stands = true;

		for (long at = 0; stands; at++) {
			plain *q = open_after(befores[b], 2);
			struct stopped_call c = { &ops, q, STOPPED_PUSH, { 500 }, 0 };
			struct stopped s;
			struct waiter popper;

			stands = stopped_start(&s, at, stopped_call_run, &c);
			if (stands && plain_len(q) == 3) {
				claimed++;
				expect_pop(q, befores[b]);
				expect_pop(q, befores[b] + 1);
				for (uint64_t v = 10; v < 12; v++)
					assert_true(plain_push(q, v));
				waiter_start(&popper, &ops, q, STOPPED_POP, 0);
				while (plain_len(q) == 3)
					sched_yield();
				/* It has claimed the slot: the pops behind it go on. */
				expect_pop(q, 10);
				expect_pop(q, 11);
				assert_true(plain_is_empty(q));
				for (uint64_t v = 0; v < 3 * SLOTS; v++) {
					assert_true(plain_push(q, v));
					expect_pop(q, v);
				}
				assert_waits(&popper);
				stopped_end(&s);
				pthread_join(popper.thread, NULL);
				assert_true(popper.call.answer == 1 &&
				    popper.call.values[0] == 500);
			} else {
				stopped_end(&s);
			}
			assert_int_equal(c.answer, 1);
			queue_close(&ops, q);
		}
		assert_int_equal(claimed, 1);
	}
}

/* A pop that stands makes nobody wait, in any slot but a segment's last. */
static void
a_popper_makes_nobody_wait(void **state)
{
	int claimed = 0;
	bool stands = true;

	(void)state;
	for (long at = 0; stands; at++) {
		plain *q = open_after(3, 2);
		struct stopped_call c = { &ops, q, STOPPED_POP, { 0 }, 0 };
		struct stopped s;

		stands = stopped_start(&s, at, stopped_call_run, &c);
		if (stands && plain_len(q) == 1) {
			claimed++;
			expect_pop(q, 4);
			for (uint64_t v = 0; v < 5 * SLOTS; v++) {
				assert_true(plain_push(q, v));
				expect_pop(q, v);
			}
		}
		stopped_end(&s);
		assert_true(c.answer == 1 && c.values[0] == 3);
		queue_close(&ops, q);
	}
	/* Before it looks whether the value is there, and before it says that it has read it. */
	assert_int_equal(claimed, 2);
}

/* A thread that pushes, or pops, until it is told to end; whether it gets on can be seen. */
struct runner {
	plain *q;
	long done;                /* atomic: how many calls returned           */
	bool end;                 /* atomic                                    */
	bool pushes;
	struct stopped counter;   /* its steps: the atomics of all its calls   */
	pthread_t thread;
};

static void *
runner_run(void *arg)
{
	struct runner *r = arg;
	uint64_t v;

	stopped_me = &r->counter;
	while (!__atomic_load_n(&r->end, __ATOMIC_ACQUIRE)) {
		if (r->pushes)
			assert_true(plain_push(r->q, 1));
		else
			(void)!plain_pop(r->q, &v);
		__atomic_fetch_add(&r->done, 1, __ATOMIC_RELEASE);
		sched_yield();
	}
	return NULL;
}

static void
runner_start(struct runner *r, plain *q, bool pushes)
{
	*r = (struct runner){ .q = q, .pushes = pushes, .counter = { .at = -1 } };
	pthread_create(&r->thread, NULL, runner_run, r);
}

/*
 * Does it get on, from now? No, where it makes more atomics in a call than any call does
 * that does not wait: no clock decides.
 */
static bool
runner_moves(struct runner *r)
{
	enum { MORE_THAN_ANY_CALL = 4000 };
	long done = __atomic_load_n(&r->done, __ATOMIC_ACQUIRE);
	long steps = __atomic_load_n(&r->counter.steps, __ATOMIC_RELAXED);

	for (;;) {
		if (__atomic_load_n(&r->done, __ATOMIC_ACQUIRE) > done + 1)
			return true;
		if (__atomic_load_n(&r->counter.steps, __ATOMIC_RELAXED) >
		    steps + MORE_THAN_ANY_CALL)
			return __atomic_load_n(&r->done, __ATOMIC_ACQUIRE) > done + 1;
		usleep(100);
	}
}

static void
runner_end(struct runner *r)
{
	__atomic_store_n(&r->end, true, __ATOMIC_RELEASE);
	pthread_join(r->thread, NULL);
}

/*
 * The push of a segment's last slot makes pushes wait from its claim until tail is in the
 * next segment, and the pops that come to the end of the segment until that is linked;
 * the pop of a last slot makes pops wait until head has moved. Nobody waits for the rest
 * of these calls, and nobody for ever.
 */
static void
the_end_of_a_segment_makes_its_own_side_wait(void **state)
{
	(void)state;
	for (int what = STOPPED_PUSH; what <= STOPPED_POP; what++) {
		int pushers_waited = 0, poppers_waited = 0;
		bool stands = true, pushes = what == STOPPED_PUSH;

		for (long at = 0; stands; at = next_stop(at)) {
			plain *q = pushes ? open_after(3 * SLOTS, SLOTS - 1)
					  : open_after(SLOTS - 1, 3);
			struct stopped_call c = { &ops, q, what, { 500 }, 0 };
			struct stopped s;
			struct runner pusher, popper;
			bool pusher_moves, popper_moves;

			stands = stopped_start(&s, at, stopped_call_run, &c);
			runner_start(&pusher, q, true);
			runner_start(&popper, q, false);
			if (pushes)
				usleep(2000);
			pusher_moves = runner_moves(&pusher);
			popper_moves = runner_moves(&popper);
			pushers_waited += !pusher_moves;
			poppers_waited += !popper_moves;
			stopped_end(&s);
			/* A pop may find that the other has emptied it; a push succeeds. */
			assert_true(c.answer == 1 || !pushes);
			/* All go on after it. */
			assert_true(runner_moves(&pusher) && runner_moves(&popper));
			runner_end(&pusher);
			runner_end(&popper);
			queue_close(&ops, q);
		}
		if (pushes) {
			/* At its two stores to tail's segment and to tail. */
			assert_int_equal(pushers_waited, 2);
			assert_true(poppers_waited <= 4);
		} else {
			assert_int_equal(pushers_waited, 0);
			/* At its load of next, and its two stores to head's segment and to head. */
			assert_int_equal(poppers_waited, 3);
		}
	}
}

/* Neither end is between two segments, and the one that head is in is the last. */
static bool
at_rest_but_for_one(plain *q, size_t len)
{
	/* relaxed: the one thread that changes it stands; the same for all below. */
	weft_seg_queue_segment_ *segment = weft_load_relaxed(&q->raw.head_segment_);
	uint64_t head = weft_load_relaxed(&q->raw.head_), tail = weft_load_relaxed(&q->raw.tail_);

	return head % (SLOTS + 1) != SLOTS && tail % (SLOTS + 1) != SLOTS && plain_len(q) == len &&
	    weft_load_relaxed(&segment->next_) == NULL;
}

static void
stand_and_see(enum stopped_what what, uint64_t before)
{
	bool stands = true;

	for (long at = 0; stands; at = next_stop(at)) {
		plain *q = open_after(before, 1);
		struct stopped_call c = { &ops, q, what, { 500 }, 0 };
		struct stopped s;
		uint64_t v;

		stands = stopped_start(&s, at, stopped_call_run, &c);
		/* Where it makes others wait, none are sent. */
		if (stands && at_rest_but_for_one(q, 1)) {
			for (uint64_t i = 0; i < 20 * SLOTS; i++) {
				assert_true(plain_push(q, i));
				assert_true(plain_pop(q, &v));
			}
			/* Its own, the one in use, a spare; one that it holds as next. */
			assert_true(weft_alloc_usage().blocks <= 4);
		}
		stopped_end(&s);
		while (plain_pop(q, &v))
			;
		/* Drained: two at most, whatever the stopped call did. */
		assert_true(weft_alloc_usage().blocks <= 2);
		queue_close(&ops, q);
	}
}

/* A call that stands keeps one segment from going back, however many go by meanwhile. */
static void
a_thread_that_stands_keeps_one_segment(void **state)
{
	(void)state;
	for (int what = STOPPED_PUSH; what <= STOPPED_POP; what++) {
		stand_and_see(what, 3 * SLOTS);
		stand_and_see(what, 3 * SLOTS + SLOTS - 2);
		stand_and_see(what, 3 * SLOTS + SLOTS - 1);
	}
	assert_int_equal(weft_alloc_usage().blocks, 0);
}

static void
answers_hold_at_one_moment(void **state)
{
	(void)state;
	answers_held_at_one_moment(&ops);
}

/* The last push and pop of a segment cost more. */
static void
an_uncontended_push_makes_four_atomics_a_pop_six(void **state)
{
	plain *q = open_after(1, 3);
	struct stopped_call c = { &ops, q, STOPPED_PUSH, { 1 }, 0 };

	(void)state;
	assert_int_equal(steps_of(stopped_call_run, &c), 4);
	c.what = STOPPED_POP;
	/* The first looks at tail, and notes what it saw for those that follow. */
	assert_true(steps_of(stopped_call_run, &c) <= 8);
	assert_int_equal(steps_of(stopped_call_run, &c), 6);
	queue_close(&ops, q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pusher_makes_the_pop_of_its_slot_wait_and_no_other),
		cmocka_unit_test(a_popper_makes_nobody_wait),
		cmocka_unit_test(the_end_of_a_segment_makes_its_own_side_wait),
		cmocka_unit_test(a_thread_that_stands_keeps_one_segment),
		cmocka_unit_test(answers_hold_at_one_moment),
		cmocka_unit_test(an_uncontended_push_makes_four_atomics_a_pop_six),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
