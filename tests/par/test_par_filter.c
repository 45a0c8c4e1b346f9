/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_par_filter.c: pack, partition, count, find, flat map, group: beside their serial twins. */
#include "loops.h"

/* How often keep was called with item i; counted where each item is one thread's at a time. */
static unsigned char asked[LOOPS_ROOM];
static weft_atomic_size calls;

static bool
is_kept(const uint64_t *x)
{
	asked[x - loops_in]++;
	return *x % 3 == 0;
}
WEFT_PAR_FILTER(kept, uint64_t, is_kept);

struct limits {
	uint64_t of, below;
};

static bool
is_below(const uint64_t *x, const struct limits *l)
{
	return *x % l->of < l->below;
}
WEFT_PAR_FILTER(low, uint64_t, is_below, struct limits);

static void
assert_asked(size_t n, unsigned from, unsigned to)
{
	for (size_t i = 0; i < n; i++)
		if (asked[i] < from || asked[i] > to)
			fail_msg("of %zu, keep was called %u times with item %zu", n, asked[i], i);
	memset(asked, 0, n);
}

static void
try_pack(const weft_par_options *how, size_t n)
{
	struct limits l = { 100, 0 };
	size_t k = 0;

	memset(asked, 0, n);
	for (size_t i = 0; i < n; i++)
		if (loops_in[i] % 3 == 0)
			loops_expected[k++] = loops_in[i];
	loops_out[k] = 12345;
	loops_expected[k] = 12345;
	assert_int_equal(kept_pack(how, loops_out, loops_in, n), k);
	loops_assert_out(n < LOOPS_ROOM ? k + 1 : k);
	assert_asked(n, 1, 1);
	assert_int_equal(kept_count(how, loops_in, n), k);
	assert_asked(n, 1, 1);
	/* None, few, and all. */
	for (l.below = 0; l.below <= 100; l.below += l.below == 1 ? 99 : 1) {
		k = 0;
		for (size_t i = 0; i < n; i++)
			if (is_below(&loops_in[i], &l))
				loops_expected[k++] = loops_in[i];
		assert_int_equal(low_pack(how, loops_out, loops_in, n, &l), k);
		loops_assert_out(k);
		assert_int_equal(low_count(how, loops_in, n, &l), k);
	}
}

static void
test_pack(void **state)
{
	(void)state;
	loops_try(try_pack);
}

static void
try_partition(const weft_par_options *how, size_t n)
{
	struct limits l = { 100, 0 };
	size_t k = 0, rest;

	memset(asked, 0, n);
	for (size_t i = 0; i < n; i++)
		k += loops_in[i] % 3 == 0;
	rest = k;
	k = 0;
	for (size_t i = 0; i < n; i++)
		loops_expected[loops_in[i] % 3 == 0 ? k++ : rest++] = loops_in[i];
	assert_int_equal(kept_partition(how, loops_out, loops_in, n), k);
	loops_assert_out(n);
	assert_asked(n, 1, 1);
	/* All, and none. */
	memcpy(loops_expected, loops_in, n * sizeof *loops_in);
	for (l.below = 0; l.below <= 100; l.below += 100) {
		assert_int_equal(low_partition(how, loops_out, loops_in, n, &l),
		    l.below != 0 ? n : 0);
		loops_assert_out(n);
	}
}

static void
test_partition(void **state)
{
	(void)state;
	loops_try(try_partition);
}

/* One item, or none, is the one that is looked for. */
static bool
is_it(const uint64_t *x, const size_t *it)
{
	/* relaxed: a count. */
	(void)weft_fetch_add_relaxed(&calls, 1);
	return (size_t)(x - loops_in) == *it;
}
WEFT_PAR_FILTER(its, uint64_t, is_it, size_t);

static bool
is_from(const uint64_t *x, const size_t *first)
{
	return (size_t)(x - loops_in) >= *first;
}
WEFT_PAR_FILTER(from, uint64_t, is_from, size_t);

static void
try_find(const weft_par_options *how, size_t n)
{
	const size_t places[] = { 0, n / 7, n / 2, n - (n != 0), n, n + 5 };

	for (size_t p = 0; p < WEFT_COUNT(places); p++) {
		size_t it = places[p];
		const uint64_t *there = it < n ? &loops_in[it] : NULL, *any;

		assert_int_equal(its_position(how, loops_in, n, &it), it < n ? it : n);
		assert_ptr_equal(its_find_first(how, loops_in, n, &it), there);
		assert_ptr_equal(its_find_any(how, loops_in, n, &it), there);
		assert_int_equal(its_any(how, loops_in, n, &it), it < n);
		assert_int_equal(its_all(how, loops_in, n, &it), n == 0 || (n == 1 && it == 0));
		/* All from there on. */
		assert_int_equal(from_position(how, loops_in, n, &it), it < n ? it : n);
		assert_ptr_equal(from_find_first(how, loops_in, n, &it), there);
		assert_int_equal(from_all(how, loops_in, n, &it), it == 0 || n == 0);
		any = from_find_any(how, loops_in, n, &it);
		assert_int_equal(any != NULL, it < n);
		assert_true(any == NULL || (any >= there && any < loops_in + n));
	}
}

static void
test_find(void **state)
{
	(void)state;
	loops_try(try_find);
}

/* What comes after what was found is left out. (Others may be far ahead: here are none.) */
static void
try_find_stops(weft_par_options how, unsigned threads)
{
	size_t it = 10;

	if (threads != 1)
		return;
	how.max_grain = 64;
	/* relaxed: nobody else is there. */
	weft_store_relaxed(&calls, 0);
	assert_int_equal(its_position(&how, loops_in, LOOPS_MAX, &it), 10);
	assert_ptr_equal(its_find_any(&how, loops_in, LOOPS_MAX, &it), &loops_in[10]);
	/* relaxed: all are done. */
	assert_int_equal(weft_load_relaxed(&calls), 22);
}

static void
test_find_stops(void **state)
{
	(void)state;
	loops_try_threads(try_find_stops);
}

/* Makes *x % 4 numbers of each item; or *x % by. */
static size_t
expand_by(const uint64_t *x, uint64_t *out, const uint64_t *by)
{
	size_t count = (size_t)(*x % *by);

	for (size_t i = 0; out != NULL && i < count; i++)
		out[i] = *x + i;
	return count;
}
WEFT_PAR_FLAT_MAP(expanded_by, uint64_t, uint64_t, expand_by, uint64_t);

static size_t
expand(const uint64_t *x, uint64_t *out)
{
	const uint64_t four = 4;

	return expand_by(x, out, &four);
}
WEFT_PAR_FLAT_MAP(expanded, uint64_t, uint64_t, expand);

static void
try_flat_map(const weft_par_options *how, size_t n)
{
	uint64_t by = 2;
	size_t k = 0;

	n /= 4;
	for (size_t i = 0; i < n; i++)
		k += expand(&loops_in[i], &loops_expected[k]);
	loops_out[k] = loops_expected[k] = 99;
	assert_int_equal(expanded(how, loops_out, k, loops_in, n), k);
	loops_assert_out(k + 1);
	/* No room for one of them: nothing is written. */
	memset(loops_out, 0, k * sizeof *loops_out);
	if (k != 0)
		assert_int_equal(expanded(how, loops_out, k - 1, loops_in, n), k);
	memset(loops_expected, 0, k * sizeof *loops_out);
	loops_assert_out(k + 1);
	k = 0;
	for (size_t i = 0; i < n; i++)
		k += expand_by(&loops_in[i], &loops_expected[k], &by);
	assert_int_equal(expanded_by(how, loops_out, LOOPS_MAX / 2, loops_in, n, &by), k);
	loops_assert_out(k);
	by = 1;
	assert_int_equal(expanded_by(how, NULL, 0, loops_in, n, &by), 0);
}

static void
test_flat_map(void **state)
{
	(void)state;
	loops_try(try_flat_map);
}

static size_t
group_of(const uint64_t *x, const size_t *groups)
{
	return (size_t)(*x % *groups);
}
WEFT_PAR_GROUP(grouped, uint64_t, group_of, size_t);

static size_t
parity(const uint64_t *x)
{
	return (size_t)(*x & 1);
}
WEFT_PAR_GROUP(by_parity, uint64_t, parity);

static void
try_group(const weft_par_options *how, size_t n)
{
	static size_t starts[1009 + 1], at[1009 + 1];
	const size_t sizes[] = { 1, 2, 16, 1009 };

	for (size_t s = 0; s < WEFT_COUNT(sizes); s++) {
		size_t groups = sizes[s], sum = 0;

		memset(at, 0, sizeof at);
		for (size_t i = 0; i < n; i++)
			at[loops_in[i] % groups]++;
		for (size_t g = 0; g <= groups; g++) {
			size_t count = g < groups ? at[g] : 0;

			at[g] = sum;
			sum += count;
		}
		memset(starts, 0xff, sizeof starts);
		grouped(how, loops_out, starts, groups, loops_in, n, &groups);
		assert_memory_equal(starts, at, (groups + 1) * sizeof *at);
		for (size_t i = 0; i < n; i++)
			loops_expected[at[loops_in[i] % groups]++] = loops_in[i];
		loops_assert_out(n);
	}
	by_parity(how, loops_out, starts, 2, loops_in, n);
	assert_true(starts[0] == 0 && starts[2] == n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(loops_out[i] & 1, i >= starts[1]);
}

static void
test_group(void **state)
{
	(void)state;
	loops_try(try_group);
}

/* untyped: the same of items below `of`, which are kept as their indices. */

static void
mark_thirds(size_t begin, size_t end, uint64_t *marks, void *ctx)
{
	assert_int_equal(begin % 64, 0);
	memset(marks, 0, (end - begin + 63) / 64 * sizeof *marks);
	for (size_t i = begin; i < end; i++)
		if (i % *(size_t *)ctx == 0)
			marks[(i - begin) / 64] |= (uint64_t)1 << (i - begin) % 64;
}

static void
place_indices(size_t begin, size_t end, const uint64_t *marks, size_t at, size_t rest, void *ctx)
{
	(void)ctx;
	for (size_t i = begin; i < end; i++)
		if (marks[(i - begin) / 64] >> (i - begin) % 64 & 1)
			loops_out[at++] = i;
		else if (rest != SIZE_MAX)
			loops_out[rest++] = i;
}

static size_t
count_thirds(size_t begin, size_t end, void *ctx)
{
	size_t of = *(size_t *)ctx;

	return (end + of - 1) / of - (begin + of - 1) / of;
}

static void
place_thirds(size_t begin, size_t end, size_t at, void *ctx)
{
	for (size_t i = begin; i < end; i++)
		if (i % *(size_t *)ctx == 0)
			loops_out[at++] = i;
}

static size_t
look_for(size_t begin, size_t end, void *ctx)
{
	size_t it = *(size_t *)ctx;

	return it >= begin && it < end ? it : end;
}

static void
count_groups(size_t *counts, size_t begin, size_t end, void *ctx)
{
	for (size_t i = begin; i < end; i++)
		counts[i % *(size_t *)ctx]++;
}

static void
place_groups(size_t *at, size_t begin, size_t end, void *ctx)
{
	for (size_t i = begin; i < end; i++)
		loops_out[at[i % *(size_t *)ctx]++] = i;
}

static void
try_untyped(const weft_par_options *how, size_t n)
{
	const weft_pack pack = { mark_thirds, place_indices };
	const weft_flat_map flat = { count_thirds, place_thirds };
	const weft_group group = { count_groups, place_groups };
	size_t of = 3, k = (n + 2) / 3, starts[4] = { 9, 9, 9, 9 };

	for (size_t i = 0, rest = k; i < n; i++)
		loops_expected[i % 3 == 0 ? i / 3 : rest++] = i;
	assert_int_equal(weft_par_pack(how, n, &pack, &of), k);
	loops_assert_out(k);
	memset(loops_out, 0, n * sizeof *loops_out);
	assert_int_equal(weft_par_partition(how, n, &pack, &of), k);
	loops_assert_out(n);
	memset(loops_out, 0, n * sizeof *loops_out);
	assert_int_equal(weft_par_flat_map(how, n, k, &flat, &of), k);
	loops_assert_out(k);
	assert_int_equal(weft_par_find(how, n, false, look_for, &of), of < n ? of : n);
	assert_int_equal(weft_par_find(how, n, true, look_for, &of), of < n ? of : n);
	for (size_t i = 0, at = 0; i < 3; i++)
		for (size_t j = i; j < n; j += 3)
			loops_expected[at++] = j;
	weft_par_group(how, n, starts, 3, &group, &of);
	loops_assert_out(n);
	assert_true(starts[0] == 0 && starts[1] == k && starts[3] == n);
	assert_int_equal(starts[2], k + (n + 1) / 3);
}

static void
test_untyped(void **state)
{
	(void)state;
	loops_try(try_untyped);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_partition),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_stops),
		cmocka_unit_test(test_flat_map),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_untyped),
	};

	loops_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
