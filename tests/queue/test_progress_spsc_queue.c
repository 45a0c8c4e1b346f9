/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * test_progress_spsc_queue.c: both sides of spsc_queue are wait-free: a bounded number of
 * atomics a call, whatever the other side does, and wherever it stands.
 */
#include "step.h"

#include <weft/spsc_queue.h>

#include "progress.h"

WEFT_SPSC_QUEUE(plain, uint64_t);
TYPED_SHAPES(plain)
TYPED_BOUNDED_SHAPES(plain, spsc_queue)

static struct queue_ops ops = { .name = "spsc_queue",
	.object = sizeof(plain),
	.type = &plain_type_,
	.typed = true,
	.one_each = true,
	BOUNDED_SHAPES(plain) };

/* The calls in place, and what each may cost at most. */
static size_t wanted;

/* clang-format off: a line a call. */
static void push_one(void *q) { (void)!plain_push(q, 1); }
static void pop_one(void *q) { (void)!plain_pop(q, &(uint64_t){ 0 }); }
static void push_some(void *q) { (void)!plain_push_n(q, (uint64_t[9]){ 1 }, wanted); }
static void pop_some(void *q) { (void)!plain_pop_n(q, (uint64_t[9]){ 1 }, wanted); }
static void commit_none(void *q) { plain_commit(q, 0); }
static void release_none(void *q) { plain_release(q, 0); }
/* clang-format on */

static void
reserve_some(void *q)
{
	size_t n = wanted;

	(void)!plain_reserve(q, &n);
}

static void
claim_some(void *q)
{
	size_t n = wanted;

	(void)!plain_claim(q, &n);
}

static const struct {
	void (*call)(void *q);
	long most;
} calls[] = {
	{ push_one, 5 },
	{ push_some, 5 },
	{ reserve_some, 3 },
	{ commit_none, 2 },
	{ pop_one, 5 },
	{ pop_some, 5 },
	{ claim_some, 3 },
	{ release_none, 2 },
};

static void
every_call_makes_at_most_five_atomics(void **state)
{
	long seen[WEFT_COUNT(calls)] = { 0 };
	uint64_t seed = 5;

	(void)state;
	for (size_t capacity = 1; capacity <= 8; capacity++) {
		plain *q = queue_open(&ops, capacity, 0);

		for (int i = 0; i < 2000; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			size_t which = (seed >> 33) % WEFT_COUNT(calls);
			long steps;

			wanted = (seed >> 50) % 9;
			steps = steps_of(calls[which].call, q);
			assert_true(steps <= calls[which].most);
			seen[which] = steps > seen[which] ? steps : seen[which];
		}
		queue_close(&ops, q);
	}
	/* The bounds are those that are met. */
	for (size_t i = 0; i < WEFT_COUNT(calls); i++)
		assert_int_equal(seen[i], calls[i].most);
}

/* While the one side stands, the other goes as far as there is room, or values, and says so. */
static void
a_side_that_stands_stops_not_the_other(void **state)
{
	(void)state;
	for (int what = STOPPED_PUSH; what <= STOPPED_POP_N; what++) {
		bool stands = true, pushes = what == STOPPED_PUSH || what == STOPPED_PUSH_N;

		for (long at = 0; stands; at++) {
			struct stopped_call c = { &ops, queue_open(&ops, 5, 2), what, { 2, 3, 4 },
				0 };
			struct stopped s;
			uint64_t next = pushes ? 0 : 2, v;

			stands = stopped_start(&s, at, stopped_call_run, &c);
			if (pushes) {
				for (; plain_pop(c.q, &v); next++)
					assert_int_equal(v, next);
				assert_true(next >= 2);
			} else {
				while (plain_push(c.q, next))
					next++;
				assert_true(next >= 5);
			}
			stopped_end(&s);
			/* The rest is in order, with what the stopped call did. */
			if (!pushes) {
				assert_true(c.answer == 1 ||
				    (what == STOPPED_POP_N && c.answer <= 3));
				for (uint64_t i = 0; i < c.answer; i++)
					assert_int_equal(c.values[i], i);
			}
			for (uint64_t out = pushes ? next : c.answer; plain_pop(c.q, &v); out++)
				assert_int_equal(v, out);
			queue_close(&ops, c.q);
		}
	}
}

static void
answers_hold_at_one_moment(void **state)
{
	(void)state;
	for (int times = 1; times <= 9; times++) {
		for (int push_first = 0; push_first < 2; push_first++) {
			answer_was_right(&ops, STOPPED_IS_EMPTY, 3, 1, push_first, times);
			answer_was_right(&ops, STOPPED_IS_FULL, 3, 1, push_first, times);
			answer_was_right(&ops, STOPPED_LEN, 3, 1, push_first, times);
			answer_was_right(&ops, STOPPED_LEN, 3, 2, push_first, times);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_makes_at_most_five_atomics),
		cmocka_unit_test(a_side_that_stands_stops_not_the_other),
		cmocka_unit_test(answers_hold_at_one_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
