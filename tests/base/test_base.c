/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_base.c: statuses, misuse, and the small words. */
#include "test.h"

static void
every_status_has_a_name_and_a_text(void **state)
{
	(void)state;
	assert_int_equal(WEFT_OK, 0);
	assert_string_equal(weft_status_name(WEFT_FULL), "WEFT_FULL");
	assert_string_equal(weft_status_text(WEFT_FULL), "there is no room");
	assert_string_equal(weft_status_name(WEFT_SYSTEM), "WEFT_SYSTEM");
	assert_string_equal(weft_status_name(weft_user(7)), "WEFT_USER");
	assert_string_equal(weft_status_text(weft_user(7)), "a status of the program's");
	assert_string_equal(weft_status_name((weft_status)(WEFT_SYSTEM + 1)), "not a weft_status");
	assert_int_equal(weft_user_code(weft_user(7)), 7);
}

static void
the_list_has_every_status_once(void **state)
{
#define ONE(name, text) WEFT_##name,
	static const weft_status all[] = { WEFT_STATUSES(ONE) };

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(all); i++) {
		assert_int_equal(all[i], i);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(weft_status_text(all[i]), weft_status_text(all[j]));
	}
}

static void
must_full(void *arg)
{
	(void)arg;
	weft_must(WEFT_OK);
	abort();
}

static void
must_exits_only_on_failure(void **state)
{
	int status;
	pid_t child;

	(void)state;
	assert_aborts(must_full, NULL, "");
	fflush(NULL);
	child = fork();
	if (child == 0) {
		fclose(stderr);
		weft_must(WEFT_FULL);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

static void
dead(void *arg)
{
	weft_alive_ alive = { NULL };

	weft_alive_check_(&alive, arg, "some_call");
}

static void
an_object_that_is_not_alive_traps(void **state)
{
	weft_alive_ alive = { &alive };

	(void)state;
	weft_alive_check_(&alive, &alive, "some_call");
	assert_aborts(dead, &alive, "some_call: the object was not initialised");
}

static void
bytes_of_a_string(void **state)
{
	(void)state;
	assert_int_equal(weft_bytes_of("weft").len, 4);
	assert_int_equal(weft_bytes_of("").len, 0);
	assert_int_equal(weft_bytes_of(NULL).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_a_name_and_a_text),
		cmocka_unit_test(the_list_has_every_status_once),
		cmocka_unit_test(must_exits_only_on_failure),
		cmocka_unit_test(an_object_that_is_not_alive_traps),
		cmocka_unit_test(bytes_of_a_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
