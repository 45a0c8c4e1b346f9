/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_seg_queue.c: the unbounded queue. Its segments of uint64_t hold 1023 values. */
#include "contract.h"

#include <weft/seg_queue.h>

#include "threads.h"

WEFT_SEG_QUEUE(plain, uint64_t);
WEFT_SEG_QUEUE(owner, uint64_t, note_drop_u64);

static const weft_type u64_type = { "u64", sizeof(uint64_t), alignof(uint64_t), note_drop };

/* The capacities of the contract say how much of it is used; it has none itself. */
static weft_status
seg_queue_init_s(void *q, const weft_type *type, size_t capacity)
{
	(void)capacity;
	return weft_seg_queue_init(q, type);
}

static weft_status
seg_queue_init_with_s(void *q, const weft_type *type, size_t capacity,
    const weft_allocator *allocator)
{
	weft_seg_queue_options o = { .allocator = allocator };

	(void)capacity;
	return weft_seg_queue_init_with(q, type, &o);
}

#define SEG_TYPED_SHAPES(name)                                                                    \
	TYPED_SHAPES(name)                                                                        \
	static weft_status name##_init_s(void *q, const weft_type *type, size_t capacity)         \
	{ (void)type; (void)capacity; return name##_init(q); }                                    \
	static weft_status name##_init_with_s(void *q, const weft_type *type, size_t capacity,    \
	    const weft_allocator *allocator)                                                      \
	{                                                                                         \
		weft_seg_queue_options o = { .allocator = allocator };                            \
		(void)type;                                                                       \
		(void)capacity;                                                                   \
		return name##_init_with(q, &o);                                                   \
	}

UNTYPED_SHAPES(seg_queue)
SEG_TYPED_SHAPES(plain)
SEG_TYPED_SHAPES(owner)

#define COMMON(name)                                                                              \
	.noun = "a seg_queue", .object = sizeof(weft_seg_queue), SHAPES(name),                    \
	.init = name##_init_s, .init_with = name##_init_with_s

static struct queue_ops untyped_ops = { .name = "seg_queue, untyped", COMMON(seg_queue),
	.type = &u64_type };
static struct queue_ops plain_ops = { .name = "seg_queue, typed", COMMON(plain),
	.type = &plain_type_, .typed = true, .traps = WEFT_CHECKED_ };
static struct queue_ops owner_ops = { .name = "seg_queue, typed, with drop", COMMON(owner),
	.type = &owner_type_, .typed = true, .traps = WEFT_CHECKED_ };

static size_t
slots_of_segment(void)
{
	return (size_t)WEFT_SEG_QUEUE_LAP_(&u64_type) - 1;
}

/* An owner whose memory is watched. */
struct watched {
	owner q;
	struct test_memory memory;
	weft_allocator allocator;
};

static void
watched_open(struct watched *w)
{
	weft_seg_queue_options options = { .allocator = &w->allocator };

	w->memory = (struct test_memory)TEST_MEMORY;
	w->allocator = test_allocator(&w->memory);
	assert_int_equal(owner_init_with(&w->q, &options), WEFT_OK);
	forget_drops();
}

static void
watched_close(struct watched *w)
{
	owner_fini(&w->q);
	assert_int_equal(w->memory.out, 0);
}

static void
segments_follow_each_other_for_ever(void **state)
{
	struct watched w;
	uint64_t in = 0, out = 0, v;
	size_t slots = slots_of_segment();

	(void)state;
	watched_open(&w);
	/* Levels around one, two and three segments, over many of them. */
	for (size_t level = 1; level < 3 * slots + 3;
	     level += (level % slots > 2) ? slots - 3 : 1) {
		while (in - out < level)
			assert_true(owner_push(&w.q, in++));
		for (size_t i = 0; i < (WEFT_TSAN_ ? slots + 9 : 5 * slots); i++) {
			assert_true(owner_pop(&w.q, &v));
			assert_int_equal(v, out++);
			assert_int_equal(owner_len(&w.q), in - out);
			assert_true(owner_push(&w.q, in++));
			assert_int_equal(owner_len(&w.q), in - out);
		}
	}
	watched_close(&w);
	assert_int_equal(dropped.count, in - out);
	for (size_t i = 0; i < dropped.count; i++)
		assert_int_equal(dropped.values[i], out + i);
}

static void
a_batch_goes_over_many_segments(void **state)
{
	static uint64_t vs[6000], to[6001];
	plain q;

	(void)state;
	assert_int_equal(plain_init(&q), WEFT_OK);
	for (size_t i = 0; i < WEFT_COUNT(vs); i++)
		vs[i] = i * 3 + 1;
	for (size_t n = 0; n <= WEFT_COUNT(vs); n += 1 + n / 4) {
		assert_int_equal(plain_push_n(&q, vs, n), n);
		assert_int_equal(plain_len(&q), n);
		assert_int_equal(plain_pop_n(&q, to, n + 1), n);
		assert_memory_equal(to, vs, n * sizeof *vs);
	}
	plain_fini(&q);
}

static void
a_drained_queue_holds_two_segments_at_most(void **state)
{
	struct watched w;
	uint64_t v;

	(void)state;
	watched_open(&w);
	for (int round = 0; round < 3; round++) {
		size_t many = 20 * slots_of_segment();

		for (size_t i = 0; i < many; i++)
			assert_true(owner_push(&w.q, i));
		assert_true(w.memory.out >= 20);
		for (size_t i = 0; i < many; i++)
			assert_true(owner_pop(&w.q, &v));
		assert_false(owner_pop(&w.q, &v));
		assert_true(w.memory.out <= 2);
	}
	watched_close(&w);
}

static void
a_steady_queue_allocates_no_more(void **state)
{
	struct watched w;
	uint64_t v;
	long calls;

	(void)state;
	watched_open(&w);
	for (size_t i = 0; i < 3 * slots_of_segment(); i++) {
		assert_true(owner_push(&w.q, i));
		assert_true(owner_pop(&w.q, &v));
	}
	calls = w.memory.calls;
	for (size_t i = 0; i < 50 * slots_of_segment(); i++) {
		assert_true(owner_push(&w.q, i));
		assert_true(owner_pop(&w.q, &v));
	}
	assert_int_equal(w.memory.calls, calls);
	watched_close(&w);
}

/* Each allocation of a long run fails in turn; what was pushed before comes out after. */
static void
a_push_without_memory_changes_nothing(void **state)
{
	size_t many = 6 * slots_of_segment();

	(void)state;
	for (long fail_at = 1; fail_at < 6; fail_at++) {
		struct watched w;
		uint64_t in = 0, out = 0, v;
		bool refused = false;

		watched_open(&w);
		w.memory.fail_at = fail_at;
		w.memory.and_later = true;
		while (in < many && owner_push(&w.q, in))
			in++;
		refused = in < many;
		assert_true(refused);
		/* The last slot of a segment is the one that needs the next. */
		assert_int_equal((in + 1) % slots_of_segment(), 0);
		assert_int_equal(owner_len(&w.q), in);
		assert_false(owner_push(&w.q, 7));
		assert_int_equal(owner_push_n(&w.q, (uint64_t[2]){ 7, 7 }, 2), 0);
		assert_int_equal(owner_len(&w.q), in);
		for (uint64_t i = 0; i < in; i++) {
			assert_true(owner_pop(&w.q, &v));
			assert_int_equal(v, out++);
		}
		assert_false(owner_pop(&w.q, &v));
		/* Once there is memory again, all is as ever. */
		w.memory.fail_at = -1;
		w.memory.and_later = false;
		for (uint64_t i = 0; i < many; i++)
			assert_true(owner_push(&w.q, i));
		for (uint64_t i = 0; i < many; i++) {
			assert_true(owner_pop(&w.q, &v));
			assert_int_equal(v, i);
		}
		watched_close(&w);
	}
}

static void
a_batch_without_memory_says_how_far_it_went(void **state)
{
	static uint64_t vs[5000], v;
	struct watched w;
	size_t done;

	(void)state;
	watched_open(&w);
	w.memory.fail_at = 3;
	for (size_t i = 0; i < WEFT_COUNT(vs); i++)
		vs[i] = i;
	done = owner_push_n(&w.q, vs, WEFT_COUNT(vs));
	assert_int_equal(done, 3 * slots_of_segment() - 1);
	assert_int_equal(owner_len(&w.q), done);
	for (size_t i = 0; i < done; i++) {
		assert_true(owner_pop(&w.q, &v));
		assert_int_equal(v, i);
	}
	watched_close(&w);
}

static void
too_large_a_value_is_invalid(void **state)
{
	weft_type type = { "large", WEFT_SEG_QUEUE_LARGEST_, 1, NULL };
	weft_seg_queue q;
	unsigned char *v = calloc(1, type.size);

	(void)state;
	assert_int_equal(weft_seg_queue_init(&q, &type), WEFT_OK);
	for (int i = 0; i < 70; i++) {
		v[type.size - 1] = (unsigned char)i;
		assert_true(weft_seg_queue_push(&q, v));
	}
	for (int i = 0; i < 70; i++) {
		assert_true(weft_seg_queue_pop(&q, v));
		assert_int_equal(v[type.size - 1], i);
	}
	weft_seg_queue_fini(&q);
	free(v);
	type.size++;
	assert_int_equal(weft_seg_queue_init(&q, &type), WEFT_INVALID);
}

static void
many_threads_lose_and_double_nothing(void **state)
{
	(void)state;
	run_threads(&untyped_ops, 2, 2);
	run_threads(&plain_ops, 2, 2);
	run_threads(&owner_ops, 3, 1);
	run_threads(&owner_ops, 1, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_follow_each_other_for_ever),
		cmocka_unit_test(a_batch_goes_over_many_segments),
		cmocka_unit_test(a_drained_queue_holds_two_segments_at_most),
		cmocka_unit_test(a_steady_queue_allocates_no_more),
		cmocka_unit_test(a_push_without_memory_changes_nothing),
		cmocka_unit_test(a_batch_without_memory_says_how_far_it_went),
		cmocka_unit_test(too_large_a_value_is_invalid),
		cmocka_unit_test(many_threads_lose_and_double_nothing),
	};

	return run_contract(&untyped_ops) + run_contract(&plain_ops) + run_contract(&owner_ops) +
	    cmocka_run_group_tests_name("seg_queue, its own", tests, NULL, NULL);
}
