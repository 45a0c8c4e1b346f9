/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_lf_queue.c: the bounded queue in which a stopped thread stops nobody. */
#include "contract.h"

#include <weft/lf_queue.h>

#include "threads.h"

WEFT_LF_QUEUE(plain, uint64_t);
WEFT_LF_QUEUE(owner, uint64_t, note_drop_u64);

static const weft_type u64_type = { "u64", sizeof(uint64_t), alignof(uint64_t), note_drop };

static size_t
bytes(const weft_type *type, size_t capacity)
{
	return weft_lf_queue_bytes_(type, capacity);
}

static size_t
memory_align(const weft_type *type)
{
	return type->align < alignof(uint64_t) ? alignof(uint64_t) : type->align;
}

/* A multiple of the ring's size, as begin_at asks. */
static void
begin_before(void *q, const weft_type *type, uint64_t top)
{
	weft_lf_queue *raw = q;

	(void)type;
	weft_lf_queue_begin_at_(raw, top - 2 * (raw->mask_ + 1));
}

UNTYPED_SHAPES(lf_queue)
UNTYPED_BOUNDED_SHAPES(lf_queue)
TYPED_SHAPES(plain)
TYPED_BOUNDED_SHAPES(plain, lf_queue)
TYPED_SHAPES(owner)
TYPED_BOUNDED_SHAPES(owner, lf_queue)

#define COMMON                                                                                    \
	.noun = "an lf_queue", .object = sizeof(weft_lf_queue), .bytes = bytes,                   \
	.memory_align = memory_align, .begin_before = begin_before

static struct queue_ops untyped_ops = { .name = "lf_queue, untyped",
	COMMON,
	.type = &u64_type,
	BOUNDED_SHAPES(lf_queue) };
static struct queue_ops plain_ops = { .name = "lf_queue, typed",
	COMMON,
	.type = &plain_type_,
	.typed = true,
	.traps = WEFT_CHECKED_,
	BOUNDED_SHAPES(plain) };
static struct queue_ops owner_ops = { .name = "lf_queue, typed, with drop",
	COMMON,
	.type = &owner_type_,
	.typed = true,
	.traps = WEFT_CHECKED_,
	BOUNDED_SHAPES(owner) };

/* By turns the typed and the untyped function. */
static __thread unsigned turn;

static bool
force_push(owner *q, uint64_t v, uint64_t *old, bool *had)
{
	return turn++ % 2 == 0 ? owner_force_push(q, v, old, had)
			       : weft_lf_queue_force_push(&q->raw, &v, old, had);
}

static const size_t capacities[] = CAPACITIES;

/* A fresh queue for each capacity, from each first ticket. */
static void
on_each(void (*fn)(owner *q, size_t capacity))
{
	for (size_t i = 0; i < STARTS * WEFT_COUNT(capacities); i++) {
		owner q;

		forget_drops();
		assert_int_equal(owner_init(&q, capacities[i / STARTS]), WEFT_OK);
		begin(&owner_ops, &q, i % STARTS);
		fn(&q, capacities[i / STARTS]);
		owner_fini(&q);
	}
}

static void
forces(owner *q, size_t capacity)
{
	uint64_t in = 0, out = 0, old, v;
	bool had = true;

	for (size_t i = 0; i < capacity; i++) {
		old = 99;
		had = true;
		assert_true(force_push(q, in++, &old, &had));
		assert_false(had);
		assert_int_equal(old, 99);
	}
	for (size_t i = 0; i < 3 * capacity + 2; i++) {
		assert_true(owner_is_full(q));
		assert_true(force_push(q, in++, &old, &had));
		assert_true(had);
		assert_int_equal(old, out++);
		assert_int_equal(owner_len(q), capacity);
	}
	/* All the ways to leave out what one does not want. */
	assert_true(force_push(q, in++, &old, NULL));
	assert_int_equal(old, out++);
	assert_int_equal(dropped.count, 0);
	for (size_t i = 0; i < 4; i++) {
		bool *told = i % 2 == 0 ? &had : NULL;

		had = false;
		assert_true(force_push(q, in++, NULL, told));
		assert_int_equal(had, told != NULL);
		assert_int_equal(dropped.count, i + 1);
		assert_int_equal(dropped.values[i], out++);
	}
	while (owner_pop(q, &v))
		assert_int_equal(v, out++);
	assert_int_equal(in, out);
	assert_int_equal(dropped.count, 4);
}

static void
force_push_hands_back_the_oldest_or_drops_it(void **state)
{
	(void)state;
	on_each(forces);
}

static void
force_push_without_drop_loses_the_oldest_quietly(void **state)
{
	plain q;
	uint64_t v;

	(void)state;
	assert_int_equal(plain_init(&q, 1), WEFT_OK);
	assert_true(plain_force_push(&q, 1, NULL, NULL));
	assert_true(plain_force_push(&q, 2, NULL, NULL));
	assert_true(plain_pop(&q, &v));
	assert_int_equal(v, 2);
	assert_false(plain_pop(&q, &v));
	plain_fini(&q);
}

/* Every pop of an empty queue spoils an entry, or uses up patience; neither may hurt. */
static void
starves(owner *q, size_t capacity)
{
	uint64_t in = 0, v;

	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 5000; i++)
			assert_false(owner_pop(q, &v));
		for (size_t i = 0; i < capacity; i++)
			assert_true(owner_push(q, in + i));
		for (int i = 0; i < 5000; i++)
			assert_false(owner_push(q, 7));
		assert_int_equal(owner_len(q), capacity);
		for (size_t i = 0; i < capacity; i++) {
			assert_true(owner_pop(q, &v));
			assert_int_equal(v, in++);
		}
	}
}

static void
calls_in_vain_do_no_harm(void **state)
{
	(void)state;
	on_each(starves);
}

/* The macro for the caller's memory is a constant, and what init_over asks for. */
static alignas(64) unsigned char arena[WEFT_LF_QUEUE_BYTES(uint64_t, 5)];

static void
the_bytes_macro_says_what_init_over_needs(void **state)
{
	owner q;

	(void)state;
	assert_int_equal(owner_init_over(&q, arena, sizeof arena - 1, 5), WEFT_INVALID);
	assert_int_equal(owner_init_over(&q, arena, sizeof arena, 5), WEFT_OK);
	owner_fini(&q);
}

static void
init_without_options_is_invalid(void **state)
{
	owner q;
	weft_lf_queue raw;

	(void)state;
	assert_int_equal(owner_init_with(&q, NULL), WEFT_INVALID);
	assert_int_equal(weft_lf_queue_init_with(&raw, &u64_type, NULL), WEFT_INVALID);
}

#ifdef WEFT_CHECKED
static void
force_dead(void *q)
{
	(void)!owner_force_push(q, 1, NULL, NULL);
}

static void
its_own_calls_trap_too(void **state)
{
	static owner dead;

	(void)state;
	assert_aborts(force_dead, &dead,
	    "force_push to an lf_queue: the object was not initialised");
}
#endif

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
		cmocka_unit_test(force_push_hands_back_the_oldest_or_drops_it),
		cmocka_unit_test(force_push_without_drop_loses_the_oldest_quietly),
		cmocka_unit_test(calls_in_vain_do_no_harm),
		cmocka_unit_test(the_bytes_macro_says_what_init_over_needs),
		cmocka_unit_test(init_without_options_is_invalid),
#ifdef WEFT_CHECKED
		cmocka_unit_test(its_own_calls_trap_too),
#endif
		cmocka_unit_test(many_threads_lose_and_double_nothing),
	};

	return run_contract(&untyped_ops) + run_contract(&plain_ops) + run_contract(&owner_ops) +
	    cmocka_run_group_tests_name("lf_queue, its own", tests, NULL, NULL);
}
