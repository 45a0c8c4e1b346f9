/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_par_stop.c: loops that are cancelled, and the progress that they tell. */
#include "loops.h"

#include <weft/time.h>

#define N 20000

static weft_cancel stop;
static unsigned char done[N];

/* Asks to stop when it comes to one item. */
struct asker {
	size_t at;
	weft_cancel *stop;
};

static weft_status
ask(size_t i, const struct asker *a)
{
	done[i]++;
	if (i == a->at)
		weft_cancel_set(a->stop);
	return WEFT_OK;
}
WEFT_PAR_TRY_FOR(asks, ask, struct asker);

static size_t
sum_done(void)
{
	size_t sum = 0;

	for (size_t i = 0; i < N; i++) {
		assert_true(done[i] <= 1);
		sum += done[i];
	}
	memset(done, 0, sizeof done);
	return sum;
}

static void
try_cancel(weft_par_options how, unsigned threads)
{
	static weft_status results[N];
	struct asker a = { 100, &stop };
	size_t at = 77, reached;

	(void)threads;
	stop = (weft_cancel){ 0 };
	how.cancel = &stop;
	how.max_grain = 64;
	assert_int_equal(asks(&how, N, &at, &a), WEFT_CANCELLED);
	assert_int_equal(at, 77);
	reached = sum_done();
	assert_in_range(reached, 1, N - 1);
	/* Set before: nothing is done. */
	assert_int_equal(asks(&how, N, NULL, &a), WEFT_CANCELLED);
	assert_int_equal(sum_done(), 0);
	/* What is not reached says so, and counts as failed. */
	stop = (weft_cancel){ 0 };
	reached = N - asks_each(&how, N, results, &a);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(results[i], done[i] ? WEFT_OK : WEFT_CANCELLED);
	assert_int_equal(sum_done(), reached);
	assert_in_range(reached, 1, N - 1);
	/* A token that nobody sets stops nothing. */
	a.at = N;
	stop = (weft_cancel){ 0 };
	assert_int_equal(asks(&how, N, NULL, &a), WEFT_OK);
	assert_int_equal(sum_done(), N);
	assert_int_equal(asks_each(&how, N, results, &a), 0);
	assert_int_equal(sum_done(), N);
}

static void
test_cancel(void **state)
{
	(void)state;
	loops_try_threads(try_cancel);
}

/* One half fails and asks to stop while the other half waits for that in its first item. */
static weft_status
fail_and_stop(size_t i)
{
	for (int ms = 0; i == 0 && ms < 50 && !weft_cancel_is_set(&stop); ms++)
		weft_sleep_until(weft_after_ms(1));
	done[i]++;
	if (i != N / 2 + 10)
		return WEFT_OK;
	weft_cancel_set(&stop);
	return weft_user(1);
}
WEFT_PAR_TRY_FOR(fails_and_stops, fail_and_stop);

/* A failure says that all before it was done; where a cancel left some out, it is not told. */
static void
try_both(weft_par_options how, unsigned threads)
{
	weft_status s;
	size_t at = 77;

	(void)threads;
	stop = (weft_cancel){ 0 };
	how.cancel = &stop;
	how.max_grain = 64;
	s = fails_and_stops(&how, N, &at);
	if (s == WEFT_CANCELLED) {
		assert_int_equal(at, 77);
	} else {
		assert_int_equal(s, weft_user(1));
		assert_int_equal(at, N / 2 + 10);
		for (size_t i = 0; i < at; i++)
			assert_int_equal(done[i], 1);
	}
	memset(done, 0, sizeof done);
}

static void
test_cancel_and_failure(void **state)
{
	(void)state;
	loops_try_threads(try_both);
}

/* Loops that cannot fail leave what they did not reach as it was. */
static uint64_t
plus(uint64_t x, uint64_t y)
{
	if (x + y > 5000 * UINT64_C(1000))
		weft_cancel_set(&stop);
	return x + y;
}
WEFT_PAR_SCAN(sums, uint64_t, 0, plus);

static bool
is_even(const uint64_t *x)
{
	if (*x == 5000)
		weft_cancel_set(&stop);
	return *x % 2 == 0;
}
WEFT_PAR_FILTER(evens, uint64_t, is_even);

static size_t
last_digit(const uint64_t *x)
{
	if (*x == 5000)
		weft_cancel_set(&stop);
	return (size_t)(*x % 10);
}
WEFT_PAR_GROUP(by_digit, uint64_t, last_digit);

static size_t
twice(const uint64_t *x, uint64_t *out)
{
	if (*x == 5000)
		weft_cancel_set(&stop);
	if (out != NULL)
		out[0] = out[1] = *x;
	return 2;
}
WEFT_PAR_FLAT_MAP(doubled, uint64_t, uint64_t, twice);

static void
try_results(weft_par_options how, unsigned threads)
{
	static uint64_t in[N];
	uint64_t sum = 0, total;
	size_t starts[11], k, i;
	/* Others may have done all there was while the one that asks was not running. */
	size_t most = threads == 1 ? N - 1 : N;

	how.cancel = &stop;
	how.max_grain = 64;
	for (i = 0; i < N; i++)
		in[i] = 1000;
	stop = (weft_cancel){ 0 };
	memset(loops_out, 0, sizeof in);
	total = sums_inclusive(&how, loops_out, in, N);
	for (i = 0; i < N && loops_out[i] != 0; i++)
		assert_int_equal(loops_out[i], sum += 1000);
	assert_int_equal(total, sum);
	assert_in_range(i, 4000, most);
	for (; i < N; i++)
		assert_int_equal(loops_out[i], 0);
	for (i = 0; i < N; i++)
		in[i] = i;
	stop = (weft_cancel){ 0 };
	k = evens_pack(&how, loops_out, in, N);
	assert_in_range(k, 1, most / 2);
	for (i = 0; i < k; i++)
		assert_int_equal(loops_out[i], 2 * i);
	stop = (weft_cancel){ 0 };
	k = evens_partition(&how, loops_out, in, N);
	assert_true(k == 0 || k == N / 2);
	stop = (weft_cancel){ 0 };
	by_digit(&how, loops_out, starts, 10, in, N);
	for (i = 0; i <= 10; i++)
		assert_int_equal(starts[i], 0);
	stop = (weft_cancel){ 0 };
	k = doubled(&how, loops_out, 2 * N, in, N);
	/* They may all have been counted, and then none is written, or some are. */
	assert_true(k == 0 || k == 2 * N);
}

static void
test_cancelled_results(void **state)
{
	(void)state;
	loops_try_threads(try_results);
}

/* Progress: ever more, one at a time, and all at the end. */
static struct {
	size_t last, calls, every;
	weft_atomic_u32 inside;
} told;

static void
tell(size_t count, size_t n, void *ctx)
{
	/* relaxed: it only meets itself. */
	assert_int_equal(weft_fetch_add_relaxed(&told.inside, 1), 0);
	assert_ptr_equal(ctx, &told);
	assert_int_equal(n, N);
	assert_in_range(count, told.last, n);
	assert_true(count > told.last || count == n);
	told.last = count;
	told.calls++;
	/* relaxed: as above. */
	(void)weft_fetch_sub_relaxed(&told.inside, 1);
}

static void
assert_told(size_t at_least, size_t at_most)
{
	assert_int_equal(told.last, N);
	assert_in_range(told.calls, at_least, at_most);
	told.last = told.calls = 0;
}

static void
nothing(uint64_t *chunk, size_t len, size_t first)
{
	(void)chunk;
	(void)len;
	(void)first;
}
WEFT_PAR_CHUNKS(chunks, uint64_t, nothing);

static void
try_progress(weft_par_options how, unsigned threads)
{
	struct asker a = { N, NULL };
	size_t starts[11];

	(void)threads;
	how.progress = tell;
	how.progress_ctx = &told;
	how.max_grain = 50;
	how.progress_every = 1000;
	memset(&told, 0, sizeof told);
	assert_int_equal(asks(&how, N, NULL, &a), WEFT_OK);
	memset(done, 0, sizeof done);
	assert_told(2, N / 1000 + 1);
	chunks(&how, loops_in, N, 7);
	assert_told(2, N / 1000 + 1);
	stop = (weft_cancel){ 0 };
	sums_inclusive(&how, loops_out, loops_in, N);
	assert_told(1, N / 1000 + 1);
	assert_true(evens_pack(&how, loops_out, loops_in, N) < N);
	assert_told(1, N / 1000 + 1);
	assert_true(evens_partition(&how, loops_out, loops_in, N) < N);
	assert_told(1, N / 1000 + 2);
	assert_int_equal(doubled(&how, loops_out, 2 * N, loops_in, N), 2 * N);
	assert_told(1, N / 1000 + 2);
	by_digit(&how, loops_out, starts, 10, loops_in, N);
	how.progress_every = 0;
	told.last = told.calls = 0;
	assert_int_equal(asks(&how, N, NULL, &a), WEFT_OK);
	memset(done, 0, sizeof done);
	assert_told(1, N);
}

static void
test_progress(void **state)
{
	(void)state;
	loops_try_threads(try_progress);
}

/* Between two ticks of the clock it costs nothing: few calls, however many pieces. */
static void
test_progress_by_time(void **state)
{
	struct asker a = { N, NULL };
	weft_par_options how = { .progress = tell, .progress_ctx = &told, .max_grain = 1 };
	weft_time begin = weft_now();

	(void)state;
	memset(&told, 0, sizeof told);
	assert_int_equal(asks(&how, N, NULL, &a), WEFT_OK);
	assert_told(1, 3 + (size_t)(weft_time_since(weft_now(), begin) / WEFT_MS(50)));
	memset(done, 0, sizeof done);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_cancel_and_failure),
		cmocka_unit_test(test_cancelled_results),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_progress_by_time),
	};

	loops_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
