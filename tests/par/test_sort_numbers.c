/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_sort_numbers.c: the ready-made sorts, of numbers, strings and bytes. */
#include <math.h>

#include "sort_inputs.h"

static const size_t sizes[] = { 0, 1, 2, 3, 33, 100, 1009, 1024, 4099, 20011, 140009 };

/* Values that are spread as the shape says, over some of the bits of a number. */
static uint64_t
number(enum shape shape, size_t i, size_t n, int bits)
{
	uint64_t x = sort_value(shape, i, n);

	return bits == 64 ? x : bits == 0 ? x << 40 : x % ((uint64_t)1 << bits);
}

#define NUMBERS(name, T)                                                                          \
	static void                                                                               \
	check_##name(enum shape shape, size_t n, int bits, const weft_par_options *how)           \
	{                                                                                         \
		T *v = sort_room(n, sizeof *v);                                                   \
		uint64_t sum;                                                                     \
\
		for (size_t i = 0; i < n; i++)                                                    \
			v[i] = (T)number(shape, i, n, bits);                                      \
		sum = sort_sum(v, n, sizeof *v);                                                  \
		weft_sort_##name(how, v, n);                                                      \
		for (size_t i = 1; i < n; i++)                                                    \
			assert_true(v[i - 1] <= v[i]);                                            \
		assert_int_equal(sort_sum(v, n, sizeof *v), sum);                                 \
		free(v);                                                                          \
	}

NUMBERS(u32, uint32_t)
NUMBERS(u64, uint64_t)
NUMBERS(i32, int32_t)
NUMBERS(i64, int64_t)

static void
integers(void **state)
{
	static const int widths[] = { 64, 8, 20, 0 };

	(void)state;
	for (size_t i = 0; i < 4 * WEFT_COUNT(sizes); i++) {
		for (int shape = 0; shape < SHAPES; shape++) {
			const weft_par_options *how = shape % 2 == 0 ? NULL : &sort_serially;
			size_t n = sizes[i / 4];

			if (n > 5000 && i % 4 != (size_t)shape % 4)
				continue;
			check_u32(shape, n, widths[i % 4], how);
			check_u64(shape, n, widths[i % 4], how);
			check_i32(shape, n, widths[i % 4], how);
			check_i64(shape, n, widths[i % 4], how);
		}
	}
	check_u64(RANDOM, SORT_MANY, 64, NULL);
	check_u64(RANDOM, SORT_MANY, 64, &sort_serially);
	check_u32(FEW_UNIQUE, SORT_MANY, 64, NULL);
}

/* All in one part of 256 but for one word, level after level. */
static void
numbers_that_digits_divide_badly(void **state)
{
	enum { N = 20000 };
	uint64_t *v = sort_room(N, sizeof *v);

	(void)state;
	for (size_t i = 0; i < N; i++)
		v[i] = i < 64 ? (uint64_t)1 << i : sort_draw() % 3;
	weft_sort_u64(NULL, v, N);
	for (size_t i = 1; i < N; i++)
		assert_true(v[i - 1] <= v[i]);
	assert_int_equal(v[N - 1], (uint64_t)1 << 63);
	free(v);
}

/* -inf ... -0 +0 ... inf, and then each NaN, of either sign. */
static bool
float_before(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(b);
	return a < b || (a == b && (signbit(a) != 0 || signbit(b) == 0));
}

#define FLOATS(name, T, U)                                                                        \
	static void                                                                               \
	check_##name(size_t n, const weft_par_options *how)                                       \
	{                                                                                         \
		static const T some[] = { 0, (T)-0.0, INFINITY, -INFINITY, NAN, 1, -1, (T)1e-40,  \
			(T)-1e-40, (T)1e30, (T)-1e30 };                                           \
		T *v = sort_room(n, sizeof *v);                                                   \
		uint64_t sum;                                                                     \
\
		for (size_t i = 0; i < n; i++) {                                                  \
			U bits = (U)sort_draw();                                                  \
\
			memcpy(&v[i], &bits, sizeof bits);                                        \
			if (i % 3 == 0)                                                           \
				v[i] = some[sort_draw() % WEFT_COUNT(some)];                      \
			if (i % 30 == 0)                                                          \
				v[i] = -v[i];                                                     \
		}                                                                                 \
		sum = sort_sum(v, n, sizeof *v);                                                  \
		weft_sort_##name(how, v, n);                                                      \
		for (size_t i = 1; i < n; i++)                                                    \
			assert_true(float_before((double)v[i - 1], (double)v[i]));                \
		assert_int_equal(sort_sum(v, n, sizeof *v), sum);                                 \
		free(v);                                                                          \
	}

FLOATS(f32, float, uint32_t)
FLOATS(f64, double, uint64_t)

static void
floats_and_nan(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(sizes); i++) {
		check_f32(sizes[i], NULL);
		check_f32(sizes[i], &sort_serially);
		check_f64(sizes[i], NULL);
		check_f64(sizes[i], &sort_serially);
	}
}

struct measure {
	double key;
	size_t place;
};

static double key_of_measure(const struct measure *m) { return m->key; }

WEFT_SORT_KEY(measures, struct measure, double, key_of_measure);

/* By a key that may be NaN: those last, in the order in which they came. */
static void
keys_that_are_nan(void **state)
{
	struct measure v[1000];

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		v[i] = (struct measure){ sort_draw() % 3 == 0 ? NAN : (double)(sort_draw() % 9),
			i };
	measures_sort_stable(NULL, v, 1000);
	for (size_t i = 1; i < 1000; i++) {
		assert_true(!isnan(v[i - 1].key) || isnan(v[i].key));
		assert_true(isnan(v[i].key) || v[i - 1].key <= v[i].key);
		if (v[i - 1].key == v[i].key || isnan(v[i - 1].key))
			assert_true(v[i - 1].place < v[i].place);
	}
}

/* Texts of few letters, with much in common; above 127 too, where char may have a sign. */
static char *
text(size_t *len)
{
	size_t n = sort_draw() % 4 == 0 ? sort_draw() % 40 : sort_draw() % 12;
	char *s = sort_room(n + 1, 1);

	memset(s, 'a', n + 1);
	for (size_t k = sort_draw() % (n + 1); k < n; k++)
		s[k] = "ab\xe9z"[sort_draw() % 4];
	s[n] = '\0';
	*len = n;
	return s;
}

static void
check_texts(size_t n, const weft_par_options *how)
{
	const char **v = sort_room(n, sizeof *v);
	weft_bytes *b = sort_room(n, sizeof *b);
	uint64_t sum;

	for (size_t i = 0; i < n; i++) {
		v[i] = text(&b[i].len);
		b[i].data = v[i];
		/* Bytes may have zeros in them; texts end there. */
		if (i % 5 == 0 && b[i].len > 3)
			((char *)(uintptr_t)v[i])[b[i].len / 2] = '\0';
	}
	sum = sort_sum(v, n, sizeof *v);
	weft_sort_str(how, v, n);
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(v[i - 1], v[i]) <= 0);
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	sum = sort_sum(b, n, sizeof *b);
	weft_sort_bytes(how, b, n);
	for (size_t i = 1; i < n; i++) {
		size_t len = b[i].len < b[i - 1].len ? b[i].len : b[i - 1].len;
		int order = memcmp(b[i - 1].data, b[i].data, len);

		assert_true(order < 0 || (order == 0 && b[i - 1].len <= b[i].len));
	}
	assert_int_equal(sort_sum(b, n, sizeof *b), sum);
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)v[i]);
	free(b);
	free(v);
}

static void
texts_and_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(sizes) - 1; i++) {
		check_texts(sizes[i], NULL);
		check_texts(sizes[i], &sort_serially);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(numbers_that_digits_divide_badly),
		cmocka_unit_test(floats_and_nan),
		cmocka_unit_test(keys_that_are_nan),
		cmocka_unit_test(texts_and_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
