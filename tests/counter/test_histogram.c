/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_histogram.c: buckets, quantiles, the mean, merging, many threads. */
#include <pthread.h>
#include <weft/histogram.h>

#include "test.h"

static struct test_memory memory = TEST_MEMORY;

/* Within 1/64 of the true one. */
static void
assert_near(uint64_t got, uint64_t truth)
{
	uint64_t off = got > truth ? got - truth : truth - got;

	if (off > truth / 64)
		fail_msg("%llu is not within 1/64 of %llu", (unsigned long long)got,
		    (unsigned long long)truth);
}

/* Numbers of all sizes, the same ones each time. */
static uint64_t
some_number(uint64_t i)
{
	i *= 0x9e3779b97f4a7c15u;
	return (i ^ i >> 29) * 0xbf58476d1ce4e5b9u >> i % 64;
}

static void
an_empty_one(void **state)
{
	weft_histogram h = WEFT_ZERO_;

	(void)state;
	assert_int_equal(weft_histogram_count(&h), 0);
	assert_int_equal(weft_histogram_quantile(&h, 0.5), 0);
	assert_true(weft_histogram_mean(&h) == 0);
	weft_histogram_fini(&h);
}

/* Buckets follow each other without gap, from 0 to the greatest number. */
static void
buckets_are_in_order(void **state)
{
	unsigned last = 0;

	(void)state;
	for (unsigned bits = 0; bits < 64; bits++)
		for (unsigned part = 0; part < 128; part++) {
			uint64_t within = bits < 7 ? part >> (7 - bits)
						   : (uint64_t)part << (bits - 7);
			uint64_t value = ((uint64_t)1 << bits) + within;
			unsigned bucket = weft_histogram_bucket_(value);

			assert_true(bucket == last || bucket == last + 1);
			last = bucket;
		}
	assert_int_equal(weft_histogram_bucket_(UINT64_MAX), WEFT_HISTOGRAM_BUCKETS_ - 1);
	assert_int_equal(weft_histogram_bucket_(0), 0);
	assert_int_equal(weft_histogram_bucket_(63), 63);
	assert_int_equal(weft_histogram_bucket_(64), 64);
	/* All columns fit into a row. */
	assert_true((1 + WEFT_HISTOGRAM_BUCKETS_) * 8 <= 1u << WEFT_HISTOGRAM_SHIFT_);
}

/* Each is between two others, so that no extreme helps. */
static void
any_number_is_told_to_a_64th(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < (uint64_t)test_scale(3000); i++) {
		weft_histogram h = WEFT_ZERO_;
		uint64_t value = some_number(i);

		weft_histogram_record(&h, 0);
		weft_histogram_record(&h, value);
		weft_histogram_record(&h, UINT64_MAX);
		assert_near(weft_histogram_quantile(&h, 0.5), value);
		assert_int_equal(weft_histogram_quantile(&h, 0), 0);
		assert_true(weft_histogram_quantile(&h, 1) == UINT64_MAX);
		weft_histogram_fini(&h);
	}
}

static void
quantiles(void **state)
{
	weft_histogram h = WEFT_ZERO_;

	(void)state;
	for (uint64_t i = 1; i <= 10000; i++)
		weft_histogram_record(&h, i);
	assert_int_equal(weft_histogram_count(&h), 10000);
	for (int q = 1; q < 1000; q++)
		assert_near(weft_histogram_quantile(&h, q / 1000.0), (uint64_t)q * 10);
	assert_int_equal(weft_histogram_quantile(&h, -1), 1);
	assert_int_equal(weft_histogram_quantile(&h, 0), 1);
	assert_int_equal(weft_histogram_quantile(&h, 0.0001), 1);
	assert_int_equal(weft_histogram_quantile(&h, 0.00011), 2);
	assert_int_equal(weft_histogram_quantile(&h, 1), 10000);
	assert_int_equal(weft_histogram_quantile(&h, 2), 10000);
	assert_true(weft_histogram_mean(&h) == 5000.5);
	weft_histogram_fini(&h);
	assert_int_equal(weft_histogram_count(&h), 0);
	assert_int_equal(memory.out, 0);
}

/* The sum of these passes 2^64 many times. */
static void
a_mean_of_great_numbers(void **state)
{
	weft_histogram h = WEFT_ZERO_;
	double mean;

	(void)state;
	for (int i = 0; i < 5; i++)
		weft_histogram_record(&h, (uint64_t)1 << 63);
	assert_true(weft_histogram_mean(&h) == 0x1p63);
	for (int i = 0; i < 5; i++)
		weft_histogram_record(&h, 0);
	assert_true(weft_histogram_mean(&h) == 0x1p62);
	for (int i = 0; i < 90; i++)
		weft_histogram_record(&h, UINT64_MAX);
	mean = (0x5p63 + 90 * 0x1p64) / 100;
	assert_true(weft_histogram_mean(&h) > mean * 63 / 64);
	assert_true(weft_histogram_mean(&h) < mean * 65 / 64);
	weft_histogram_fini(&h);
}

static void
without_memory_it_counts_by_powers_of_two(void **state)
{
	weft_histogram h = WEFT_ZERO_, other = WEFT_ZERO_;

	(void)state;
	memory.fail_at = memory.calls;
	memory.and_later = true;
	for (uint64_t i = 1; i <= 400; i++)
		weft_histogram_record(&h, i);
	assert_int_equal(weft_histogram_count(&h), 400);
	assert_true(weft_histogram_mean(&h) == 200.5);
	assert_in_range(weft_histogram_quantile(&h, 0.5), 128, 255);
	assert_int_equal(weft_histogram_quantile(&h, 1), 400);
	/* What is coarse can be merged without memory. */
	assert_true(weft_histogram_merge(&other, &h));
	assert_int_equal(weft_histogram_count(&other), 400);
	assert_true(weft_histogram_mean(&other) == 200.5);
	memory.fail_at = -1;
	memory.and_later = false;
	for (uint64_t i = 1; i <= 4000; i++)
		weft_histogram_record(&h, 1000);
	assert_int_equal(weft_histogram_count(&h), 4400);
	assert_near(weft_histogram_quantile(&h, 0.9), 1000);
	weft_histogram_fini(&h);
	weft_histogram_fini(&other);
	assert_int_equal(memory.out, 0);
}

static void
merging(void **state)
{
	weft_histogram all = WEFT_ZERO_, parts[2] = { 0 }, sum = WEFT_ZERO_;

	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		uint64_t value = some_number(i) >> 20;

		weft_histogram_record(&all, value);
		weft_histogram_record(&parts[i % 2], value);
	}
	/* No memory: false, and nothing changed. */
	memory.fail_at = memory.calls;
	assert_false(weft_histogram_merge(&sum, &parts[0]));
	assert_int_equal(weft_histogram_count(&sum), 0);
	assert_int_equal(weft_histogram_quantile(&sum, 1), 0);
	memory.fail_at = -1;
	for (int i = 0; i < 2; i++)
		assert_true(weft_histogram_merge(&sum, &parts[i]));
	assert_int_equal(weft_histogram_count(&sum), 5000);
	assert_int_equal(weft_histogram_count(&parts[0]), 2500);
	for (int q = 0; q <= 100; q++)
		assert_true(weft_histogram_quantile(&sum, q / 100.0) ==
		    weft_histogram_quantile(&all, q / 100.0));
	assert_true(weft_histogram_mean(&sum) == weft_histogram_mean(&all));
	/* An empty one changes nothing, and needs nothing. */
	weft_histogram_fini(&all);
	memory.fail_at = memory.calls;
	assert_true(weft_histogram_merge(&sum, &all));
	memory.fail_at = -1;
	assert_int_equal(weft_histogram_count(&sum), 5000);
	weft_histogram_fini(&sum);
	weft_histogram_fini(&parts[0]);
	weft_histogram_fini(&parts[1]);
	assert_int_equal(memory.out, 0);
}

static void *
recorder(void *arg)
{
	for (uint64_t i = 0; i < 100000; i++)
		weft_histogram_record(arg, i % 1000);
	return NULL;
}

static void
many_threads_lose_nothing(void **state)
{
	weft_histogram h = WEFT_ZERO_;
	pthread_t threads[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, recorder, &h), 0);
	/* Readings beside them are readings of something. */
	for (int i = 0; i < 20; i++) {
		uint64_t before = weft_histogram_count(&h);

		assert_true(weft_histogram_quantile(&h, 0.5) < 1000);
		assert_true(weft_histogram_count(&h) >= before);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(weft_histogram_count(&h), 400000);
	assert_true(weft_histogram_mean(&h) == 499.5);
	assert_int_equal(weft_histogram_quantile(&h, 1), 999);
	assert_near(weft_histogram_quantile(&h, 0.25), 249);
	weft_histogram_fini(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one),
		cmocka_unit_test(buckets_are_in_order),
		cmocka_unit_test(any_number_is_told_to_a_64th),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(a_mean_of_great_numbers),
		cmocka_unit_test(without_memory_it_counts_by_powers_of_two),
		cmocka_unit_test(merging),
		cmocka_unit_test(many_threads_lose_nothing),
	};
	weft_allocator a = test_allocator(&memory);

	if (!weft_set_allocator(&a))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
