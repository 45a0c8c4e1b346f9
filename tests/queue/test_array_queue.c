/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_array_queue.c: the bounded queue for any number of threads. */
#include "contract.h"

#include <weft/array_queue.h>

#include "threads.h"

WEFT_ARRAY_QUEUE(plain, uint64_t);
WEFT_ARRAY_QUEUE(owner, uint64_t, note_drop_u64);

static const weft_type u64_type = { "u64", sizeof(uint64_t), alignof(uint64_t), note_drop };

static size_t
bytes(const weft_type *type, size_t capacity)
{
	return capacity * WEFT_ARRAY_QUEUE_STRIDE_(type->size, type->align);
}

static size_t
memory_align(const weft_type *type)
{
	return type->align < alignof(uint64_t) ? alignof(uint64_t) : type->align;
}

/* A whole number of laps, as begin_at asks. */
static void
begin_before(void *q, const weft_type *type, uint64_t top)
{
	weft_array_queue *raw = q;

	weft_array_queue_begin_at_(raw, type, top - 2 * raw->lap_);
}

UNTYPED_SHAPES(array_queue)
UNTYPED_BOUNDED_SHAPES(array_queue)
TYPED_SHAPES(plain)
TYPED_BOUNDED_SHAPES(plain, array_queue)
TYPED_SHAPES(owner)
TYPED_BOUNDED_SHAPES(owner, array_queue)

#define COMMON                                                                                    \
	.noun = "an array_queue", .object = sizeof(weft_array_queue), .bytes = bytes,             \
	.memory_align = memory_align, .begin_before = begin_before

static struct queue_ops untyped_ops = { .name = "array_queue, untyped",
	COMMON,
	.type = &u64_type,
	BOUNDED_SHAPES(array_queue) };
static struct queue_ops plain_ops = { .name = "array_queue, typed",
	COMMON,
	.type = &plain_type_,
	.typed = true,
	.traps = WEFT_CHECKED_,
	BOUNDED_SHAPES(plain) };
static struct queue_ops owner_ops = { .name = "array_queue, typed, with drop",
	COMMON,
	.type = &owner_type_,
	.typed = true,
	.traps = WEFT_CHECKED_,
	BOUNDED_SHAPES(owner) };

/*
 * What only this queue has is tested through the typed and the untyped functions by
 * turns: even calls typed, odd ones untyped.
 */
static __thread unsigned turn;

static weft_status
try_push(owner *q, uint64_t v)
{
	return turn++ % 2 == 0 ? owner_try_push(q, v) : weft_array_queue_try_push(&q->raw, &v);
}

static weft_status
try_pop(owner *q, uint64_t *v)
{
	return turn++ % 2 == 0 ? owner_try_pop(q, v) : weft_array_queue_try_pop(&q->raw, v);
}

static void
force_push(owner *q, uint64_t v, uint64_t *old, bool *had)
{
	if (turn++ % 2 == 0)
		owner_force_push(q, v, old, had);
	else
		weft_array_queue_force_push(&q->raw, &v, old, had);
}

static bool
peek(const owner *q, uint64_t *v)
{
	return turn++ % 2 == 0 ? owner_peek(q, v) : weft_array_queue_peek(&q->raw, v);
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
tries(owner *q, size_t capacity)
{
	uint64_t in = 0, out = 0, v;

	for (int lap = 0; lap < 5; lap++) {
		for (size_t i = 0; i < capacity; i++)
			assert_int_equal(try_push(q, in++), WEFT_OK);
		assert_int_equal(try_push(q, 7), WEFT_FULL);
		assert_int_equal(try_push(q, 7), WEFT_FULL);
		for (size_t i = 0; i < capacity; i++) {
			assert_int_equal(try_pop(q, &v), WEFT_OK);
			assert_int_equal(v, out++);
		}
		v = 77;
		assert_int_equal(try_pop(q, &v), WEFT_EMPTY);
		assert_int_equal(try_pop(q, &v), WEFT_EMPTY);
		assert_int_equal(v, 77);
	}
}

static void
the_try_forms_say_full_and_empty(void **state)
{
	(void)state;
	on_each(tries);
}

static void
forces(owner *q, size_t capacity)
{
	uint64_t in = 0, out = 0, old, v;
	bool had = true;

	for (size_t i = 0; i < capacity; i++) {
		old = 99;
		had = true;
		force_push(q, in++, &old, &had);
		assert_false(had);
		assert_int_equal(old, 99);
	}
	for (size_t i = 0; i < 3 * capacity + 2; i++) {
		assert_true(owner_is_full(q));
		force_push(q, in++, &old, &had);
		assert_true(had);
		assert_int_equal(old, out++);
		assert_int_equal(owner_len(q), capacity);
	}
	/* All the ways to leave out what one does not want; the third drops, like the last. */
	force_push(q, in++, &old, NULL);
	assert_int_equal(old, out++);
	assert_int_equal(dropped.count, 0);
	for (size_t i = 0; i < 4; i++) {
		bool *told = i % 2 == 0 ? &had : NULL;

		had = false;
		force_push(q, in++, NULL, told);
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
	plain_force_push(&q, 1, NULL, NULL);
	plain_force_push(&q, 2, NULL, NULL);
	assert_true(plain_pop(&q, &v));
	assert_int_equal(v, 2);
	assert_false(plain_pop(&q, &v));
	plain_fini(&q);
}

static void
peeks(owner *q, size_t capacity)
{
	uint64_t in = 0, out = 0, v = 5;

	for (size_t i = 0; i < 2 * capacity + 3; i++) {
		assert_false(peek(q, &v));
		assert_int_equal(v, 5);
		for (size_t n = 0; n < 1 + i % capacity; n++)
			assert_true(owner_push(q, in++));
		while (out != in) {
			size_t len = owner_len(q);

			for (int again = 0; again < 2; again++) {
				assert_true(peek(q, &v));
				assert_int_equal(v, out);
				assert_int_equal(owner_len(q), len);
			}
			assert_true(owner_pop(q, &v));
			assert_int_equal(v, out++);
		}
		v = 5;
	}
	assert_int_equal(dropped.count, 0);
}

static void
peek_copies_the_oldest_and_leaves_it(void **state)
{
	(void)state;
	on_each(peeks);
}

/* The macro for the caller's memory is a constant, and what init_over asks for. */
static alignas(64) unsigned char arena[WEFT_ARRAY_QUEUE_BYTES(uint64_t, 5)];

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
	weft_array_queue raw;

	(void)state;
	assert_int_equal(owner_init_with(&q, NULL), WEFT_INVALID);
	assert_int_equal(weft_array_queue_init_with(&raw, &u64_type, NULL), WEFT_INVALID);
}

#ifdef WEFT_CHECKED
static void
force_dead(void *q)
{
	owner_force_push(q, 1, NULL, NULL);
}

static void
peek_dead(void *q)
{
	uint64_t v;

	(void)!owner_peek(q, &v);
}

static void
try_push_dead(void *q)
{
	weft_ignore(owner_try_push(q, 1));
}

static void
try_pop_dead(void *q)
{
	uint64_t v;

	weft_ignore(owner_try_pop(q, &v));
}

static void
its_own_calls_trap_too(void **state)
{
	static owner dead;

	(void)state;
	assert_aborts(force_dead, &dead, "an array_queue: the object was not initialised");
	assert_aborts(peek_dead, &dead, "peek at an array_queue: the object was not initialised");
	assert_aborts(try_push_dead, &dead, "push to an array_queue: the object was not");
	assert_aborts(try_pop_dead, &dead, "pop from an array_queue: the object was not");
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

/* Pushers that always succeed: what they displaced and what was popped is what came in. */
struct forcing {
	owner q;
	uint64_t sum_in, sum_out;
	weft_atomic_u32 pushers;
};

#define FORCED 5000

static void *
forcing_pusher(void *arg)
{
	struct forcing *f = arg;
	uint64_t in = 0, out = 0;

	for (uint64_t i = 1; i <= FORCED; i++) {
		uint64_t old = 0;
		bool had;

		force_push(&f->q, i, &old, &had);
		in += i;
		out += had ? old : 0;
	}
	__atomic_fetch_add(&f->sum_in, in, __ATOMIC_RELAXED);
	__atomic_fetch_add(&f->sum_out, out, __ATOMIC_RELAXED);
	weft_fetch_sub_release(&f->pushers, 1);
	return NULL;
}

static void *
forcing_popper(void *arg)
{
	struct forcing *f = arg;
	uint64_t out = 0, v;

	for (bool done = false; !done;) {
		done = weft_load_acquire(&f->pushers) == 0;
		while (owner_pop(&f->q, &v))
			out += v;
		assert_true(owner_len(&f->q) <= owner_capacity(&f->q));
		sched_yield();
	}
	__atomic_fetch_add(&f->sum_out, out, __ATOMIC_RELAXED);
	return NULL;
}

static void
forced_values_come_out_or_back(void **state)
{
	(void)state;
	for (size_t capacity = 1; capacity <= 3; capacity++) {
		struct forcing f = { .pushers = { 2 } };
		pthread_t threads[3];

		assert_int_equal(owner_init(&f.q, capacity), WEFT_OK);
		for (int i = 0; i < 3; i++)
			pthread_create(&threads[i], NULL, i < 2 ? forcing_pusher : forcing_popper,
			    &f);
		for (int i = 0; i < 3; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(f.sum_in, f.sum_out);
		owner_fini(&f.q);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_try_forms_say_full_and_empty),
		cmocka_unit_test(force_push_hands_back_the_oldest_or_drops_it),
		cmocka_unit_test(force_push_without_drop_loses_the_oldest_quietly),
		cmocka_unit_test(peek_copies_the_oldest_and_leaves_it),
		cmocka_unit_test(the_bytes_macro_says_what_init_over_needs),
		cmocka_unit_test(init_without_options_is_invalid),
#ifdef WEFT_CHECKED
		cmocka_unit_test(its_own_calls_trap_too),
#endif
		cmocka_unit_test(many_threads_lose_and_double_nothing),
		cmocka_unit_test(forced_values_come_out_or_back),
	};

	return run_contract(&untyped_ops) + run_contract(&plain_ops) + run_contract(&owner_ops) +
	    cmocka_run_group_tests_name("array_queue, its own", tests, NULL, NULL);
}
