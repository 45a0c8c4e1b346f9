/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* cmocka.h: as much of cmocka as weft's tests use, for targets that have no cmocka. */
#ifndef WEFT_TESTS_CMOCKA_H
#define WEFT_TESTS_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void (*CMUnitTestFunction)(void **state);
typedef int (*CMFixtureFunction)(void **state);

struct CMUnitTest {
	const char *name;
	CMUnitTestFunction test_func;
	CMFixtureFunction setup_func, teardown_func;
	void *initial_state;
};

enum { SHIM_PASSED, SHIM_FAILED, SHIM_SKIPPED };

#define SHIM_FN __attribute__((unused)) static

/* Where a failed assertion goes back to. Only the thread of the test asserts, as in cmocka. */
static jmp_buf shim_end;

__attribute__((noreturn, format(printf, 4, 5))) SHIM_FN void
shim_leave(int how, const char *file, int line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fprintf(stderr, "%s:%d: ", file, line);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	longjmp(shim_end, how);
}

SHIM_FN void
shim_compare(bool equal, uintmax_t a, uintmax_t b, const char *what, const char *file, int line)
{
	if ((a == b) != equal)
		shim_leave(SHIM_FAILED, file, line, "not so: %s (%#jx, %#jx)", what, a, b);
}

SHIM_FN void
shim_within(bool in, uintmax_t x, uintmax_t low, uintmax_t high, const char *file, int line)
{
	const char *said = in ? "not in" : "in";

	if ((low <= x && x <= high) != in)
		shim_leave(SHIM_FAILED, file, line, "%ju is %s %ju to %ju", x, said, low, high);
}

SHIM_FN void
shim_compare_strings(bool want, const char *a, const char *b, const char *file, int line)
{
	if ((strcmp(a, b) == 0) != want)
		shim_leave(SHIM_FAILED, file, line, "\"%s\" %s \"%s\"", a, want ? "!=" : "==", b);
}

SHIM_FN void
shim_compare_bytes(bool want, const void *a, const void *b, size_t n, const char *file, int line)
{
	const char *said = want ? "different" : "equal";

	if ((memcmp(a, b, n) == 0) != want)
		shim_leave(SHIM_FAILED, file, line, "%zu bytes are %s", n, said);
}

#define SHIM_U(x) ((uintmax_t)(x))
#define SHIM_P(x) ((uintmax_t)(uintptr_t)(x))
#define SHIM_EQUAL(U, a, b)                                                                       \
	shim_compare(true, U(a), U(b), #a " == " #b, __FILE__, __LINE__)
#define SHIM_DIFFER(U, a, b)                                                                      \
	shim_compare(false, U(a), U(b), #a " != " #b, __FILE__, __LINE__)

#define print_message(...) ((void)fprintf(stderr, __VA_ARGS__))
#define print_error(...) print_message(__VA_ARGS__)
#define fail_msg(...) shim_leave(SHIM_FAILED, __FILE__, __LINE__, __VA_ARGS__)
#define fail() fail_msg("failed")
#define skip() shim_leave(SHIM_SKIPPED, __FILE__, __LINE__, "skipped")
#define assert_true(x) shim_compare(false, !!(x), 0, #x, __FILE__, __LINE__)
#define assert_false(x) shim_compare(true, !!(x), 0, "!(" #x ")", __FILE__, __LINE__)
#define assert_null(p) SHIM_EQUAL(SHIM_P, p, NULL)
#define assert_non_null(p) SHIM_DIFFER(SHIM_P, p, NULL)
#define assert_ptr_equal(a, b) SHIM_EQUAL(SHIM_P, a, b)
#define assert_ptr_not_equal(a, b) SHIM_DIFFER(SHIM_P, a, b)
#define assert_int_equal(a, b) SHIM_EQUAL(SHIM_U, a, b)
#define assert_int_not_equal(a, b) SHIM_DIFFER(SHIM_U, a, b)
#define assert_in_range(x, low, high)                                                             \
	shim_within(true, SHIM_U(x), SHIM_U(low), SHIM_U(high), __FILE__, __LINE__)
#define assert_not_in_range(x, low, high)                                                         \
	shim_within(false, SHIM_U(x), SHIM_U(low), SHIM_U(high), __FILE__, __LINE__)
#define assert_string_equal(a, b) shim_compare_strings(true, a, b, __FILE__, __LINE__)
#define assert_string_not_equal(a, b) shim_compare_strings(false, a, b, __FILE__, __LINE__)
#define assert_memory_equal(a, b, n) shim_compare_bytes(true, a, b, n, __FILE__, __LINE__)
#define assert_memory_not_equal(a, b, n) shim_compare_bytes(false, a, b, n, __FILE__, __LINE__)

#define cmocka_unit_test(f) { #f, f, NULL, NULL, NULL }
#define cmocka_unit_test_setup_teardown(f, setup, teardown) { #f, f, setup, teardown, NULL }
#define cmocka_unit_test_setup(f, setup) { #f, f, setup, NULL, NULL }
#define cmocka_unit_test_teardown(f, teardown) { #f, f, NULL, teardown, NULL }
#define cmocka_unit_test_prestate(f, state) { #f, f, NULL, NULL, state }
#define cmocka_run_group_tests(tests, setup, teardown)                                            \
	cmocka_run_group_tests_name(#tests, tests, setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown)                                 \
	_cmocka_run_group_tests(name, tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

/* What comes back by longjmp; a setup or teardown that returns nonzero fails its test. */
SHIM_FN int
shim_run_one(const struct CMUnitTest *t, void *group_state)
{
	void *state = t->initial_state != NULL ? t->initial_state : group_state;
	int how = setjmp(shim_end);

	if (how != SHIM_PASSED)
		return how;
	if (t->setup_func != NULL && t->setup_func(&state) != 0)
		return SHIM_FAILED;
	t->test_func(&state);
	if (t->teardown_func != NULL && t->teardown_func(&state) != 0)
		return SHIM_FAILED;
	return SHIM_PASSED;
}

/* How many failed. */
SHIM_FN int
_cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction setup, CMFixtureFunction teardown)
{
	static const char *const words[] = { "OK", "FAILED", "SKIPPED" };
	void *state = NULL;
	int failed = 0;

	if (setup != NULL && setup(&state) != 0)
		return (int)count;
	for (size_t i = 0; i < count; i++) {
		int how = shim_run_one(&tests[i], state);

		fprintf(stderr, "[ %s ] %s\n", words[how], tests[i].name);
		failed += how == SHIM_FAILED;
	}
	if (teardown != NULL && teardown(&state) != 0)
		failed++;
	fprintf(stderr, "%s: %zu tests, %d failed\n", group, count, failed);
	return failed;
}

#endif
