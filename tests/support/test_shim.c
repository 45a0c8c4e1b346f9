/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_shim.c: the stand-in for cmocka fails what is wrong, and passes what is right. */
#include "cmocka/cmocka.h"

#define WRONG(name, assertion)                                                                    \
	static void wrong_##name(void **state) { (void)state; assertion; }

static const char *const nothing = NULL;
static const char *const text = "text";

WRONG(true, assert_true(text == NULL))
WRONG(false, assert_false(text != NULL))
WRONG(null, assert_null(text))
WRONG(non_null, assert_non_null(nothing))
WRONG(ptr_equal, assert_ptr_equal(text, nothing))
WRONG(ptr_not_equal, assert_ptr_not_equal(text, text))
WRONG(int_equal, assert_int_equal(1, 2))
WRONG(int_not_equal, assert_int_not_equal(-1, -1))
WRONG(in_range, assert_in_range(5, 1, 4))
WRONG(not_in_range, assert_not_in_range(4, 1, 4))
WRONG(string_equal, assert_string_equal(text, "Text"))
WRONG(string_not_equal, assert_string_not_equal(text, "text"))
WRONG(memory_equal, assert_memory_equal(text, "teXt", 4))
WRONG(memory_not_equal, assert_memory_not_equal(text, "tex!", 3))
WRONG(fail, fail())

static void
right(void **state)
{
	int once = 0;

	assert_ptr_equal(*state, nothing);
	assert_true(text != NULL);
	assert_false(text == NULL);
	assert_null(nothing);
	assert_non_null(text);
	assert_int_equal(-1, -1);
	assert_int_not_equal(1, 2);
	assert_in_range(4, 1, 4);
	assert_not_in_range(0, 1, 4);
	assert_string_equal(text, "text");
	assert_memory_equal(text, "texx", 3);
	assert_int_equal(once++, 0);
	assert_true(once++ == 1);
	assert_in_range(once++, 2, 2);
	assert_int_equal(once, 3);
}

static void
skipped(void **state)
{
	(void)state;
	skip();
}

static int
refuse(void **state)
{
	(void)state;
	return -1;
}

static int
give_text(void **state)
{
	*state = (void *)(uintptr_t)text;
	return 0;
}

static void
has_text(void **state)
{
	assert_ptr_equal(*state, text);
}

int
main(void)
{
	const struct CMUnitTest wrong[] = {
		cmocka_unit_test(wrong_true),
		cmocka_unit_test(wrong_false),
		cmocka_unit_test(wrong_null),
		cmocka_unit_test(wrong_non_null),
		cmocka_unit_test(wrong_ptr_equal),
		cmocka_unit_test(wrong_ptr_not_equal),
		cmocka_unit_test(wrong_int_equal),
		cmocka_unit_test(wrong_int_not_equal),
		cmocka_unit_test(wrong_in_range),
		cmocka_unit_test(wrong_not_in_range),
		cmocka_unit_test(wrong_string_equal),
		cmocka_unit_test(wrong_string_not_equal),
		cmocka_unit_test(wrong_memory_equal),
		cmocka_unit_test(wrong_memory_not_equal),
		cmocka_unit_test(wrong_fail),
		cmocka_unit_test_setup(right, refuse),
		cmocka_unit_test_teardown(right, refuse),
	};
	const struct CMUnitTest rights[] = {
		cmocka_unit_test(right),
		cmocka_unit_test(skipped),
		cmocka_unit_test_setup(has_text, give_text),
	};
	const struct CMUnitTest of_group[] = { cmocka_unit_test(has_text) };
	const int want = sizeof wrong / sizeof wrong[0];

	return cmocka_run_group_tests(wrong, NULL, NULL) != want ||
	    cmocka_run_group_tests(rights, NULL, NULL) != 0 ||
	    cmocka_run_group_tests(of_group, give_text, NULL) != 0 ||
	    cmocka_run_group_tests(of_group, refuse, NULL) != 1 ||
	    cmocka_run_group_tests(of_group, give_text, refuse) != 1;
}
