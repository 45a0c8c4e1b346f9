/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_par_try.c: loops whose bodies fail, loops that are cancelled, and progress. */
#include "loops.h"

/* Which items fail, and how often each was done. */
struct plan {
	size_t first, every;         /* first, first + every ... fail, each in its own way */
	uint64_t *out;
};

static unsigned char done[LOOPS_ROOM];

static bool
fails(size_t i, const struct plan *p)
{
	return i >= p->first && (i - p->first) % p->every == 0;
}

static weft_status
try_index(size_t i, const struct plan *p)
{
	done[i]++;
	return fails(i, p) ? weft_user((int)(i % 1000)) : WEFT_OK;
}
WEFT_PAR_TRY_FOR(try_indices, try_index, struct plan);

static weft_status
try_item(uint64_t *x, const struct plan *p)
{
	size_t i = (size_t)(x - loops_out);

	*x = i;
	return try_index(i, p);
}
WEFT_PAR_TRY_EACH(try_items, uint64_t, try_item, struct plan);

static weft_status
try_square(uint64_t *out, const uint64_t *x, const struct plan *p)
{
	weft_status s = try_index((size_t)(x - loops_in), p);

	if (s == WEFT_OK)
		*out = *x * *x;
	return s;
}
WEFT_PAR_TRY_MAP(try_squares, uint64_t, uint64_t, try_square, struct plan);

static weft_status
always(size_t i)
{
	return i < LOOPS_ROOM ? WEFT_OK : WEFT_INVALID;
}
WEFT_PAR_TRY_FOR(tries, always);

static weft_status
always_item(uint64_t *x)
{
	return x != NULL ? WEFT_OK : WEFT_INVALID;
}
WEFT_PAR_TRY_EACH(tries_items, uint64_t, always_item);

static weft_status
always_copy(uint64_t *out, const uint64_t *x)
{
	*out = *x;
	return WEFT_OK;
}
WEFT_PAR_TRY_MAP(tries_map, uint64_t, uint64_t, always_copy);

/* The first failure, if any, came back; all before it were done once, and none twice. */
static void
assert_first(weft_status s, size_t at, size_t n, const struct plan *p)
{
	if (p->first >= n) {
		assert_int_equal(s, WEFT_OK);
		assert_int_equal(at, 77);
	} else {
		assert_int_equal(s, weft_user((int)(p->first % 1000)));
		assert_int_equal(at, p->first);
	}
	for (size_t i = 0; i < n; i++)
		if (i <= p->first ? done[i] != 1 : done[i] > 1)
			fail_msg("item %zu of %zu was done %u times", i, n, done[i]);
	memset(done, 0, n);
}

static void
try_first(const weft_par_options *how, size_t n)
{
	const size_t firsts[] = { 0, n / 3, n - (n != 0), n };
	struct plan p = { 0, 5, NULL };
	size_t at;
	weft_status s;

	for (size_t f = 0; f < WEFT_COUNT(firsts); f++) {
		p.first = firsts[f];
		at = 77;
		s = try_indices(how, n, &at, &p);
		assert_first(s, at, n, &p);
		at = 77;
		s = try_items(how, loops_out, n, &at, &p);
		assert_first(s, at, n, &p);
		at = 77;
		s = try_squares(how, loops_out, loops_in, n, &at, &p);
		assert_first(s, at, n, &p);
		s = try_indices(how, n, NULL, &p);
		assert_int_equal(s == WEFT_OK, p.first >= n);
		memset(done, 0, n);
	}
	assert_int_equal(tries(how, n, NULL), WEFT_OK);
	assert_int_equal(tries_items(how, loops_out, n, NULL), WEFT_OK);
	assert_int_equal(tries_map(how, loops_out, loops_in, n, NULL), WEFT_OK);
	assert_memory_equal(loops_out, loops_in, n * sizeof *loops_in);
}

static void
test_lowest_failure(void **state)
{
	(void)state;
	loops_try(try_first);
}

/* What follows a failure is left out. (Others may be far ahead: here are none.) */
static void
try_stops(weft_par_options how, unsigned threads)
{
	struct plan p = { 10, 1, NULL };
	size_t at, sum = 0;

	if (threads != 1)
		return;
	how.max_grain = 64;
	assert_int_equal(try_indices(&how, LOOPS_MAX, &at, &p), weft_user(10));
	for (size_t i = 0; i < LOOPS_MAX; i++)
		sum += done[i];
	memset(done, 0, sizeof done);
	assert_int_equal(sum, 11);
}

static void
test_stops(void **state)
{
	(void)state;
	loops_try_threads(try_stops);
}

static weft_status results[LOOPS_ROOM];

static void
assert_results(size_t failed, size_t n, const struct plan *p)
{
	size_t expected = 0;

	for (size_t i = 0; i < n; i++) {
		weft_status s = fails(i, p) ? weft_user((int)(i % 1000)) : WEFT_OK;

		expected += s != WEFT_OK;
		if (results[i] != s || done[i] != 1)
			fail_msg("item %zu: status %d, done %u times", i, (int)results[i], done[i]);
	}
	assert_int_equal(failed, expected);
	memset(done, 0, n);
}

static void
try_results(const weft_par_options *how, size_t n)
{
	struct plan p = { n / 10, 3, NULL };

	assert_results(try_indices_each(how, n, results, &p), n, &p);
	assert_results(try_items_each(how, loops_out, n, results, &p), n, &p);
	assert_results(try_squares_each(how, loops_out, loops_in, n, results, &p), n, &p);
	assert_int_equal(tries_each(how, n, results), 0);
	assert_int_equal(tries_items_each(how, loops_out, n, results), 0);
	assert_int_equal(tries_map_each(how, loops_out, loops_in, n, results), 0);
}

static void
test_results(void **state)
{
	(void)state;
	loops_try(try_results);
}

/* Chunks that fail, by the untyped function. */
static weft_status
fail_at(size_t begin, size_t end, size_t *at, void *ctx)
{
	const size_t *first = ctx;

	if (*first >= end)
		return WEFT_OK;
	*at = begin > *first ? begin : *first;
	return weft_user((int)(*at % 1000));
}

static void
try_chunks(const weft_par_options *how, size_t n)
{
	const size_t firsts[] = { 0, n / 3, n - (n != 0), n };

	for (size_t f = 0; f < WEFT_COUNT(firsts); f++) {
		size_t first = firsts[f], at = 77;
		weft_status s = weft_par_chunks(how, n, 7, fail_at, &first, &at);

		assert_int_equal(at, first < n ? first : 77);
		assert_int_equal(s, first < n ? weft_user((int)(first % 1000)) : WEFT_OK);
		at = 77;
		s = weft_par_for(how, n, fail_at, &first, &at);
		assert_int_equal(at, first < n ? first : 77);
		assert_int_equal(s, first < n ? weft_user((int)(first % 1000)) : WEFT_OK);
	}
}

static void
test_chunks(void **state)
{
	(void)state;
	loops_try(try_chunks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lowest_failure),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_chunks),
	};

	loops_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
