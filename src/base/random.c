/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* random.c: Philox 4x32-10, and the distributions over it. */
#include "philox.h"

/* The same bits with every compiler: no multiplication and addition in one. */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

/*
 * J. Salmon, M. Moraes, R. Dror, D. Shaw: Parallel random numbers: as easy as 1, 2, 3
 * (SC 2011). For each key it is a bijection of counters to blocks, so blocks of different
 * counters never repeat each other by construction. Here the key is the seed; the counter
 * is the number of the block in the stream, and of the stream.
 */
void
weft_random_block_(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4])
{
	uint32_t k0 = key[0], k1 = key[1];
	uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];

	for (int round = 0; round < 10; round++) {
		uint64_t first = (uint64_t)a * 0xd2511f53u;
		uint64_t second = (uint64_t)c * 0xcd9e8d57u;

		a = (uint32_t)(second >> 32) ^ b ^ k0;
		b = (uint32_t)second;
		c = (uint32_t)(first >> 32) ^ d ^ k1;
		d = (uint32_t)first;
		k0 += 0x9e3779b9u;
		k1 += 0xbb67ae85u;
	}
	block[0] = a;
	block[1] = b;
	block[2] = c;
	block[3] = d;
}

weft_random
weft_random_stream(uint64_t seed, uint64_t stream)
{
	weft_random r = { .seed = seed, .stream = stream };

	return r;
}

/* A block is two numbers: the second is that of the odd places. */
uint64_t
weft_random_u64(weft_random *r)
{
	uint64_t place = r->at++;

	if (place % 2 == 0) {
		const uint32_t key[2] = { (uint32_t)r->seed, (uint32_t)(r->seed >> 32) };
		const uint32_t counter[4] = { (uint32_t)(place / 2), (uint32_t)(place / 2 >> 32),
			(uint32_t)r->stream, (uint32_t)(r->stream >> 32) };

		weft_random_block_(key, counter, r->left_);
		return r->left_[0] | (uint64_t)r->left_[1] << 32;
	}
	return r->left_[2] | (uint64_t)r->left_[3] << 32;
}

/* The 128 bits of a product: the high ones back, the low ones in *low. */
static uint64_t
product(uint64_t x, uint64_t y, uint64_t *low)
{
	uint64_t x0 = (uint32_t)x, x1 = x >> 32, y0 = (uint32_t)y, y1 = y >> 32;
	uint64_t middle = x1 * y0 + (x0 * y0 >> 32);
	uint64_t other = x0 * y1 + (uint32_t)middle;

	*low = x * y;
	return x1 * y1 + (middle >> 32) + (other >> 32);
}

/*
 * D. Lemire: Fast random integer generation in an interval (2019). The high half of
 * bits * below is in range; of the 2^64 bits, 2^64 % below too many fall on some of the
 * answers, and those, which have the smallest low halves, are drawn again.
 */
uint64_t
weft_random_below(weft_random *r, uint64_t below)
{
	uint64_t low, high;

	if (below == 0)
		weft_misuse_("weft_random_below", "no number is below 0: below is at least 1");
	high = product(weft_random_u64(r), below, &low);
	if (low < below) {
		uint64_t too_many = (0 - below) % below;

		while (low < too_many)
			high = product(weft_random_u64(r), below, &low);
	}
	return high;
}

double
weft_random_unit(weft_random *r)
{
	return (double)(weft_random_u64(r) >> 11) * 0x1p-53;
}

/*
 * The natural logarithm of a number in (0, 1]: halved or doubled into [0.7, 1.4], then the
 * series of the inverse hyperbolic tangent, whose argument is at most 0.172. Our own, since
 * C libraries differ in the last bits. (And no program must link the one of mathematics.)
 */
static double
logarithm(double x)
{
	double sum = 0, power, square, z;
	int doublings = 0;

	while (x < 0.70710678118654752) {
		x *= 2;
		doublings++;
	}
	z = (x - 1) / (x + 1);
	square = z * z;
	power = z;
	for (int n = 1; n < 26; n += 2) {
		sum += power / n;
		power *= square;
	}
	return 2 * sum - doublings * 0.69314718055994531;
}

/*
 * The ratio of two uniform numbers (A. Kinderman, J. Monahan, 1977), with the bounds of
 * J. Leva (A fast normal random number generator, 1992), which decide all but one in a
 * hundred without the logarithm.
 */
double
weft_random_normal(weft_random *r)
{
	for (;;) {
		/* In (0, 1]. */
		double u = 1 - weft_random_unit(r);
		double v = 1.7156 * (weft_random_unit(r) - 0.5);
		double x = u - 0.449871;
		double y = (v < 0 ? -v : v) + 0.386595;
		double q = x * x + y * (0.19600 * y - 0.25472 * x);

		if (q < 0.27597)
			return v / u;
		if (q <= 0.27846 && v * v <= -4 * logarithm(u) * u * u)
			return v / u;
	}
}

/* R. Durstenfeld's shuffle (1964), inside out: no order is there before. */
void
weft_random_permutation(weft_random *r, size_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = (size_t)weft_random_below(r, (uint64_t)i + 1);

		if (j != i)
			out[i] = out[j];
		out[j] = i;
	}
}
