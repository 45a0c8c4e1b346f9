/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_par_folds.c: reduce, fold, scan, min and max, histogram: each beside its serial twin. */
#include "loops.h"

struct factor {
	uint64_t by;
};

static uint64_t
itself(const uint64_t *x)
{
	return *x;
}

static uint64_t
plus(uint64_t a, uint64_t b)
{
	return a + b;
}
WEFT_PAR_REDUCE(sum_of, uint64_t, uint64_t, 0, itself, plus);

static uint64_t
times(const uint64_t *x, const struct factor *f)
{
	return *x * f->by;
}
WEFT_PAR_REDUCE(sum_of_times, uint64_t, uint64_t, 0, times, plus, struct factor);

/* Functions x -> a x + b: composing them is associative, and does not commute. */
typedef struct line {
	uint64_t a, b;
} line;

static line
line_of(const uint64_t *x)
{
	return (line){ *x | 1, *x >> 3 };
}

static line
after(line f, line g)
{
	return (line){ f.a * g.a, g.a * f.b + g.b };
}

static const line nothing = { 1, 0 };
WEFT_PAR_REDUCE(composed, line, uint64_t, nothing, line_of, after);

static void
try_reduce(const weft_par_options *how, size_t n)
{
	struct factor f = { 5 };
	uint64_t sum = 0;
	line l = nothing, got;

	for (size_t i = 0; i < n; i++) {
		sum += loops_in[i];
		l = after(l, line_of(&loops_in[i]));
	}
	assert_int_equal(sum_of(how, loops_in, n), sum);
	assert_int_equal(sum_of_times(how, loops_in, n, &f), 5 * sum);
	got = composed(how, loops_in, n);
	assert_true(got.a == l.a && got.b == l.b);
}

static void
test_reduce(void **state)
{
	(void)state;
	loops_try(try_reduce);
}

/* A fold whose accumulator says which items came, and in which order. */
typedef struct run {
	uint64_t hash, first, last, count;
	bool in_order, spent;
} run;

static void
run_make(run *r)
{
	*r = (run){ .hash = 0, .in_order = true };
}

static void
run_step(run *r, const uint64_t *x)
{
	uint64_t i = (uint64_t)(x - loops_in);

	if (r->count++ == 0)
		r->first = i;
	else if (i != r->last + 1)
		r->in_order = false;
	r->last = i;
	r->hash = r->hash * 31 + *x;
}

static void
run_step_by(run *r, const uint64_t *x, const struct factor *f)
{
	run_step(r, x);
	r->hash += f->by;
}

static uint64_t
power(uint64_t base, uint64_t exponent)
{
	uint64_t p = 1;

	for (; exponent != 0; exponent >>= 1, base *= base)
		if (exponent & 1)
			p *= base;
	return p;
}

static void
run_merge(run *into, run *spent)
{
	assert_false(spent->spent || into->spent);
	spent->spent = true;
	if (spent->count == 0)
		return;
	if (into->count == 0)
		into->first = spent->first;
	else if (spent->first != into->last + 1)
		into->in_order = false;
	into->in_order = into->in_order && spent->in_order;
	into->last = spent->last;
	into->hash = into->hash * power(31, spent->count) + spent->hash;
	into->count += spent->count;
}
WEFT_PAR_FOLD(runs, run, uint64_t, run_make, run_step, run_merge);
WEFT_PAR_FOLD(runs_by, run, uint64_t, run_make, run_step_by, run_merge, struct factor);

static void
try_fold(const weft_par_options *how, size_t n)
{
	struct factor f = { 77 };
	uint64_t hash = 0, hash_by = 0;
	run r;

	for (size_t i = 0; i < n; i++) {
		hash = hash * 31 + loops_in[i];
		hash_by = hash_by * 31 + loops_in[i] + 77;
	}
	runs(how, &r, loops_in, n);
	assert_true(r.in_order && r.count == n && r.hash == hash);
	assert_true(n == 0 || (r.first == 0 && r.last == n - 1));
	runs_by(how, &r, loops_in, n, &f);
	assert_true(r.in_order && r.count == n && r.hash == hash_by);
}

static void
test_fold(void **state)
{
	(void)state;
	loops_try(try_fold);
}

/* Scans. */
WEFT_PAR_SCAN(sums, uint64_t, 0, plus);
WEFT_PAR_SCAN(lines, line, nothing, after);

static void
try_scan(const weft_par_options *how, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		loops_expected[i] = sum += loops_in[i];
	memset(loops_out, 0, n * sizeof *loops_out);
	assert_int_equal(sums_inclusive(how, loops_out, loops_in, n), sum);
	loops_assert_out(n);
	for (size_t i = 0; i < n; i++)
		loops_expected[i] -= loops_in[i];
	assert_int_equal(sums_exclusive(how, loops_out, loops_in, n), sum);
	loops_assert_out(n);
	/* In place. */
	memcpy(loops_out, loops_in, n * sizeof *loops_out);
	assert_int_equal(sums_exclusive(how, loops_out, loops_out, n), sum);
	loops_assert_out(n);
}

static void
try_scan_lines(const weft_par_options *how, size_t n)
{
	static line in[LOOPS_ROOM], out[LOOPS_ROOM];
	line l = nothing, total;

	for (size_t i = 0; i < n; i++)
		in[i] = line_of(&loops_in[i]);
	total = lines_inclusive(how, out, in, n);
	for (size_t i = 0; i < n; i++) {
		l = after(l, in[i]);
		if (out[i].a != l.a || out[i].b != l.b)
			fail_msg("item %zu of %zu differs", i, n);
	}
	assert_true(total.a == l.a && total.b == l.b);
}

static void
test_scan(void **state)
{
	(void)state;
	loops_try(try_scan);
	loops_try(try_scan_lines);
}

/* Ordered floats: the bits do not depend on the number of threads. */
static double
real(const uint64_t *x)
{
	return (double)*x * 1e-3;
}

static double
add(double a, double b)
{
	return a + b;
}
WEFT_PAR_REDUCE(real_sum, double, uint64_t, 0.0, real, add);
WEFT_PAR_SCAN(real_sums, double, 0.0, add);

static double ordered_sum, ordered_scan, reals[LOOPS_ROOM], real_out[LOOPS_ROOM];
static double real_expected[LOOPS_ROOM];

static void
try_ordered(weft_par_options how, unsigned threads)
{
	double sum, scan;

	(void)threads;
	how.ordered = true;
	sum = real_sum(&how, loops_in, LOOPS_MAX);
	assert_memory_equal(&sum, &ordered_sum, sizeof sum);
	scan = real_sums_inclusive(&how, real_out, reals, LOOPS_MAX);
	assert_memory_equal(&scan, &ordered_scan, sizeof scan);
	assert_memory_equal(real_out, real_expected, LOOPS_MAX * sizeof *real_out);
}

static void
test_ordered(void **state)
{
	weft_par_options how = { .ordered = true };

	(void)state;
	for (size_t i = 0; i < LOOPS_MAX; i++)
		reals[i] = real(&loops_in[i]);
	ordered_sum = real_sum(&how, loops_in, LOOPS_MAX);
	ordered_scan = real_sums_inclusive(&how, real_expected, reals, LOOPS_MAX);
	for (int round = 0; round < test_scale(8) + 1; round++)
		loops_try_threads(try_ordered);
	how.serial = true;
	try_ordered(how, 1);
}

/* Min and max: many are equal, the lowest index counts. */
static bool
less(const uint64_t *a, const uint64_t *b)
{
	return *a % 1000 < *b % 1000;
}
WEFT_PAR_MIN_MAX(ends, uint64_t, less);

static void
try_min_max(const weft_par_options *how, size_t n)
{
	size_t least = 0, most = 0;

	for (size_t i = 1; i < n; i++) {
		least = less(&loops_in[i], &loops_in[least]) ? i : least;
		most = less(&loops_in[most], &loops_in[i]) ? i : most;
	}
	assert_int_equal(ends_min(how, loops_in, n), least);
	assert_int_equal(ends_max(how, loops_in, n), most);
}

static void
test_min_max(void **state)
{
	(void)state;
	loops_try(try_min_max);
}

/* Histograms: of few bins, and of more than there are items. */
static size_t
bin_of(const uint64_t *x, const size_t *bins)
{
	return (size_t)(*x % *bins);
}
WEFT_PAR_HISTOGRAM(bins_of, uint64_t, bin_of, size_t);

static size_t
parity(const uint64_t *x)
{
	return (size_t)(*x & 1);
}
WEFT_PAR_HISTOGRAM(parities, uint64_t, parity);

static void
try_histogram(const weft_par_options *how, size_t n)
{
	const size_t sizes[] = { 1, 256, 100003 };

	for (size_t s = 0; s < WEFT_COUNT(sizes); s++) {
		size_t bins = sizes[s];

		for (size_t i = 0; i < bins; i++)
			loops_out[i] = loops_expected[i] = i;
		for (size_t i = 0; i < n; i++)
			loops_expected[loops_in[i] % bins]++;
		bins_of(how, loops_out, bins, loops_in, n, &bins);
		loops_assert_out(bins);
	}
	memset(loops_out, 0, 2 * sizeof *loops_out);
	parities(how, loops_out, 2, loops_in, n);
	assert_int_equal(loops_out[0] + loops_out[1], n);
}

static void
test_histogram(void **state)
{
	(void)state;
	loops_try(try_histogram);
}

/* untyped */

static void
zero(void *acc, void *ctx)
{
	assert_ptr_equal(ctx, loops_in);
	*(uint64_t *)acc = 0;
}

static void
sum_range(void *acc, size_t begin, size_t end, void *ctx)
{
	const uint64_t *in = ctx;

	assert_true(begin < end);
	for (size_t i = begin; i < end; i++)
		*(uint64_t *)acc += in[i];
}

static void
add_spent(void *into, void *spent, void *ctx)
{
	assert_ptr_equal(ctx, loops_in);
	*(uint64_t *)into += *(uint64_t *)spent;
}

static void
add_next(void *into, const void *next, void *ctx)
{
	assert_ptr_equal(ctx, loops_in);
	*(uint64_t *)into += *(const uint64_t *)next;
}

static void
write_range(void *acc, size_t begin, size_t end, void *ctx)
{
	const uint64_t *in = ctx;

	for (size_t i = begin; i < end; i++)
		loops_out[i] = *(uint64_t *)acc += in[i];
}

static void
raise_range(uint64_t *counts, size_t begin, size_t end, void *ctx)
{
	const uint64_t *in = ctx;

	for (size_t i = begin; i < end; i++)
		counts[in[i] % 10]++;
}

static void
try_untyped(const weft_par_options *how, size_t n)
{
	const weft_fold fold = { sizeof(uint64_t), alignof(uint64_t), zero, sum_range, add_spent };
	const weft_scan scan = { sizeof(uint64_t), alignof(uint64_t), zero, sum_range, add_next,
		write_range };
	uint64_t acc = 1000, total = 1000, sum = 1000, counts[10] = { 0 }, expected[10] = { 0 };

	for (size_t i = 0; i < n; i++) {
		loops_expected[i] = sum += loops_in[i];
		expected[loops_in[i] % 10]++;
	}
	weft_par_fold(how, n, &fold, &acc, loops_in);
	assert_int_equal(acc, sum);
	weft_par_scan(how, n, &scan, &total, loops_in);
	assert_int_equal(total, sum);
	loops_assert_out(n);
	weft_par_histogram(how, counts, 10, n, raise_range, loops_in);
	assert_memory_equal(counts, expected, sizeof counts);
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
		cmocka_unit_test(test_reduce),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_ordered),
		cmocka_unit_test(test_min_max),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_untyped),
	};

	loops_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
