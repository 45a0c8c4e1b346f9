/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_par_loops.c: for, each, map, zip, chunks, windows: each beside its serial twin. */
#include "loops.h"

#include <math.h>

struct factor {
	uint64_t by;
	uint64_t *out;
};

/* for, and each */

static void
mark(size_t i)
{
	loops_out[i] += i + 1;
}
WEFT_PAR_FOR(marks, mark);

static void
mark_times(size_t i, const struct factor *f)
{
	f->out[i] += i * f->by;
}
WEFT_PAR_FOR(marks_times, mark_times, struct factor);

static void
try_for(const weft_par_options *how, size_t n)
{
	struct factor f = { 3, loops_out };

	for (size_t i = 0; i < n; i++) {
		loops_out[i] = loops_in[i];
		loops_expected[i] = loops_in[i] + i + 1 + 3 * i;
	}
	marks(how, n);
	marks_times(how, n, &f);
	loops_assert_out(n);
}

static void
test_for(void **state)
{
	(void)state;
	loops_try(try_for);
}

static void
mix(uint64_t *item)
{
	*item ^= *item >> 7;
}
WEFT_PAR_EACH(mix_all, uint64_t, mix);

static void
add_by(uint64_t *item, const struct factor *f)
{
	*item += f->by;
}
WEFT_PAR_EACH(add_to_all, uint64_t, add_by, struct factor);

static void
add_index(uint64_t *item, size_t i)
{
	*item += i * i;
}
WEFT_PAR_EACH_INDEX(add_indices, uint64_t, add_index);

static void
add_index_by(uint64_t *item, size_t i, const struct factor *f)
{
	*item += i * f->by;
}
WEFT_PAR_EACH_INDEX(add_indices_by, uint64_t, add_index_by, struct factor);

static void
try_each(const weft_par_options *how, size_t n)
{
	struct factor f = { 11, NULL };

	for (size_t i = 0; i < n; i++) {
		loops_out[i] = loops_in[i];
		loops_expected[i] = (loops_in[i] ^ loops_in[i] >> 7) + 11 + i * i + 11 * i;
	}
	mix_all(how, loops_out, n);
	add_to_all(how, loops_out, n, &f);
	add_indices(how, loops_out, n);
	add_indices_by(how, loops_out, n, &f);
	loops_assert_out(n);
}

static void
test_each(void **state)
{
	(void)state;
	loops_try(try_each);
}

/* map and zip */

static uint64_t
square(const uint64_t *x)
{
	return *x * *x;
}
WEFT_PAR_MAP(squares, uint64_t, uint64_t, square);
WEFT_PAR_MAP_IN_PLACE(square_all, uint64_t, square);

static uint64_t
times(const uint64_t *x, const struct factor *f)
{
	return *x * f->by;
}
WEFT_PARMAP(all_times, uint64_t, uint64_t, times, struct factor);
WEFT_PAR_MAP_IN_PLACE(times_in_place, uint64_t, times, struct factor);

static void
try_map(const weft_par_options *how, size_t n)
{
	struct factor f = { 7, NULL };

	for (size_t i = 0; i < n; i++)
		loops_expected[i] = loops_in[i] * loops_in[i];
	memset(loops_out, 0, n * sizeof *loops_out);
	squares(how, loops_out, loops_in, n);
	loops_assert_out(n);
	for (size_t i = 0; i < n; i++)
		loops_expected[i] *= 7 * 7;
	all_times(how, loops_out, loops_out, n, &f);
	times_in_place(how, loops_out, n, &f);
	loops_assert_out(n);
	for (size_t i = 0; i < n; i++)
		loops_expected[i] *= loops_expected[i];
	square_all(how, loops_out, n);
	loops_assert_out(n);
}

static void
test_map(void **state)
{
	(void)state;
	loops_try(try_map);
}

struct vec {
	float x, y;
};

static float
norm(const struct vec *v)
{
	return sqrtf(v->x * v->x + v->y * v->y);
}
WEFT_PAR_MAP(norms, float, struct vec, norm);

static void
test_map_types(void **state)
{
	static struct vec in[1000];
	static float out[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		in[i] = (struct vec){ (float)(3 * i), (float)(4 * i) };
	norms(NULL, out, in, 1000);
	for (int i = 0; i < 1000; i++)
		assert_true(out[i] == (float)(5 * i));
}

static uint64_t
mixed(const uint64_t *x, const uint64_t *y)
{
	return *x ^ *y * 3;
}
WEFT_PAR_ZIP(zipped, uint64_t, uint64_t, uint64_t, mixed);

static uint64_t
mixed_by(const uint64_t *x, const uint64_t *y, const struct factor *f)
{
	return *x + *y * f->by;
}
WEFT_PAR_ZIP(zipped_by, uint64_t, uint64_t, uint64_t, mixed_by, struct factor);

static uint64_t
three(const uint64_t *x, const uint32_t *y, const uint64_t *z)
{
	return *x - *y * 5u + *z;
}
WEFT_PAR_ZIP3(zipped3, uint64_t, uint64_t, uint32_t, uint64_t, three);

static uint64_t
three_by(const uint64_t *x, const uint32_t *y, const uint64_t *z, const struct factor *f)
{
	return *x * f->by + *y + *z;
}
WEFT_PAR_ZIP3(zipped3_by, uint64_t, uint64_t, uint32_t, uint64_t, three_by, struct factor);

static void
try_zip(const weft_par_options *how, size_t n)
{
	static uint32_t small[LOOPS_ROOM];
	struct factor f = { 9, NULL };

	for (size_t i = 0; i < n; i++) {
		uint64_t x = loops_in[i], y = loops_other[i];

		small[i] = (uint32_t)(x >> 40);
		x ^= y * 3;
		x += y * 9;
		x = x - small[i] * 5u + y;
		loops_expected[i] = x * 9 + small[i] + y;
	}
	zipped(how, loops_out, loops_in, loops_other, n);
	zipped_by(how, loops_out, loops_out, loops_other, n, &f);
	zipped3(how, loops_out, loops_out, small, loops_other, n);
	zipped3_by(how, loops_out, loops_out, small, loops_other, n, &f);
	loops_assert_out(n);
}

static void
test_zip(void **state)
{
	(void)state;
	loops_try(try_zip);
}

/* chunks and windows */

static void
number(uint64_t *chunk, size_t len, size_t first)
{
	for (size_t i = 0; i < len; i++)
		chunk[i] = (first << 20 | len << 4) + i;
}
WEFT_PAR_CHUNKS(number_chunks, uint64_t, number);

static void
number_by(uint64_t *chunk, size_t len, size_t first, const struct factor *f)
{
	for (size_t i = 0; i < len; i++)
		chunk[i] = f->by * first + len + i;
}
WEFT_PAR_CHUNKS(number_chunks_by, uint64_t, number_by, struct factor);

static void
try_chunks(const weft_par_options *how, size_t n)
{
	const size_t chunks[] = { 1, 7, 64, 1000, LOOPS_MAX, SIZE_MAX };
	struct factor f = { 13, NULL };

	for (size_t c = 0; c < WEFT_COUNT(chunks); c++) {
		size_t chunk = chunks[c], whole = n / chunk * chunk;

		for (size_t i = 0; i < n; i++) {
			size_t first = i / chunk * chunk;
			size_t len = n - first < chunk ? n - first : chunk;

			loops_out[i] = 0;
			loops_expected[i] = (first << 20 | len << 4) + (i - first);
		}
		number_chunks(how, loops_out, n, chunk);
		loops_assert_out(n);
		memset(loops_out, 1, n * sizeof *loops_out);
		for (size_t i = 0; i < n; i++)
			loops_expected[i] = i < whole ? 13 * (i / chunk * chunk) + chunk + i % chunk
			                              : UINT64_C(0x0101010101010101);
		assert_int_equal(number_chunks_by_exact(how, loops_out, n, chunk, &f), whole);
		loops_assert_out(n);
	}
}

static void
test_chunks(void **state)
{
	(void)state;
	loops_try_n(0, try_chunks);
	loops_try_n(1, try_chunks);
	loops_try_n(1009, try_chunks);
	loops_try_n(65537, try_chunks);
}

static uint64_t
window_sum(const uint64_t *window, size_t width)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < width; i++)
		sum += window[i] * (i + 1);
	return sum;
}
WEFT_PAR_WINDOWS(window_sums, uint64_t, uint64_t, window_sum);

static uint64_t
ends(const uint64_t *window, size_t width, const struct factor *f)
{
	return window[0] * f->by + window[width - 1];
}
WEFT_PAR_WINDOWS(window_ends, uint64_t, uint64_t, ends, struct factor);

static void
try_windows(const weft_par_options *how, size_t n)
{
	const size_t widths[] = { 1, 2, 5, 1009, LOOPS_ROOM };
	struct factor f = { 17, NULL };

	for (size_t w = 0; w < WEFT_COUNT(widths); w++) {
		size_t width = widths[w], k = n < width ? 0 : n - width + 1;

		for (size_t i = 0; i < k && width < 10; i++)
			loops_expected[i] = window_sum(&loops_in[i], width);
		if (width < 10) {
			assert_int_equal(window_sums(how, loops_out, loops_in, n, width), k);
			loops_assert_out(k);
		}
		for (size_t i = 0; i < k; i++)
			loops_expected[i] = loops_in[i] * 17 + loops_in[i + width - 1];
		assert_int_equal(window_ends(how, loops_out, loops_in, n, width, &f), k);
		loops_assert_out(k);
	}
	assert_int_equal(window_sums(how, loops_out, loops_in, n, 0), 0);
}

static void
test_windows(void **state)
{
	(void)state;
	loops_try(try_windows);
}

/* untyped */

static weft_status
range_of_for(size_t begin, size_t end, size_t *at, void *ctx)
{
	uint64_t *out = ctx;

	assert_non_null(at);
	assert_true(begin < end);
	for (size_t i = begin; i < end; i++)
		out[i] += i;
	return WEFT_OK;
}

static weft_status
range_of_chunks(size_t begin, size_t end, size_t *at, void *ctx)
{
	uint64_t *out = ctx;

	(void)at;
	out[begin] = end;
	return WEFT_OK;
}

static void
try_untyped(const weft_par_options *how, size_t n)
{
	size_t at = 77;

	for (size_t i = 0; i < n; i++) {
		loops_out[i] = 0;
		loops_expected[i] = i;
	}
	assert_int_equal(weft_par_for(how, n, range_of_for, loops_out, &at), WEFT_OK);
	assert_int_equal(weft_par_for(how, 0, range_of_for, NULL, NULL), WEFT_OK);
	loops_assert_out(n);
	for (size_t i = 0; i < n; i++)
		loops_expected[i] = i % 10 != 0 ? i : n - i < 10 ? n : i + 10;
	assert_int_equal(weft_par_chunks(how, n, 10, range_of_chunks, loops_out, &at), WEFT_OK);
	assert_int_equal(at, 77);
	loops_assert_out(n);
}

static void
test_untyped(void **state)
{
	(void)state;
	loops_try(try_untyped);
}

/* Loops in loops. */

static void
inner(size_t i, const struct factor *f)
{
	f->out[i] += i * f->by;
}
WEFT_PAR_FOR(inner_loop, inner, struct factor);

static void
outer(size_t i, const weft_par_options *how)
{
	struct factor f = { i, loops_out + i * 100 };

	inner_loop(how, 100, &f);
}
WEFT_PAR_FOR(outer_loop, outer, weft_par_options);

static void
try_nested(const weft_par_options *how, size_t n)
{
	weft_par_options usual = { 0 };

	for (size_t i = 0; i < n * 100; i++) {
		loops_out[i] = 0;
		loops_expected[i] = i % 100 * (i / 100);
	}
	outer_loop(how, n, how != NULL ? how : &usual);
	loops_assert_out(n * 100);
}

static void
test_nested(void **state)
{
	(void)state;
	loops_try_n(1, try_nested);
	loops_try_n(300, try_nested);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_for),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_types),
		cmocka_unit_test(test_zip),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_untyped),
		cmocka_unit_test(test_nested),
	};

	loops_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
