/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_random.c: the published vectors, and whether the distributions are what they say. */
#include <weft/random.h>

#include "base/philox.h"
#include "test.h"

/* Of the paper's own library (kat_vectors): philox 4x32, 10 rounds. */
static void
published_vectors(void **state)
{
	const struct {
		uint32_t counter[4], key[2], block[4];
	} known[] = {
		{ { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
		{ { ~0u, ~0u, ~0u, ~0u }, { ~0u, ~0u },
		    { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
		{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 },
		    { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
	};

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(known); i++) {
		uint32_t block[4];

		weft_random_block_(known[i].key, known[i].counter, block);
		assert_memory_equal(block, known[i].block, sizeof block);
	}
}

static void
a_stream_is_its_blocks(void **state)
{
	weft_random r = weft_random_stream(0x299f31d0a4093822u, 0x0370734413198a2eu);
	weft_random zero = WEFT_ZERO_;

	(void)state;
	for (uint32_t number = 0; number < 5; number++) {
		const uint32_t key[2] = { 0xa4093822, 0x299f31d0 };
		const uint32_t counter[4] = { number, 0, 0x13198a2e, 0x03707344 };
		uint32_t block[4];

		weft_random_block_(key, counter, block);
		assert_true(weft_random_u64(&r) == (block[0] | (uint64_t)block[1] << 32));
		assert_true(weft_random_u64(&r) == (block[2] | (uint64_t)block[3] << 32));
	}
	assert_true(weft_random_u64(&zero) == 0xe169c58d6627e8d5u);
	assert_true(weft_random_u64(&zero) == 0x9b00dbd8bc57ac4cu);
	/* Past 2^32 blocks the counter goes on. */
	zero.at = (uint64_t)1 << 33;
	{
		const uint32_t key[2] = { 0, 0 }, counter[4] = { 0, 1, 0, 0 };
		uint32_t block[4];

		weft_random_block_(key, counter, block);
		assert_true(weft_random_u64(&zero) == (block[0] | (uint64_t)block[1] << 32));
	}
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
streams_have_nothing_in_common(void **state)
{
	static uint64_t drawn[64 * 256];
	size_t n = 0;

	(void)state;
	for (uint64_t stream = 0; stream < 64; stream++) {
		weft_random r = weft_random_stream(7, stream), again = r;

		for (int i = 0; i < 256; i++) {
			drawn[n] = weft_random_u64(&r);
			assert_true(drawn[n++] == weft_random_u64(&again));
		}
	}
	qsort(drawn, n, sizeof drawn[0], by_value);
	for (size_t i = 1; i < n; i++)
		assert_true(drawn[i - 1] != drawn[i]);
}

static void
a_copy_repeats(void **state)
{
	weft_random r = weft_random_stream(1, 2), copy;

	(void)state;
	/* In the middle of a block. */
	(void)weft_random_u64(&r);
	copy = r;
	for (int i = 0; i < 100; i++)
		assert_true(weft_random_u64(&r) == weft_random_u64(&copy));
}

/* Chi square of counts that should be equal; its mean is n - 1, its deviation the root of 2n. */
static double
chi_square(const long *counts, size_t n, long drawn)
{
	double expected = (double)drawn / (double)n, sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
	return sum;
}

static void
below_is_even(void **state)
{
	weft_random r = weft_random_stream(11, 0);
	long tenths[10] = { 0 }, thirds[3] = { 0 };

	(void)state;
	for (long i = 0; i < 100000; i++)
		tenths[weft_random_below(&r, 10)]++;
	assert_true(chi_square(tenths, 10, 100000) < 30);
	/* A bias of the modulo would put half of all into the first third. */
	for (long i = 0; i < 100000; i++) {
		uint64_t below = (uint64_t)3 << 62, at = weft_random_below(&r, below);

		assert_true(at < below);
		thirds[at >> 62]++;
	}
	assert_true(chi_square(thirds, 3, 100000) < 16);
	for (int i = 0; i < 100; i++)
		assert_int_equal(weft_random_below(&r, 1), 0);
	for (int i = 0; i < 100; i++)
		assert_true(weft_random_below(&r, UINT64_MAX) < UINT64_MAX);
}

/* What is exact: of the words that would fall twice on an answer, one is drawn again. */
static void
below_draws_again(void **state)
{
	weft_random r = weft_random_stream(3, 0);
	uint64_t before, draws = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		before = r.at;
		(void)weft_random_below(&r, ((uint64_t)1 << 63) + 1);
		draws += r.at - before;
	}
	/* Nearly half of all words are one too many: two draws each. */
	assert_true(draws > 19000 && draws < 21000);
}

static void
nothing_is_below_zero(void *arg)
{
	(void)weft_random_below(arg, 0);
}

static void
below_zero_aborts(void **state)
{
	weft_random r = WEFT_ZERO_;

	(void)state;
	assert_aborts(nothing_is_below_zero, &r, "weft_random_below: no number is below 0");
}

static void
unit_is_even(void **state)
{
	weft_random r = weft_random_stream(5, 5);
	long counts[16] = { 0 };

	(void)state;
	for (long i = 0; i < 160000; i++) {
		double x = weft_random_unit(&r);

		assert_true(x >= 0 && x < 1);
		counts[(int)(x * 16)]++;
	}
	assert_true(chi_square(counts, 16, 160000) < 40);
}

/* Moments, and the share within one, two and three deviations. */
static void
normal_is_normal(void **state)
{
	const double within[] = { 0.682689492, 0.954499736, 0.997300204 };
	weft_random r = weft_random_stream(42, 1);
	double sum = 0, squares = 0, cubes = 0, fourths = 0;
	long counts[3] = { 0 }, n = 400000;

	(void)state;
	for (long i = 0; i < n; i++) {
		double x = weft_random_normal(&r), size = x < 0 ? -x : x;

		sum += x;
		squares += x * x;
		cubes += x * x * x;
		fourths += x * x * x * x;
		for (int d = 0; d < 3; d++)
			counts[d] += size < d + 1;
	}
	/* Each bound is some five standard errors. */
	assert_true(sum / (double)n < 0.008 && sum / (double)n > -0.008);
	assert_true(squares / (double)n < 1.012 && squares / (double)n > 0.988);
	assert_true(cubes / (double)n < 0.032 && cubes / (double)n > -0.032);
	assert_true(fourths / (double)n < 3.08 && fourths / (double)n > 2.92);
	for (int d = 0; d < 3; d++) {
		double off = (double)counts[d] / (double)n - within[d];

		assert_true(off < 0.004 && off > -0.004);
	}
}

/* The same bits on every machine and with every compiler: the guide's numbers rest on it. */
static void
normal_has_the_same_bits(void **state)
{
	weft_random r = weft_random_stream(1, 1);
	uint64_t mixed = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		double x = weft_random_normal(&r);
		uint64_t bits;

		memcpy(&bits, &x, sizeof bits);
		mixed = (mixed ^ bits) * 0x9e3779b97f4a7c15u;
	}
	assert_true(mixed == 0xfcb017350450cf10u);
}

static void
permutations(void **state)
{
	weft_random r = weft_random_stream(9, 9);
	long counts[24] = { 0 };
	size_t out[100];
	bool there[100] = { false };

	(void)state;
	weft_random_permutation(&r, out, 0);
	weft_random_permutation(&r, out, 1);
	assert_int_equal(out[0], 0);
	weft_random_permutation(&r, out, 100);
	for (int i = 0; i < 100; i++) {
		assert_true(out[i] < 100 && !there[out[i]]);
		there[out[i]] = true;
	}
	/* Each of the 24 orders of four, as often as the others. */
	for (long i = 0; i < 48000; i++) {
		size_t order = 0;

		weft_random_permutation(&r, out, 4);
		for (size_t a = 0; a < 4; a++) {
			size_t smaller = 0;

			for (size_t b = a + 1; b < 4; b++)
				smaller += out[b] < out[a];
			order = order * (4 - a) + smaller;
		}
		counts[order]++;
	}
	assert_true(chi_square(counts, 24, 48000) < 58);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(a_stream_is_its_blocks),
		cmocka_unit_test(streams_have_nothing_in_common),
		cmocka_unit_test(a_copy_repeats),
		cmocka_unit_test(below_is_even),
		cmocka_unit_test(below_draws_again),
		cmocka_unit_test(below_zero_aborts),
		cmocka_unit_test(unit_is_even),
		cmocka_unit_test(normal_is_normal),
		cmocka_unit_test(normal_has_the_same_bits),
		cmocka_unit_test(permutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
