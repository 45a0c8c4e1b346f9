/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_par_faults.c: loops where memory is refused at every place, and what misuse is told. */
#include "loops.h"

#include "begun.h"

#define N 300000

static struct test_memory memory = TEST_MEMORY;

static uint64_t
itself(const uint64_t *x)
{
	return *x;
}

static uint64_t
plus(uint64_t x, uint64_t y)
{
	return x + y;
}
WEFT_PAR_MAP(copies, uint64_t, uint64_t, itself);
WEFT_PAR_REDUCE(sum_of, uint64_t, uint64_t, 0, itself, plus);
WEFT_PAR_SCAN(sums, uint64_t, 0, plus);

static bool
is_even(const uint64_t *x)
{
	return *x % 2 == 0;
}
WEFT_PAR_FILTER(evens, uint64_t, is_even);

static size_t
digit(const uint64_t *x)
{
	return (size_t)(*x % 10);
}
WEFT_PAR_GROUP(by_digit, uint64_t, digit);
WEFT_PAR_HISTOGRAM(digits, uint64_t, digit);

static size_t
twice(const uint64_t *x, uint64_t *out)
{
	if (out != NULL)
		out[0] = out[1] = *x;
	return 2;
}
WEFT_PAR_FLAT_MAP(doubled, uint64_t, uint64_t, twice);

static struct {
	uint64_t sum, counts[10];
	size_t evens;
} expected;

static void
do_all(const weft_par_options *how)
{
	uint64_t counts[10] = { 0 }, sum = 0;
	size_t starts[11], k;

	copies(how, loops_out, loops_in, N);
	assert_memory_equal(loops_out, loops_in, N * sizeof *loops_in);
	assert_int_equal(sum_of(how, loops_in, N), expected.sum);
	assert_int_equal(sums_inclusive(how, loops_out, loops_in, N), expected.sum);
	for (size_t i = 0; i < N; i++)
		loops_expected[i] = sum += loops_in[i];
	loops_assert_out(N);
	k = evens_pack(how, loops_out, loops_in, N);
	assert_int_equal(k, expected.evens);
	assert_int_equal(evens_partition(how, loops_expected, loops_in, N), k);
	loops_assert_out(k);
	for (size_t i = 0, rest = k; i < N; i++)
		if (!is_even(&loops_in[i]))
			assert_int_equal(loops_expected[rest++], loops_in[i]);
	digits(how, counts, 10, loops_in, N);
	assert_memory_equal(counts, expected.counts, sizeof counts);
	by_digit(how, loops_out, starts, 10, loops_in, N);
	for (size_t g = 0; g < 10; g++) {
		assert_int_equal(starts[g + 1] - starts[g], counts[g]);
		for (size_t i = starts[g]; i < starts[g + 1]; i++)
			assert_int_equal(loops_out[i] % 10, g);
	}
	assert_int_equal(doubled(how, loops_out, 2 * N, loops_in, N), 2 * N);
	for (size_t i = 0; i < 2 * N; i++)
		assert_int_equal(loops_out[i], loops_in[i / 2]);
}

/* Each allocation in turn, and all from there on, until none is left to fail. */
static void
try_faults(weft_par_options how, unsigned threads)
{
	long calls;

	if (threads != 1 && threads != 3)
		return;
	memory.calls = 0;
	do_all(&how);
	calls = memory.calls + 4;
	for (int later = 0; later < 2; later++)
		for (long at = 0; at < calls; at += TEST_IS_SLOW ? 3 : 1) {
			memory.and_later = later != 0;
			memory.calls = 0;
			memory.fail_at = at;
			do_all(&how);
			memory.fail_at = -1;
		}
}

static void
test_no_memory(void **state)
{
	weft_par_options ordered = { .ordered = true };
	long out;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		expected.sum += loops_in[i];
		expected.counts[loops_in[i] % 10]++;
		expected.evens += is_even(&loops_in[i]);
	}
	test_threads_have_begun();
	do_all(NULL);
	out = memory.out;
	do_all(&ordered);
	memory.fail_at = 0;
	memory.and_later = true;
	do_all(&ordered);
	memory.fail_at = -1;
	assert_true(memory.out <= out);
	loops_try_threads(try_faults);
}

/* Misuse: NULL, too many, overlap, out of range. */

struct misuse {
	uint64_t *out, *in;
	size_t n;
};

static void
copy_wrongly(void *arg)
{
	struct misuse *m = arg;

	copies(NULL, m->out, m->in, m->n);
}

static void
scan_wrongly(void *arg)
{
	struct misuse *m = arg;

	sums_exclusive(NULL, m->out, m->in, m->n);
}

static void
pack_wrongly(void *arg)
{
	struct misuse *m = arg;

	exit(evens_pack(NULL, m->out, m->in, m->n) == 0);
}

static void
find_wrongly(void *arg)
{
	struct misuse *m = arg;

	exit((int)evens_position(NULL, m->in, m->n));
}

static weft_status
fails_nowhere(size_t begin, size_t end, size_t *at, void *ctx)
{
	(void)begin;
	(void)end;
	(void)at;
	(void)ctx;
	return WEFT_BUSY;
}

static weft_status
fails_elsewhere(size_t begin, size_t end, size_t *at, void *ctx)
{
	(void)begin;
	(void)ctx;
	*at = end;
	return WEFT_BUSY;
}

static void
fail_wrongly(void *arg)
{
	weft_range_fn *body = arg == NULL ? fails_nowhere : fails_elsewhere;

	exit((int)weft_par_for(NULL, 100, body, NULL, NULL));
}

static void
chunk_wrongly(void *arg)
{
	exit((int)weft_par_chunks(NULL, 100, 0, fails_nowhere, arg, NULL));
}

static size_t
ten(const uint64_t *x)
{
	return *x != 0 ? 10 : 9;
}
WEFT_PAR_HISTOGRAM(tens, uint64_t, ten);
WEFT_PAR_GROUP(tens_grouped, uint64_t, ten);

static void
count_wrongly(void *arg)
{
	uint64_t counts[10] = { 0 };

	tens(NULL, counts, 10, arg, 100);
}

static void
group_wrongly(void *arg)
{
	size_t starts[11];

	tens_grouped(NULL, loops_out, starts, 10, arg, 100);
}

static void
test_misuse(void **state)
{
	struct misuse no_out = { NULL, loops_in, 10 }, no_in = { loops_out, NULL, 10 };
	struct misuse huge = { loops_out, loops_in, SIZE_MAX / 8 };
	struct misuse after = { loops_in + 1, loops_in, 10 };
	struct misuse before = { loops_in, loops_in + 9, 10 };
	struct misuse same = { loops_in, loops_in, 10 };

	(void)state;
	assert_aborts(copy_wrongly, &no_out, "copies: an array is NULL, and n is not 0");
	assert_aborts(copy_wrongly, &no_in, "copies: an array is NULL");
	assert_aborts(copy_wrongly, &huge, "copies: n is more than an array can have");
	assert_aborts(copy_wrongly, &after, "copies: out and an input overlap");
	assert_aborts(copy_wrongly, &before, "copies: out and an input overlap");
	assert_aborts(scan_wrongly, &no_out, "sums_exclusive: an array is NULL");
	assert_aborts(scan_wrongly, &after, "sums_exclusive: out and an input overlap");
	assert_aborts(pack_wrongly, &no_in, "evens_pack: an array is NULL");
	assert_aborts(pack_wrongly, &same, "evens_pack: out and an input overlap");
	assert_aborts(find_wrongly, &no_in, "evens_position: an array is NULL");
	assert_aborts(fail_wrongly, NULL, "weft_par_for: a body failed, and *at is not in");
	assert_aborts(fail_wrongly, &same, "weft_par_for: a body failed, and *at is not in");
	assert_aborts(chunk_wrongly, NULL, "weft_par_chunks: a chunk of 0 items");
	assert_aborts(count_wrongly, loops_in, "tens: a bin or group is out of range");
	assert_aborts(group_wrongly, loops_in, "tens_grouped: a bin or group is out of range");
}

/* Nothing to do: any pointers will do. */
static void
test_empty(void **state)
{
	size_t starts[11] = { 7 };

	(void)state;
	copies(NULL, NULL, NULL, 0);
	copies(NULL, loops_in, loops_in + 1, 0);
	assert_int_equal(sum_of(NULL, NULL, 0), 0);
	assert_int_equal(sums_inclusive(NULL, NULL, NULL, 0), 0);
	assert_int_equal(evens_pack(NULL, NULL, NULL, 0), 0);
	assert_int_equal(evens_partition(NULL, NULL, NULL, 0), 0);
	assert_int_equal(evens_count(NULL, NULL, 0), 0);
	assert_true(evens_all(NULL, NULL, 0) && !evens_any(NULL, NULL, 0));
	assert_null(evens_find_any(NULL, NULL, 0));
	assert_int_equal(doubled(NULL, NULL, 0, NULL, 0), 0);
	digits(NULL, NULL, 0, NULL, 0);
	by_digit(NULL, NULL, starts, 0, NULL, 0);
	assert_int_equal(starts[0], 0);
}

int
main(void)
{
	/* Children of a process of one thread, before any loop makes more. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_no_memory),
	};
	weft_allocator a = test_allocator(&memory);

	if (!weft_set_allocator(&a))
		return 1;
	loops_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
