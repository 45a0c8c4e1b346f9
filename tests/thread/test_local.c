/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_local.c: each thread has its value, nobody else's, and all are found at the end. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <weft/latch.h>
#include <weft/local.h>
#include <weft/scope.h>

#include "test.h"

static struct test_memory memory = TEST_MEMORY;

struct tally {
	long words;
	const void *maker;
};

WEFT_LOCAL(tallies, struct tally);

static weft_atomic_u32 made, dropped;

static void
tally_make(struct tally *t)
{
	/* It is zeroed before. */
	assert_int_equal(t->words, 0);
	t->words = 100;
	weft_fetch_add_seq_cst(&made, 1);
}

static void
tally_drop(struct tally *t)
{
	assert_in_range(t->words, 100, 1000000);
	weft_fetch_add_seq_cst(&dropped, 1);
}

WEFT_LOCAL(made_tallies, struct tally, tally_make);
WEFT_LOCAL(dropped_tallies, struct tally, tally_make, tally_drop);

static long
sum_of(const tallies *t)
{
	long words = 0;

	for (struct tally *each = NULL; (each = tallies_next(t, each)) != NULL;)
		words += each->words;
	return words;
}

static void
a_thread_keeps_its_value(void **state)
{
	tallies t = { 0 };
	struct tally *mine;

	(void)state;
	assert_int_equal(tallies_len(&t), 0);
	assert_null(tallies_next(&t, NULL));
	mine = tallies_get(&t);
	assert_non_null(mine);
	assert_int_equal(mine->words, 0);
	mine->words = 7;
	for (int i = 0; i < 100; i++)
		assert_ptr_equal(tallies_get(&t), mine);
	assert_int_equal(tallies_len(&t), 1);
	assert_ptr_equal(tallies_next(&t, NULL), mine);
	assert_null(tallies_next(&t, mine));
	assert_int_equal(sum_of(&t), 7);
	tallies_fini(&t);
	assert_int_equal(memory.out, 0);
}

/* Threads that are there at the same time, each with a value that it counts in. */
struct crowd {
	tallies t;
	weft_latch here;
	weft_barrier *all;
	bool without_slot;
	weft_atomic_u32 wrong;
};

static weft_status
count_run(struct crowd *c)
{
	struct tally *mine;

	if (c->without_slot)
		weft_slot_ = WEFT_SLOT_NONE_;
	mine = tallies_get(&c->t);
	if (mine == NULL || mine->words != 0 || mine->maker != NULL)
		return WEFT_BUSY;
	mine->maker = &mine;
	weft_barrier_wait(c->all);
	for (int i = 0; i < 1000; i++)
		tallies_get(&c->t)->words++;
	return mine->maker == &mine && mine->words == 1000 ? WEFT_OK : WEFT_FULL;
}
WEFT_THREAD(count, struct crowd, count_run);

static void
crowd_counts(unsigned n, bool without_slot)
{
	weft_barrier all;
	struct crowd c = { .all = &all, .without_slot = without_slot };
	weft_thread_options small = { .stack_size = 1 << 16 };
	WEFT_SCOPE(s);

	weft_barrier_init(&all, n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(count_spawn_with(&s, &c, &small), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	weft_barrier_fini(&all);
	assert_int_equal(tallies_len(&c.t), n);
	assert_int_equal(sum_of(&c.t), 1000L * n);
	tallies_fini(&c.t);
	assert_int_equal(tallies_len(&c.t), 0);
	assert_int_equal(memory.out, 0);
}

static void
threads_count_in_values_of_their_own(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 10; n += 2)
		crowd_counts(n, false);
	/* More than there is room for in the first two buckets. */
	crowd_counts(TEST_IS_SLOW ? 90 : 400, false);
}

static void
threads_without_a_slot_have_values_too(void **state)
{
	(void)state;
	crowd_counts(1, true);
	crowd_counts(20, true);
}

/* One after the other: each gets the slot of the one before, and not its value. */
static weft_status
add_one_run(tallies *t)
{
	struct tally *mine = tallies_get(t);

	if (mine == NULL || mine->words != 0)
		return WEFT_BUSY;
	mine->words++;
	return tallies_get(t) == mine ? WEFT_OK : WEFT_FULL;
}
WEFT_THREAD(add_one, tallies, add_one_run);

static void
a_value_outlives_its_thread_and_is_nobody_elses(void **state)
{
	tallies t = { 0 };
	struct tally *mine = tallies_get(&t);
	WEFT_SCOPE(s);

	(void)state;
	for (int i = 0; i < 30; i++) {
		assert_int_equal(add_one_spawn(&s, &t), WEFT_OK);
		assert_int_equal(weft_scope_join(&s), WEFT_OK);
	}
	assert_int_equal(tallies_len(&t), 31);
	assert_int_equal(sum_of(&t), 30);
	assert_ptr_equal(tallies_get(&t), mine);
	assert_int_equal(mine->words, 0);
	tallies_fini(&t);
}

static void
after_fini_a_local_is_as_new(void **state)
{
	tallies t = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	for (int round = 0; round < 5; round++) {
		struct tally *mine = tallies_get(&t);

		assert_int_equal(mine->words, 0);
		mine->words = 50;
		assert_int_equal(add_one_spawn(&s, &t), WEFT_OK);
		assert_int_equal(weft_scope_join(&s), WEFT_OK);
		assert_int_equal(tallies_len(&t), 2);
		assert_int_equal(sum_of(&t), 51);
		tallies_fini(&t);
		assert_int_equal(tallies_len(&t), 0);
		assert_int_equal(memory.out, 0);
	}
	/* So is one that never had a value. */
	tallies_fini(&t);
}

#define LOCALS 300

static weft_status
use_many_run(tallies *many)
{
	for (long round = 0; round < 3; round++) {
		for (long i = 0; i < LOCALS; i++) {
			struct tally *mine = tallies_get(&many[i]);

			if (mine == NULL || mine->words != round * i)
				return WEFT_BUSY;
			mine->words += i;
		}
	}
	return WEFT_OK;
}
WEFT_THREAD(use_many, tallies, use_many_run);

static void
many_locals_do_not_mix(void **state)
{
	static tallies many[LOCALS];
	WEFT_SCOPE(s);

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(use_many_spawn(&s, many), WEFT_OK);
	assert_int_equal(use_many_run(many), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	for (long i = 0; i < LOCALS; i++) {
		assert_int_equal(tallies_len(&many[i]), 5);
		assert_int_equal(sum_of(&many[i]), 5 * 3 * i);
		tallies_fini(&many[i]);
	}
	assert_int_equal(memory.out, 0);
}

static weft_status
count_made_run(dropped_tallies *t)
{
	struct tally *mine = dropped_tallies_get(t);

	if (mine == NULL || mine->words != 100)
		return WEFT_BUSY;
	mine->words++;
	return WEFT_OK;
}
WEFT_THREAD(count_made, dropped_tallies, count_made_run);

static void
values_are_made_once_and_dropped_once(void **state)
{
	dropped_tallies t = { 0 };
	made_tallies u = { 0 };
	WEFT_SCOPE(s);

	(void)state;
	weft_store_seq_cst(&made, 0);
	weft_store_seq_cst(&dropped, 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(count_made_spawn(&s, &t), WEFT_OK);
	assert_int_equal(weft_scope_join(&s), WEFT_OK);
	assert_int_equal(weft_load_seq_cst(&made), 5);
	assert_int_equal(weft_load_seq_cst(&dropped), 0);
	dropped_tallies_fini(&t);
	assert_int_equal(weft_load_seq_cst(&dropped), 5);
	dropped_tallies_fini(&t);
	assert_int_equal(weft_load_seq_cst(&dropped), 5);
	assert_int_equal(made_tallies_get(&u)->words, 100);
	made_tallies_fini(&u);
	assert_int_equal(weft_load_seq_cst(&dropped), 5);
	assert_int_equal(memory.out, 0);
}

/* Making a value may take another local's. */
static tallies behind;

static void
ask_another(struct tally *t)
{
	t->maker = tallies_get(&behind);
}

WEFT_LOCAL(asking, struct tally, ask_another);

static void
make_may_use_another_local(void **state)
{
	asking a = { 0 };

	(void)state;
	assert_ptr_equal(asking_get(&a)->maker, tallies_get(&behind));
	asking_fini(&a);
	tallies_fini(&behind);
}

/* Alignment and size: each thread's value is aligned, and shares no line. */
struct aligned { alignas(512) char c[512]; };
WEFT_LOCAL(bytes, char);
WEFT_LOCAL(lines, struct aligned);
struct odd { char c[1001]; };
WEFT_LOCAL(odds, struct odd);
WEFT_LOCAL(texts, const char *);

#define HOLDS(local)                                                                              \
	static weft_status local##_fill(local *l)                                                 \
	{                                                                                         \
		local##_value_ *v = local##_get(l);                                               \
		if (v == NULL || (uintptr_t)v % alignof(local##_value_) != 0)                     \
			return WEFT_BUSY;                                                         \
		memset((void *)v, 0xa5, sizeof *v);                                               \
		return WEFT_OK;                                                                   \
	}                                                                                         \
	WEFT_THREAD(local##_filler, local, local##_fill);                                         \
	static void local##_are_held(void **state)                                                \
	{                                                                                         \
		local l = WEFT_ZERO_;                                                             \
		WEFT_SCOPE(s);                                                                    \
		(void)state;                                                                      \
		for (int i = 0; i < 8; i++)                                                       \
			assert_int_equal(local##_filler_spawn(&s, &l), WEFT_OK);                  \
		assert_int_equal(weft_scope_join(&s), WEFT_OK);                                   \
		for (local##_value_ *a = NULL; (a = local##_next(&l, a)) != NULL;)                \
			for (local##_value_ *b = NULL; (b = local##_next(&l, b)) != NULL;)        \
				assert_true(a == b || labs((char *)a - (char *)b) >=              \
				    (long)sizeof *a + WEFT_LINE - 64);                            \
		local##_fini(&l);                                                                 \
		assert_int_equal(memory.out, 0);                                                  \
	}

HOLDS(bytes)
HOLDS(lines)
HOLDS(odds)
HOLDS(texts)

static void
no_memory_is_said(void **state)
{
	tallies t = { 0 };

	(void)state;
	/* The places, and the value. */
	for (long at = 0; at < 2; at++) {
		memory.fail_at = memory.calls + at;
		assert_null(tallies_get(&t));
		assert_int_equal(tallies_len(&t), 0);
		memory.fail_at = memory.calls + (at == 0 ? 1 : 0);
		assert_null(tallies_get(&t));
		memory.fail_at = -1;
		assert_non_null(tallies_get(&t));
		assert_int_equal(tallies_len(&t), 1);
		tallies_fini(&t);
		assert_int_equal(memory.out, 0);
	}
}

/*
 * A thread at its end, after its slot has become another thread's: it still finds what it
 * made, and what it makes now.
 */
static pthread_key_t last_key;

struct ending {
	tallies before, late;
	struct tally *mine;
	int rounds;
	weft_status other;
	bool right;
};

static void *
take_the_slot(void *arg)
{
	struct ending *e = arg;

	/* It has the slot, and values of its own on top of the other's. */
	e->other = add_one_run(&e->before);
	return NULL;
}

static void
at_the_end(void *arg)
{
	struct ending *e = arg;
	struct tally *late;
	pthread_t thread;

	/* The second round of destructors is after the slot's. */
	if (e->rounds++ == 0) {
		pthread_setspecific(last_key, e);
		return;
	}
	e->right = weft_slot_ == WEFT_SLOT_NONE_ && tallies_get(&e->before) == e->mine;
	pthread_create(&thread, NULL, take_the_slot, e);
	pthread_join(thread, NULL);
	e->right = e->right && tallies_get(&e->before) == e->mine;
	late = tallies_get(&e->late);
	e->right = e->right && late != NULL && tallies_get(&e->late) == late && late != e->mine;
}

static void *
end_with_values(void *arg)
{
	struct ending *e = arg;

	e->mine = tallies_get(&e->before);
	pthread_setspecific(last_key, e);
	return NULL;
}

static void
a_thread_at_its_end_has_its_values(void **state)
{
	struct ending e = { .other = WEFT_BUSY };
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_key_create(&last_key, at_the_end), 0);
	assert_int_equal(pthread_create(&thread, NULL, end_with_values, &e), 0);
	pthread_join(thread, NULL);
	assert_int_equal(e.rounds, 2);
	assert_true(e.right);
	assert_int_equal(e.other, WEFT_OK);
	assert_int_equal(tallies_len(&e.before), 2);
	assert_int_equal(tallies_len(&e.late), 1);
	tallies_fini(&e.before);
	tallies_fini(&e.late);
	pthread_key_delete(last_key);
	assert_int_equal(memory.out, 0);
}

static void
the_untyped_calls_do_the_same(void **state)
{
	const weft_local_type type = { "longs", sizeof(long), alignof(long), NULL, NULL };
	weft_local l = { 0 };
	long *mine = (weft_local_get)(&l, &type);

	(void)state;
	assert_non_null(mine);
	assert_ptr_equal(weft_local_get(&l, &type), mine);
	assert_ptr_equal(weft_local_next(&l, NULL), mine);
	assert_int_equal(weft_local_len(&l), 1);
	weft_local_fini(&l, &type);
	assert_int_equal(weft_local_len(&l), 0);
}

/* Misuse. */

static asking *self;

static void
ask_myself(struct tally *t)
{
	t->maker = asking_get(self);
}

WEFT_LOCAL(selfish, struct tally, ask_myself);

static void
make_itself(void *arg)
{
	static union { selfish outer; asking inner; } u;

	(void)arg;
	self = &u.inner;
	(void)!selfish_get(&u.outer);
}

static void
get_nowhere(void *arg)
{
	(void)!(weft_local_get)(NULL, arg);
}

static void
get_untyped(void *arg)
{
	(void)!weft_local_get(arg, NULL);
}

static void
get_nothing(void *arg)
{
	const weft_local_type type = { "none", 0, 8, NULL, NULL };

	(void)!weft_local_get(arg, &type);
}

static void
fini_nowhere(void *arg)
{
	weft_local_fini(NULL, arg);
}

static void
misuse_is_said(void **state)
{
	const weft_local_type type = { "longs", sizeof(long), alignof(long), NULL, NULL };
	union { const weft_local_type *in; void *out; } p = { &type };
	weft_local l = { 0 };

	(void)state;
	assert_aborts(make_itself, NULL, "weft_local_get: make asks for the value");
	assert_aborts(get_nowhere, p.out, "weft_local_get: there is no local");
	assert_aborts(get_untyped, &l, "weft_local_get: there is no local, or no type");
	assert_aborts(get_nothing, &l, "weft_local_get: the type's size is at least 1");
	assert_aborts(fini_nowhere, p.out, "weft_local_fini: there is no local");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_keeps_its_value),
		cmocka_unit_test(threads_count_in_values_of_their_own),
		cmocka_unit_test(threads_without_a_slot_have_values_too),
		cmocka_unit_test(a_value_outlives_its_thread_and_is_nobody_elses),
		cmocka_unit_test(after_fini_a_local_is_as_new),
		cmocka_unit_test(many_locals_do_not_mix),
		cmocka_unit_test(values_are_made_once_and_dropped_once),
		cmocka_unit_test(make_may_use_another_local),
		cmocka_unit_test(bytes_are_held),
		cmocka_unit_test(lines_are_held),
		cmocka_unit_test(odds_are_held),
		cmocka_unit_test(texts_are_held),
		cmocka_unit_test(no_memory_is_said),
		cmocka_unit_test(a_thread_at_its_end_has_its_values),
		cmocka_unit_test(the_untyped_calls_do_the_same),
		cmocka_unit_test(misuse_is_said),
	};
	const weft_allocator a = test_allocator(&memory);

	if (!weft_set_allocator(&a))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
