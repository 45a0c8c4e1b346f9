/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* loops.c: what the tests of loops share. */
#include "loops.h"

#include <weft/random.h>

uint64_t loops_in[LOOPS_ROOM], loops_other[LOOPS_ROOM], loops_out[LOOPS_ROOM];
uint64_t loops_expected[LOOPS_ROOM];

void
loops_fill(void)
{
	weft_random r = weft_random_stream(5, 1);

	for (size_t i = 0; i < LOOPS_ROOM; i++) {
		loops_in[i] = weft_random_u64(&r);
		loops_other[i] = loops_in[i] >> 32 | loops_in[i] << 32;
	}
}

void
loops_assert_out(size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (loops_out[i] != loops_expected[i])
			fail_msg("of %zu, item %zu is %llu, not %llu", n, i,
			    (unsigned long long)loops_out[i],
			    (unsigned long long)loops_expected[i]);
}

#define LARGE 5000           /* items; with more, less is tried */
#define THREADS_MAX 16u

void
loops_try_threads(void (*fn)(weft_par_options how, unsigned threads))
{
	static weft_pool *pools[THREADS_MAX + 1];

	for (unsigned threads = 1; threads <= THREADS_MAX; threads++) {
		weft_pool_options options = { .threads = threads };
		weft_par_options how = { 0 };

		if (pools[threads] == NULL)
			pools[threads] = weft_pool_new(&options);
		how.pool = pools[threads];
		assert_non_null(how.pool);
		fn(how, threads);
	}
}

static void (*trial)(const weft_par_options *how, size_t n);
static size_t trial_n;

static void
try_with_threads(weft_par_options how, unsigned threads)
{
	if (trial_n > LARGE && threads % 4 != 2)
		return;
	trial(&how, trial_n);
	how.grain = 1;
	how.max_grain = trial_n / 50 + 1;
	if (trial_n <= LARGE || threads == 6)
		trial(&how, trial_n);
}

void
loops_try_n(size_t n, void (*fn)(const weft_par_options *how, size_t n))
{
	weft_par_options how = { 0 };

	trial = fn;
	trial_n = n;
	fn(NULL, n);
	loops_try_threads(try_with_threads);
	how.ordered = true;
	fn(&how, n);
	if (n > LARGE)
		return;
	how.serial = true;
	fn(&how, n);
	how.ordered = false;
	fn(&how, n);
	how = (weft_par_options){ .grain = 100, .max_grain = 500 };
	fn(&how, n);
}

void
loops_try(void (*fn)(const weft_par_options *how, size_t n))
{
	const size_t sizes[] = { 0, 1, 2, 3, 63, 64, 65, 127, 1009, 4099, LOOPS_MAX };

	for (size_t i = 0; i < WEFT_COUNT(sizes); i++)
		loops_try_n(sizes[i], fn);
}
