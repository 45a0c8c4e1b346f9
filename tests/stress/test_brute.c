/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_brute.c: the judge itself, and histories: small cases whose answers are plain. */
#include "../../stress/brute.h"
#include "test.h"

struct small {
	const struct brute_spec *spec;
	size_t capacity;
	bool is_right;
	struct history_op ops[8];
};

/* clang-format off: a table reads best as one. */
static const struct small smalls[] = {
	{ &brute_queue, 1, true, { { 0, 1, 1, 0, HISTORY_PUSH }, { 2, 3, 0, 0, HISTORY_FULL },
	    { 4, 5, 1, 0, HISTORY_POP }, { 6, 7, 0, 0, HISTORY_EMPTY } } },
	{ &brute_queue, 0, false, { { 0, 1, 1, 0, HISTORY_PUSH }, { 2, 3, 0, 0, HISTORY_FULL } } },
	{ &brute_queue, 2, false, { { 0, 1, 1, 0, HISTORY_PUSH }, { 2, 3, 0, 0, HISTORY_FULL } } },
	{ &brute_queue, 2, false, { { 0, 1, 1, 0, HISTORY_PUSH }, { 2, 3, 2, 0, HISTORY_PUSH },
	    { 4, 5, 2, 0, HISTORY_POP } } },
	/* The pushes overlap: either may be first. */
	{ &brute_queue, 2, true, { { 0, 2, 1, 0, HISTORY_PUSH }, { 1, 3, 2, 1, HISTORY_PUSH },
	    { 4, 5, 2, 0, HISTORY_POP }, { 6, 7, 1, 0, HISTORY_POP } } },
	/* The same of one thread, a batch: it has an order. */
	{ &brute_queue, 2, false, { { 0, 2, 1, 0, HISTORY_PUSH }, { 1, 3, 2, 0, HISTORY_PUSH },
	    { 4, 5, 2, 0, HISTORY_POP }, { 6, 7, 1, 0, HISTORY_POP } } },
	{ &brute_queue, 0, false, { { 0, 1, 1, 0, HISTORY_PUSH }, { 2, 3, 0, 1, HISTORY_EMPTY } } },
	{ &brute_queue, 0, true, { { 0, 3, 1, 0, HISTORY_PUSH }, { 1, 2, 0, 1, HISTORY_EMPTY } } },
	{ &brute_deque, 0, true, { { 0, 1, 1, 0, HISTORY_PUSH }, { 2, 3, 2, 0, HISTORY_PUSH },
	    { 4, 5, 2, 0, HISTORY_POP }, { 6, 7, 1, 1, HISTORY_STEAL },
	    { 8, 9, 0, 1, HISTORY_STEAL_EMPTY } } },
	{ &brute_deque, 0, false, { { 0, 1, 1, 0, HISTORY_PUSH }, { 2, 3, 2, 0, HISTORY_PUSH },
	    { 4, 5, 2, 1, HISTORY_STEAL } } },
	{ &brute_counter, 0, true, { { 0, 5, 2, 0, HISTORY_ADD }, { 1, 4, 3, 1, HISTORY_ADD },
	    { 2, 3, 3, 2, HISTORY_READ }, { 6, 7, 5, 2, HISTORY_READ } } },
	{ &brute_counter, 0, false, { { 0, 1, 2, 0, HISTORY_ADD }, { 2, 5, 3, 1, HISTORY_ADD },
	    { 3, 4, 3, 2, HISTORY_READ } } },
	{ &brute_register, 0, true, { { 0, 3, 7, 0, HISTORY_WRITE }, { 1, 4, 8, 1, HISTORY_WRITE },
	    { 2, 5, 7, 2, HISTORY_READ }, { 6, 7, 8, 2, HISTORY_READ } } },
	/* 7 is read after 8 was, though both writes were over by then: the classic one. */
	{ &brute_register, 0, false, { { 0, 1, 7, 0, HISTORY_WRITE }, { 2, 3, 8, 0, HISTORY_WRITE },
	    { 4, 5, 8, 1, HISTORY_READ }, { 6, 7, 7, 1, HISTORY_READ } } },
};
/* clang-format on */

static void
small_histories_are_judged(void **state)
{
	struct history h;

	(void)state;
	history_init(&h, 8);
	for (size_t i = 0; i < WEFT_COUNT(smalls); i++) {
		const struct small *s = &smalls[i];

		history_clear(&h);
		for (size_t j = 0; j < WEFT_COUNT(s->ops) && s->ops[j].ret != 0; j++)
			history_add(&h, s->ops[j]);
		history_seal(&h);
		if (brute_is_linearizable(&h, s->spec, s->capacity) != s->is_right)
			fail_msg("small history %zu, of a %s", i, s->spec->name);
	}
	history_fini(&h);
}

static void
equal_times_overlap(void **state)
{
	struct history h;

	(void)state;
	history_init(&h, 1);
	history_add(&h, (struct history_op){ 5, 9, 1, 0, HISTORY_PUSH });
	history_add(&h, (struct history_op){ 9, 9, 2, 1, HISTORY_PUSH });
	history_seal(&h);
	/* The second was called when the first returned: neither precedes the other. */
	assert_int_equal(h.ops[0].call, 0);
	assert_int_equal(h.ops[1].call, 1);
	assert_int_equal(h.ops[0].ret, 2);
	assert_int_equal(h.ops[1].ret, 3);
	history_fini(&h);
}

static void
both_clocks_go_forward(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		uint64_t call, ret;

		history_use(i == 0 ? HISTORY_TICKET : HISTORY_CLOCK);
		call = history_call();
		ret = history_return();
		assert_true(call < ret);
		assert_true(i == 0 || ret - call >= 2 * HISTORY_SLACK);
	}
	history_use(HISTORY_TICKET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_histories_are_judged),
		cmocka_unit_test(equal_times_overlap),
		cmocka_unit_test(both_clocks_go_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
