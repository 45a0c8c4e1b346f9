/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_sort.c: the typed sorts, of every shape and size, beside what they must give. */
#include "sort_inputs.h"

struct pair {
	uint32_t key, place;
};
struct odd {
	unsigned char key[3];
};
struct wide {
	uint64_t key;
	char more[192];
};
struct aligned {
	alignas(64) uint64_t key;
};

static bool less_u64(const uint64_t *a, const uint64_t *b) { return *a < *b; }
static bool less_pair(const struct pair *a, const struct pair *b) { return a->key < b->key; }
static bool less_odd(const struct odd *a, const struct odd *b) { return memcmp(a, b, 3) < 0; }
static bool
less_aligned(const struct aligned *a, const struct aligned *b)
{
	return a->key < b->key;
}
static uint64_t key_of_wide(const struct wide *w) { return w->key; }
static double root_of_pair(const struct pair *p) { return (double)p->key - 1000; }

WEFT_SORT(numbers, uint64_t, less_u64);
WEFT_SORT(pairs, struct pair, less_pair);
WEFT_SORT(odds, struct odd, less_odd);
WEFT_SORT(aligneds, struct aligned, less_aligned);
WEFT_SORT_KEY(wides, struct wide, uint64_t, key_of_wide);
WEFT_SORT_KEY(by_root, struct pair, double, root_of_pair);

static unsigned keys_made;

static uint64_t
dear_key(const struct pair *p)
{
	__atomic_fetch_add(&keys_made, 1, __ATOMIC_RELAXED);
	return (uint64_t)p->key * 3;
}

WEFT_SORT_CACHED(by_dear_key, struct pair, uint64_t, dear_key, less_u64);

/* Each shape and size, serially and on the pool. */
static void
on_each(const size_t *sizes, size_t count, void (*fn)(enum shape, size_t, const weft_par_options *))
{
	for (int shape = 0; shape < SHAPES; shape++) {
		for (size_t i = 0; i < count; i++) {
			if (sizes[i] > SORT_MANY)
				continue;
			fn(shape, sizes[i], NULL);
			fn(shape, sizes[i], &sort_serially);
		}
	}
}

static void
check_numbers(enum shape shape, size_t n, const weft_par_options *how)
{
	uint64_t *v = sort_room(n, sizeof *v), sum;

	for (size_t i = 0; i < n; i++)
		v[i] = sort_value(shape, i, n);
	sum = sort_sum(v, n, sizeof *v);
	numbers_sort(how, v, n);
	for (size_t i = 1; i < n; i++)
		assert_true(v[i - 1] <= v[i]);
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	assert_true(numbers_is_sorted(how, v, n));
	free(v);
}

static void
numbers_of_every_shape(void **state)
{
	const size_t many = SORT_MANY;

	(void)state;
	on_each(sort_sizes, WEFT_COUNT(sort_sizes), check_numbers);
	check_numbers(RANDOM, many, NULL);
	check_numbers(FEW_UNIQUE, many, NULL);
	check_numbers(NEARLY_SORTED, many, NULL);
}

typedef void sort_pairs_fn(const weft_par_options *how, struct pair *v, size_t n);

/* Of equal keys, do the places rise? */
static void
check_pairs(enum shape shape, size_t n, const weft_par_options *how, sort_pairs_fn *sort,
    bool stable)
{
	struct pair *v = sort_room(n, sizeof *v);
	uint64_t sum;

	for (size_t i = 0; i < n; i++) {
		v[i].key = (uint32_t)sort_value(shape, i, n) % 1000;
		v[i].place = (uint32_t)i;
	}
	sum = sort_sum(v, n, sizeof *v);
	sort(how, v, n);
	for (size_t i = 1; i < n; i++) {
		assert_true(v[i - 1].key <= v[i].key);
		if (stable && v[i - 1].key == v[i].key)
			assert_true(v[i - 1].place < v[i].place);
	}
	assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	free(v);
}

static void
check_stable(enum shape shape, size_t n, const weft_par_options *how)
{
	check_pairs(shape, n, how, pairs_sort_stable, true);
}

static void
check_keys(enum shape shape, size_t n, const weft_par_options *how)
{
	check_pairs(shape, n, how, pairs_sort, false);
	check_pairs(shape, n, how, by_root_sort, false);
	check_pairs(shape, n, how, by_root_sort_stable, true);
	keys_made = 0;
	check_pairs(shape, n, how, by_dear_key_sort_stable, true);
	assert_int_equal(keys_made, n > 1 ? n : 0);
	check_pairs(shape, n, how, by_dear_key_sort, false);
}

static void
stable_ones_keep_the_order_of_equals(void **state)
{
	(void)state;
	on_each(sort_sizes, WEFT_COUNT(sort_sizes), check_stable);
	check_stable(RANDOM, SORT_MANY, NULL);
}

static void
keys_and_cached_keys(void **state)
{
	(void)state;
	on_each(sort_small_sizes, WEFT_COUNT(sort_small_sizes), check_keys);
	check_keys(RANDOM, 65537, NULL);
}

/* A type's sort and sort_stable, on bytes of all shapes; less is asked afterwards. */
#define CHECK_TYPE(name, T)                                                                       \
	static void                                                                               \
	check_##name(enum shape shape, size_t n, const weft_par_options *how)                     \
	{                                                                                         \
		T *v = aligned_alloc(alignof(T), (n + 1) * sizeof(T));                            \
		uint64_t sum;                                                                     \
\
		memset(v, 0, n * sizeof(T));                                                      \
		for (int stable = 0; stable < 2; stable++) {                                      \
			for (size_t i = 0; i < n; i++) {                                          \
				uint64_t key = sort_value(shape, i, n);                           \
				memcpy(&v[i], &key, sizeof(T) < 8 ? sizeof(T) : 8);               \
			}                                                                         \
			sum = sort_sum(v, n, sizeof(T));                                          \
			(stable ? name##_sort_stable : name##_sort)(how, v, n);                   \
			for (size_t i = 1; i < n; i++)                                            \
				assert_false(name##_before_(&v[i], &v[i - 1], NULL));             \
			assert_int_equal(sort_sum(v, n, sizeof(T)), sum);                         \
		}                                                                                 \
		free(v);                                                                          \
	}

CHECK_TYPE(odds, struct odd)
CHECK_TYPE(wides, struct wide)
CHECK_TYPE(aligneds, struct aligned)

static void
odd_wide_and_aligned_ones(void **state)
{
	(void)state;
	on_each(sort_small_sizes, WEFT_COUNT(sort_small_sizes), check_odds);
	on_each(sort_small_sizes, WEFT_COUNT(sort_small_sizes), check_wides);
	on_each(sort_small_sizes, WEFT_COUNT(sort_small_sizes), check_aligneds);
	check_odds(RANDOM, 20011, NULL);
	check_wides(RANDOM, 20011, NULL);
	check_aligneds(RANDOM, 20011, NULL);
}

/*
 * McIlroy's adversary: it decides while it is asked, so that each pivot turns out to be
 * among the least. What is sorted are indices of `worth`.
 */
static struct {
	uint32_t *worth, gas, solid, candidate;
	uint64_t asked;
} foe;

static bool
less_foe(const uint32_t *a, const uint32_t *b)
{
	foe.asked++;
	if (foe.worth[*a] == foe.gas && foe.worth[*b] == foe.gas)
		foe.worth[*a == foe.candidate ? *a : *b] = foe.solid++;
	if (foe.worth[*a] == foe.gas)
		foe.candidate = *a;
	else if (foe.worth[*b] == foe.gas)
		foe.candidate = *b;
	return foe.worth[*a] < foe.worth[*b];
}

WEFT_SORT(against, uint32_t, less_foe);

static void
an_adversary_gains_no_square(void **state)
{
	enum { N = 20000 };
	uint32_t *v = sort_room(N, sizeof *v);

	(void)state;
	foe.worth = sort_room(N, sizeof *foe.worth);
	for (int form = 0; form < 3; form++) {
		foe.gas = N;
		foe.solid = foe.candidate = 0;
		foe.asked = 0;
		for (uint32_t i = 0; i < N; i++) {
			v[i] = i;
			foe.worth[i] = N;
		}
		if (form == 0)
			against_sort(&sort_serially, v, N);
		else if (form == 1)
			against_sort_stable(&sort_serially, v, N);
		else
			against_nth(&sort_serially, v, N, N / 2);
		/* n log n is 286,000; a square, 400 million. */
		assert_true(foe.asked < 5000000);
	}
	free(foe.worth);
	free(v);
}

/* The number of comparisons of what is sorted, or reversed, is that of looking once. */
static uint64_t asked;

static bool
less_counted(const uint64_t *a, const uint64_t *b)
{
	asked++;
	return *a < *b;
}

WEFT_SORT(counted, uint64_t, less_counted);

static void
what_is_sorted_is_looked_at_once(void **state)
{
	enum { N = 10000 };
	static uint64_t v[N];

	(void)state;
	for (int form = 0; form < 4; form++) {
		for (size_t i = 0; i < N; i++)
			v[i] = form < 2 ? i : N - i;
		asked = 0;
		(form % 2 == 0 ? counted_sort : counted_sort_stable)(&sort_serially, v, N);
		assert_true(asked <= N);
	}
}

static void
a_cancelled_sort_loses_nothing(void **state)
{
	enum { N = 100000 };
	weft_cancel stop = { 0 };
	weft_par_options how = { .cancel = &stop };
	struct pair *v = sort_room(N, sizeof *v);
	uint64_t sum;

	(void)state;
	weft_cancel_set(&stop);
	for (uint32_t i = 0; i < N; i++)
		v[i] = (struct pair){ (uint32_t)sort_draw(), i };
	sum = sort_sum(v, N, sizeof *v);
	pairs_sort(&how, v, N);
	pairs_sort_stable(&how, v, N);
	by_dear_key_sort(&how, v, N);
	pairs_nth(&how, v, N, 7);
	assert_int_equal(sort_sum(v, N, sizeof *v), sum);
	assert_false(pairs_is_sorted(NULL, v, N));
	free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_every_shape),
		cmocka_unit_test(stable_ones_keep_the_order_of_equals),
		cmocka_unit_test(keys_and_cached_keys),
		cmocka_unit_test(odd_wide_and_aligned_ones),
		cmocka_unit_test(an_adversary_gains_no_square),
		cmocka_unit_test(what_is_sorted_is_looked_at_once),
		cmocka_unit_test(a_cancelled_sort_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
