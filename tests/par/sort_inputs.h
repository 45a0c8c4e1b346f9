/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_inputs.h: what the tests of weft/sort.h sort, and how they look at what came out. */
#ifndef WEFT_TESTS_SORT_INPUTS_H
#define WEFT_TESTS_SORT_INPUTS_H

#include "test.h"

#include <weft/sort.h>

enum shape {
	RANDOM, SORTED, REVERSED, NEARLY_SORTED, FEW_UNIQUE, ORGAN_PIPE, ALL_EQUAL, TWO_RUNS,
	SAWTOOTH, PUSH_FRONT, KILLER, SHAPES
};

static const size_t sort_sizes[] = { 0, 1, 2, 3, 4, 5, 7, 8, 11, 13, 16, 17, 31, 32, 33, 47, 64,
	97, 127, 257, 1009, 4099, 10007, 65537, 130003 };
static const size_t sort_small_sizes[] = { 0, 1, 2, 3, 5, 8, 17, 32, 33, 65, 257, 1009 };

/* Under sanitizers and emulators the largest are left out. */
#define SORT_MANY (TEST_IS_SLOW ? 20000u : 1000003u)

static const weft_par_options sort_serially = { .serial = true };

static inline uint64_t
sort_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static uint64_t sort_seed = 1;

static inline uint64_t
sort_draw(void)
{
	return sort_mix(sort_seed += UINT64_C(0x9e3779b97f4a7c15));
}

/* Musser's sequence: a quicksort by the median of three is quadratic on it. */
static inline uint64_t
sort_killer(size_t i, size_t n)
{
	size_t half = n / 2;

	if (i >= half)
		return 2 * (i - half + 1);
	return i % 2 == 0 ? i + 1 : half + i + (half % 2 == 0);
}

static inline uint64_t
sort_value(enum shape shape, size_t i, size_t n)
{
	switch (shape) {
	case SORTED: return 3 * i;
	case REVERSED: return 3 * (n - i);
	case NEARLY_SORTED: return sort_draw() % 64 == 0 ? sort_draw() % (3 * n) : 3 * i;
	case FEW_UNIQUE: return sort_draw() % 7;
	case ORGAN_PIPE: return i < n / 2 ? i : n - i;
	case ALL_EQUAL: return 42;
	case TWO_RUNS: return i < n / 2 ? 2 * i : 2 * (i - n / 2) + 1;
	case SAWTOOTH: return i % 100;
	case PUSH_FRONT: return i + 1 == n ? 0 : i + 1;
	case KILLER: return sort_killer(i, n);
	default: return sort_draw();
	}
}

/* Memory for n elements, in which whatever is touched outside is seen by a sanitizer. */
static inline void *
sort_room(size_t n, size_t size)
{
	void *p = malloc(n * size > 0 ? n * size : 1);

	assert_non_null(p);
	return p;
}

/* The same for every order of the same elements. */
static inline uint64_t
sort_sum(const void *v, size_t n, size_t size)
{
	const unsigned char *bytes = v;
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t hash = 0;

		for (size_t k = 0; k < size; k++)
			hash = (hash ^ bytes[i * size + k]) * UINT64_C(0x100000001b3) + 7;
		sum += sort_mix(hash);
	}
	return sum;
}

#endif
