/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_sort_any.c: the untyped sorts, for elements of every size; and orders that lie. */
#include "sort_inputs.h"

/* The key is the first bytes of an element, up to four of them. */
static size_t
key_bytes(size_t size)
{
	return size < 4 ? size : 4;
}

static bool
less_bytes(const void *a, const void *b, void *ctx)
{
	return memcmp(a, b, key_bytes(*(size_t *)ctx)) < 0;
}

/* n elements: a key, the place if there is room for one, and bytes that depend on both. */
static unsigned char *
make(enum shape shape, size_t n, size_t size)
{
	unsigned char *v = sort_room(n, size);

	for (size_t i = 0; i < n; i++) {
		unsigned char *x = v + i * size;
		uint64_t key = sort_value(shape, i, n) % 50;

		for (size_t k = 0; k < size; k++)
			if (k + 1 == key_bytes(size))
				x[k] = (unsigned char)key;
			else
				x[k] = (unsigned char)(k < key_bytes(size) ? 0 : key * 7 + k);
		if (size >= 8) {
			x[4] = (unsigned char)(i >> 24);
			x[5] = (unsigned char)(i >> 16);
			x[6] = (unsigned char)(i >> 8);
			x[7] = (unsigned char)i;
		}
	}
	return v;
}

static void
check(enum shape shape, size_t n, size_t size, const weft_par_options *how)
{
	unsigned char *v = make(shape, n, size);
	uint64_t sum = sort_sum(v, n, size);

	weft_sort(how, v, n, size, less_bytes, &size);
	assert_true(weft_is_sorted(how, v, n, size, less_bytes, &size));
	assert_int_equal(sort_sum(v, n, size), sum);
	free(v);
	v = make(shape, n, size);
	sum = sort_sum(v, n, size);
	weft_sort_stable(how, v, n, size, less_bytes, &size);
	/* Key and place together rise: they stand in the order in which memcmp looks. */
	for (size_t i = 1; i < n; i++)
		assert_true(memcmp(v + (i - 1) * size, v + i * size,
				size < 8 ? key_bytes(size) : 8) <= 0);
	assert_int_equal(sort_sum(v, n, size), sum);
	free(v);
}

static void
elements_of_every_size(void **state)
{
	static const size_t more[] = { 255, 256, 257, 300, 512, 1000, 4097 };

	(void)state;
	for (size_t size = 1; size <= 200; size += TEST_IS_SLOW ? 7 : 1) {
		check(size % SHAPES, 0, size, NULL);
		check(size % SHAPES, 1, size, NULL);
		check(RANDOM, 257, size, &sort_serially);
		check(size % SHAPES, 1009, size, NULL);
	}
	for (size_t i = 0; i < WEFT_COUNT(more); i++) {
		for (int shape = 0; shape < SHAPES; shape++)
			check(shape, 257, more[i], &sort_serially);
	}
	check(RANDOM, 20011, 8, NULL);
	check(RANDOM, 20011, 300, NULL);
	check(RANDOM, 20011, 12, NULL);
}

/* Orders that contradict themselves. */
enum lie { TOSS, ALWAYS, NEVER, ROUND, CHANGING, LIES };

static unsigned asked;

static bool
lies(const void *a, const void *b, void *ctx)
{
	const unsigned char *x = a, *y = b;
	unsigned now = __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);

	switch (*(enum lie *)ctx) {
	case TOSS:
		return sort_mix(now) % 2 != 0;
	case ALWAYS:
		return true;
	case NEVER:
		return false;
	case ROUND:
		return (unsigned char)(*y - *x) < 128;
	default:
		return now / 1000 % 2 != 0 ? *x < *y : *y < *x;
	}
}

struct lied {
	unsigned char key;
	char more[15];
};

static enum lie how_it_lies;

static bool
less_lied(const struct lied *a, const struct lied *b)
{
	return lies(a, b, &how_it_lies);
}

static struct lied
as_is(const struct lied *p)
{
	return *p;
}

WEFT_SORT(liars, struct lied, less_lied);
WEFT_SORT_CACHED(cached_liars, struct lied, struct lied, as_is, less_lied);

static void
lie_to_typed(struct lied *v, size_t n, const weft_par_options *how)
{
	struct lied *out = sort_room(2 * n, sizeof *out);
	uint64_t sum = sort_sum(v, n, sizeof *v);

	liars_sort(how, v, n);
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	liars_sort_stable(how, v, n);
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	cached_liars_sort(how, v, n);
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	cached_liars_sort_stable(how, v, n);
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	if (n > 0)
		liars_nth(how, v, n, n / 3);
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	liars_merge(how, out, v, n / 3, v + n / 3, n - n / 3);
	assert_int_equal(sort_sum(out, n, sizeof *v), sum);
	assert_true(liars_top(how, out, n / 2, v, n) <= n / 2);
	assert_true(liars_unique(how, v, n) <= n);
	assert_true(liars_lower(v, n, v) <= n);
	(void)liars_is_sorted(how, v, n);
	(void)liars_min(how, v, n);
	(void)liars_max(how, v, n);
	free(out);
}

static void
lie_to_untyped(size_t n, size_t size, enum lie lie, const weft_par_options *how)
{
	unsigned char *v = make(RANDOM, n, size);
	uint64_t sum = sort_sum(v, n, size);

	weft_sort(how, v, n, size, lies, &lie);
	assert_int_equal(sort_sum(v, n, size), sum);
	weft_sort_stable(how, v, n, size, lies, &lie);
	assert_int_equal(sort_sum(v, n, size), sum);
	if (n > 0)
		weft_nth(how, v, n, n / 2, size, lies, &lie);
	assert_int_equal(sort_sum(v, n, size), sum);
	free(v);
}

static void
orders_that_lie_lose_nothing(void **state)
{
	static const size_t lied_sizes[] = { 1, 4, 8, 16, 24, 200, 300 };

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(sort_small_sizes) + 1; i++) {
		size_t n = i < WEFT_COUNT(sort_small_sizes) ? sort_small_sizes[i] : 30011;

		for (int lie = 0; lie < LIES; lie++) {
			struct lied *v = (struct lied *)make(RANDOM, n, sizeof *v);

			how_it_lies = lie;
			lie_to_typed(v, n, NULL);
			lie_to_typed(v, n, &sort_serially);
			free(v);
			if (n > 5000)
				continue;
			for (size_t k = 0; k < WEFT_COUNT(lied_sizes); k++)
				lie_to_untyped(n, lied_sizes[k], lie,
				    k % 2 == 0 ? NULL : &sort_serially);
		}
	}
}

/* Many small ones, of every length: where a kernel would step outside. */
static void
small_ones_are_lied_to_often(void **state)
{
	(void)state;
	how_it_lies = TOSS;
	for (int round = 0; round < test_scale(400); round++) {
		for (size_t n = 2; n < 70; n++) {
			struct lied *v = (struct lied *)make(RANDOM, n, sizeof *v);
			uint64_t sum = sort_sum(v, n, sizeof *v);

			liars_sort(NULL, v, n);
			liars_sort_stable(NULL, v, n);
			assert_int_equal(sort_sum(v, n, sizeof *v), sum);
			free(v);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_of_every_size),
		cmocka_unit_test(orders_that_lie_lose_nothing),
		cmocka_unit_test(small_ones_are_lied_to_often),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
