/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_spsc_queue.c: the queue from one thread to one other. */
#include "contract.h"

#include <weft/spsc_queue.h>

#include "threads.h"

WEFT_SPSC_QUEUE(plain, uint64_t);
WEFT_SPSC_QUEUE(owner, uint64_t, note_drop_u64);

static const weft_type u64_type = { "u64", sizeof(uint64_t), alignof(uint64_t), note_drop };

static size_t
bytes(const weft_type *type, size_t capacity)
{
	return capacity * type->size;
}

static size_t
memory_align(const weft_type *type)
{
	return type->align;
}

static void
begin_before(void *q, const weft_type *type, uint64_t top)
{
	(void)type;
	weft_spsc_queue_begin_at_(q, top - 2);
}

UNTYPED_SHAPES(spsc_queue)
UNTYPED_BOUNDED_SHAPES(spsc_queue)
TYPED_SHAPES(plain)
TYPED_BOUNDED_SHAPES(plain, spsc_queue)
TYPED_SHAPES(owner)
TYPED_BOUNDED_SHAPES(owner, spsc_queue)

#define COMMON                                                                                    \
	.noun = "an spsc_queue", .object = sizeof(weft_spsc_queue), .bytes = bytes,               \
	.memory_align = memory_align, .begin_before = begin_before, .one_each = true

static struct queue_ops untyped_ops = { .name = "spsc_queue, untyped", COMMON, .type = &u64_type,
	BOUNDED_SHAPES(spsc_queue) };
static struct queue_ops plain_ops = { .name = "spsc_queue, typed", COMMON, .type = &plain_type_,
	.typed = true, .traps = WEFT_CHECKED_, BOUNDED_SHAPES(plain) };
static struct queue_ops owner_ops = { .name = "spsc_queue, typed, with drop", COMMON,
	.type = &owner_type_, .typed = true, .traps = WEFT_CHECKED_, BOUNDED_SHAPES(owner) };

/* By turns the typed and the untyped function. */
static __thread unsigned turn;

static uint64_t *
reserve(owner *q, size_t *n)
{
	return turn++ % 2 == 0 ? owner_reserve(q, n)
	                       : (uint64_t *)weft_spsc_queue_reserve(&q->raw, n);
}

static void
commit(owner *q, size_t n)
{
	if (turn++ % 2 == 0)
		owner_commit(q, n);
	else
		weft_spsc_queue_commit(&q->raw, n);
}

static uint64_t *
claim(owner *q, size_t *n)
{
	return turn++ % 2 == 0 ? owner_claim(q, n) : (uint64_t *)weft_spsc_queue_claim(&q->raw, n);
}

static void
release(owner *q, size_t n)
{
	if (turn++ % 2 == 0)
		owner_release(q, n);
	else
		weft_spsc_queue_release(&q->raw, n);
}

static const size_t capacities[] = CAPACITIES;

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

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * at: the index of the producer's next slot, as the tests know it: reserve gives what is
 * free up to the end of the array.
 */
static void
in_place(owner *q, size_t capacity)
{
	uint64_t in = 0, out = 0, step = capacity > 20 ? capacity / 9 : 1;

	for (size_t wanted = 1; wanted <= capacity + 1; wanted += step) {
		for (size_t i = 0; i < 2 * capacity; i += step) {
			size_t at = in % capacity, n = wanted, free = capacity - (in - out);
			uint64_t *slots = reserve(q, &n);

			assert_int_equal(n, least(wanted, least(free, capacity - at)));
			assert_int_equal(slots == NULL, n == 0);
			for (size_t k = 0; k < n; k++)
				slots[k] = in + k;
			commit(q, n);
			in += n;
			assert_int_equal(owner_len(q), in - out);

			at = out % capacity;
			n = wanted + i % 3;
			slots = claim(q, &n);
			assert_int_equal(n, least(wanted + i % 3, least(in - out, capacity - at)));
			assert_int_equal(slots == NULL, n == 0);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(slots[k], out + k);
			release(q, n);
			out += n;
			assert_int_equal(owner_len(q), in - out);
		}
	}
	assert_int_equal(dropped.count, 0);
}

static void
reserve_and_claim_give_what_there_is_up_to_the_end(void **state)
{
	(void)state;
	on_each(in_place);
}

static void
one_in_place(owner *q, size_t capacity)
{
	uint64_t in = 0, out = 0, *slot;

	for (int lap = 0; lap < 3; lap++) {
		for (size_t i = 0; i < capacity; i++) {
			slot = reserve(q, NULL);
			assert_non_null(slot);
			*slot = in++;
			commit(q, 1);
		}
		assert_null(reserve(q, NULL));
		for (size_t i = 0; i < capacity; i++) {
			slot = claim(q, NULL);
			assert_non_null(slot);
			assert_int_equal(*slot, out++);
			release(q, 1);
		}
		assert_null(claim(q, NULL));
	}
}

static void
no_number_means_one(void **state)
{
	(void)state;
	on_each(one_in_place);
}

static void
gives_up(owner *q, size_t capacity)
{
	size_t n;
	uint64_t *slots, v;

	for (uint64_t i = 0; i < capacity + 1; i++) {
		/* Given up: nothing is pushed, and the same slots are reserved again. */
		n = capacity;
		slots = reserve(q, &n);
		slots[0] = 1000 + i;
		commit(q, 0);
		assert_true(owner_is_empty(q));
		n = capacity;
		assert_ptr_equal(reserve(q, &n), slots);
		slots[0] = i;
		commit(q, 1);
		assert_int_equal(owner_len(q), 1);

		/* A release of none is a peek. */
		n = capacity;
		slots = claim(q, &n);
		assert_int_equal(n, 1);
		assert_int_equal(slots[0], i);
		release(q, 0);
		assert_int_equal(owner_len(q), 1);
		slots = claim(q, &n);
		assert_int_equal(slots[0], i);
		slots[0] = 500 + i;   /* claimed values may be changed */
		release(q, 0);
		assert_true(owner_pop(q, &v));
		assert_int_equal(v, 500 + i);
	}
}

static void
committing_or_releasing_none_changes_nothing(void **state)
{
	(void)state;
	on_each(gives_up);
}

static void
part_of_a_claim_may_stay(void **state)
{
	owner q;
	uint64_t v;
	size_t n = 3;

	(void)state;
	assert_int_equal(owner_init(&q, 3), WEFT_OK);
	for (uint64_t i = 0; i < 3; i++)
		assert_true(owner_push(&q, i));
	assert_non_null(claim(&q, &n));
	assert_int_equal(n, 3);
	release(&q, 2);
	assert_true(owner_pop(&q, &v));
	assert_int_equal(v, 2);
	owner_fini(&q);
}

static alignas(64) unsigned char arena[WEFT_SPSC_QUEUE_BYTES(uint64_t, 5)];

static void
the_bytes_macro_says_what_init_over_needs(void **state)
{
	owner q;

	(void)state;
	assert_int_equal(sizeof arena, 5 * sizeof(uint64_t));
	assert_int_equal(owner_init_over(&q, arena, sizeof arena - 1, 5), WEFT_INVALID);
	assert_int_equal(owner_init_over(&q, arena, sizeof arena, 5), WEFT_OK);
	owner_fini(&q);
}

static void
init_without_options_is_invalid(void **state)
{
	owner q;
	weft_spsc_queue raw;

	(void)state;
	assert_int_equal(owner_init_with(&q, NULL), WEFT_INVALID);
	assert_int_equal(weft_spsc_queue_init_with(&raw, &u64_type, NULL), WEFT_INVALID);
}

static void
one_thread_carries_to_another(void **state)
{
	(void)state;
	run_threads(&untyped_ops, 1, 1);
	run_threads(&plain_ops, 1, 1);
	run_threads(&owner_ops, 1, 1);
}

#define STREAM 100000

static void *
stream_in_place(void *arg)
{
	owner *q = arg;

	for (uint64_t in = 0; in < STREAM;) {
		size_t n = 1 + in % 6;
		uint64_t *slots = owner_reserve(q, &n);

		for (size_t i = 0; i < n; i++)
			slots[i] = in++;
		owner_commit(q, n);
		if (n == 0)
			sched_yield();
	}
	return NULL;
}

static void
values_made_in_place_are_read_in_place(void **state)
{
	owner q;
	pthread_t producer;

	(void)state;
	forget_drops();
	assert_int_equal(owner_init(&q, 7), WEFT_OK);
	begin(&owner_ops, &q, 1);
	pthread_create(&producer, NULL, stream_in_place, &q);
	for (uint64_t out = 0; out < STREAM;) {
		size_t n = 1 + out % 5;
		uint64_t *slots = owner_claim(&q, &n);

		for (size_t i = 0; i < n; i++, out++)
			assert_int_equal(slots[i], out);
		owner_release(&q, n);
		if (n == 0)
			sched_yield();
	}
	pthread_join(producer, NULL);
	owner_fini(&q);
}

#ifdef WEFT_CHECKED
/* Its size makes push long enough to be met in the middle, were one to wait for that. */
struct fat {
	uint64_t words[512];
};
WEFT_SPSC_QUEUE(fat_queue, struct fat);

static void
commit_too_many(void *arg)
{
	size_t n = 2;

	(void)!owner_reserve(arg, &n);
	owner_commit(arg, 3);
}

static void
commit_past_the_end(void *arg)
{
	owner_commit(arg, 4);
}

static void
release_too_many(void *arg)
{
	size_t n = 2;

	(void)!owner_claim(arg, &n);
	owner_release(arg, 3);
}

static void
more_than_was_given_traps(void **state)
{
	owner q;
	uint64_t v;

	(void)state;
	assert_int_equal(owner_init(&q, 5), WEFT_OK);
	for (uint64_t i = 0; i < 3; i++)
		assert_true(owner_push(&q, i));
	assert_aborts(commit_too_many, &q,
	    "commit to an spsc_queue: more than was reserved: commit at most");
	for (int i = 0; i < 3; i++)
		assert_true(owner_pop(&q, &v));
	/* Five are free, and two of them before the end. */
	assert_aborts(commit_past_the_end, &q, "commit to an spsc_queue: more than was reserved");
	for (uint64_t i = 0; i < 2; i++)
		assert_true(owner_push(&q, i));
	assert_aborts(release_too_many, &q,
	    "release to an spsc_queue: more than was claimed: release at most");
	owner_fini(&q);
}

/* A side whose thread is inside, as one that was stopped there would leave it. */
struct side {
	void (*call)(owner *q);
	owner *q;
};

static void call_push(owner *q) { (void)!owner_push(q, 1); }
static void call_push_n(owner *q) { (void)!owner_push_n(q, (uint64_t[1]){ 1 }, 1); }
static void call_reserve(owner *q) { (void)!owner_reserve(q, NULL); }
static void call_commit(owner *q) { owner_commit(q, 0); }
static void call_pop(owner *q) { (void)!owner_pop(q, (uint64_t[1]){ 1 }); }
static void call_pop_n(owner *q) { (void)!owner_pop_n(q, (uint64_t[1]){ 1 }, 1); }
static void call_claim(owner *q) { (void)!owner_claim(q, NULL); }
static void call_release(owner *q) { owner_release(q, 0); }

static void
side_call(void *arg)
{
	struct side *s = arg;

	s->call(s->q);
}

static void
a_second_thread_on_a_side_traps(void **state)
{
	static void (*const calls[])(owner *) = { call_push, call_push_n, call_reserve, call_commit,
		call_pop, call_pop_n, call_claim, call_release };
	owner q;

	(void)state;
	assert_int_equal(owner_init(&q, 5), WEFT_OK);
	for (size_t i = 0; i < WEFT_COUNT(calls); i++) {
		bool producer = i < 4;
		struct side same = { calls[i], &q }, other = { calls[(i + 4) % 8], &q };

		/* relaxed: the test's own thread alone. */
		weft_store_relaxed(producer ? &q.raw.producer_.inside_ : &q.raw.consumer_.inside_,
		    1);
		assert_aborts(side_call, &same, "another thread is on this side of the spsc_queue");
		side_call(&other);
		/* relaxed: as above. */
		weft_store_relaxed(producer ? &q.raw.producer_.inside_ : &q.raw.consumer_.inside_,
		    0);
		/* Having left, the next may come. */
		side_call(&same);
		side_call(&same);
	}
	owner_fini(&q);
}

/* Two threads that push without end: sooner or later one meets the other. */
static void *
push_for_ever(void *arg)
{
	static const struct fat v;
	static __thread struct fat w;

	for (;;) {
		(void)!fat_queue_push(arg, v);
		(void)!fat_queue_pop(arg, &w);
	}
	return NULL;
}

static void
two_producers(void *arg)
{
	pthread_t other;

	pthread_create(&other, NULL, push_for_ever, arg);
	push_for_ever(arg);
}

static void
two_threads_on_a_side_are_met_in_practice(void **state)
{
	fat_queue q;

	(void)state;
	assert_int_equal(fat_queue_init(&q, 4), WEFT_OK);
	assert_aborts(two_producers, &q, "another thread is on this side of the spsc_queue");
	fat_queue_fini(&q);
}

static void reserve_dead(void *q) { (void)!owner_reserve(q, NULL); }
static void commit_dead(void *q) { owner_commit(q, 0); }
static void claim_dead(void *q) { (void)!owner_claim(q, NULL); }
static void release_dead(void *q) { owner_release(q, 0); }

static void
its_own_calls_trap_too(void **state)
{
	static owner dead;

	(void)state;
	assert_aborts(reserve_dead, &dead, "reserve in an spsc_queue: the object was not");
	assert_aborts(commit_dead, &dead, "commit to an spsc_queue: the object was not");
	assert_aborts(claim_dead, &dead, "claim from an spsc_queue: the object was not");
	assert_aborts(release_dead, &dead, "release to an spsc_queue: the object was not");
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserve_and_claim_give_what_there_is_up_to_the_end),
		cmocka_unit_test(no_number_means_one),
		cmocka_unit_test(committing_or_releasing_none_changes_nothing),
		cmocka_unit_test(part_of_a_claim_may_stay),
		cmocka_unit_test(the_bytes_macro_says_what_init_over_needs),
		cmocka_unit_test(init_without_options_is_invalid),
		cmocka_unit_test(one_thread_carries_to_another),
		cmocka_unit_test(values_made_in_place_are_read_in_place),
#ifdef WEFT_CHECKED
		cmocka_unit_test(more_than_was_given_traps),
		cmocka_unit_test(a_second_thread_on_a_side_traps),
		cmocka_unit_test(two_threads_on_a_side_are_met_in_practice),
		cmocka_unit_test(its_own_calls_trap_too),
#endif
	};

	return run_contract(&untyped_ops) + run_contract(&plain_ops) + run_contract(&owner_ops) +
	    cmocka_run_group_tests_name("spsc_queue, its own", tests, NULL, NULL);
}
