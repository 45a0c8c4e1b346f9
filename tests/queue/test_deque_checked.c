/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_deque_checked.c: what weft/deque.h traps under WEFT_CHECKED, and lets pass. */
#define WEFT_CHECKED
#include "test.h"

#include <weft/deque.h>

WEFT_DEQUE(work, uint64_t);

static work zeroed;

static void
push_before_init(void *arg)
{
	(void)arg;
	assert_true(work_push(&zeroed, 1));
}

static void
pop_before_init(void *arg)
{
	uint64_t v;

	(void)arg;
	assert_true(work_pop(&zeroed, &v));
}

static void
steal_before_init(void *arg)
{
	uint64_t v;

	(void)arg;
	weft_ignore(work_steal(&zeroed, &v));
}

static void
steal_n_before_init(void *arg)
{
	uint64_t v;

	(void)arg;
	assert_true(work_steal_n(&zeroed, &v, 1));
}

static void
len_before_init(void *arg)
{
	(void)arg;
	assert_int_equal(work_len(&zeroed), 0);
}

static void
is_empty_before_init(void *arg)
{
	(void)arg;
	assert_true(work_is_empty(&zeroed));
}

static void
steal_after_fini(void *arg)
{
	uint64_t v;
	work d;

	(void)arg;
	assert_int_equal(work_init(&d), WEFT_OK);
	work_fini(&d);
	weft_ignore(work_steal(&d, &v));
}

/* Another owner is in the middle of a push, for all that this one can know. */
static void
second_owner_pushes(void *arg)
{
	work d;

	(void)arg;
	assert_int_equal(work_init(&d), WEFT_OK);
	weft_store_relaxed(&d.raw.inside_, 1);
	assert_true(work_push(&d, 1));
}

static void
second_owner_pops(void *arg)
{
	uint64_t v;
	work d;

	(void)arg;
	assert_int_equal(work_init(&d), WEFT_OK);
	weft_store_relaxed(&d.raw.inside_, 1);
	assert_true(work_pop(&d, &v));
}

static void
test_before_init_and_after_fini(void **state)
{
	(void)state;
	assert_aborts(push_before_init, NULL, "push to a deque: the object was not initialised");
	assert_aborts(pop_before_init, NULL, "pop from a deque: the object was not initialised");
	assert_aborts(steal_before_init, NULL,
	    "steal from a deque: the object was not initialised");
	assert_aborts(steal_n_before_init, NULL, "steal_n from a deque: the object was not");
	assert_aborts(len_before_init, NULL, "len of a deque: the object was not initialised");
	assert_aborts(is_empty_before_init, NULL, "is_empty of a deque: the object was not");
	assert_aborts(steal_after_fini, NULL, "steal from a deque: the object was not initialised");
}

static void
test_a_second_owner(void **state)
{
	(void)state;
	assert_aborts(second_owner_pushes, NULL,
	    "push to a deque: another thread is in the owner's");
	assert_aborts(second_owner_pops, NULL,
	    "pop from a deque: another thread is in the owner's");
}

/* What is right is let through, failures included: each call leaves as it entered. */
static void
test_right_use(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator own = test_allocator(&memory);
	weft_deque_options options = { .capacity = 1, .allocator = &own };
	uint64_t v, vs[4];
	work d;

	(void)state;
	assert_int_equal(work_init_with(&d, &options), WEFT_OK);
	assert_false(work_pop(&d, &v));
	assert_true(work_push(&d, 1));
	memory.fail_at = memory.calls;
	assert_false(work_push(&d, 2));
	assert_true(work_push(&d, 2));
	assert_int_equal(work_steal(&d, &v), WEFT_OK);
	assert_int_equal(work_steal_n(&d, vs, 4), 1);
	assert_int_equal(work_steal(&d, &v), WEFT_EMPTY);
	assert_true(work_push(&d, 3));
	assert_int_equal(work_len(&d), 1);
	assert_true(work_pop(&d, &v));
	assert_true(work_is_empty(&d));
	assert_false(work_pop(&d, &v));
	work_fini(&d);
	assert_int_equal(memory.out, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_before_init_and_after_fini),
		cmocka_unit_test(test_a_second_owner),
		cmocka_unit_test(test_right_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
