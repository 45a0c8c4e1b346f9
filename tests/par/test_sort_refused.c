/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_sort_refused.c: sorting where memory is refused, and what is misuse. */
#include "sort_inputs.h"

#include "begun.h"

struct pair {
	uint32_t key, place;
};
struct large {
	uint32_t key, place;
	char more[400];
};

static bool less_pair(const struct pair *a, const struct pair *b) { return a->key < b->key; }
static bool less_large(const struct large *a, const struct large *b) { return a->key < b->key; }
static uint32_t key_of_pair(const struct pair *p) { return p->key; }
static bool less_u32(const uint32_t *a, const uint32_t *b) { return *a < *b; }

WEFT_SORT(pairs, struct pair, less_pair);
WEFT_SORT(larges, struct large, less_large);
WEFT_SORT_CACHED(cached, struct pair, uint32_t, key_of_pair, less_u32);

enum { N = 40000, LARGES = 10000 };

static struct test_memory memory = TEST_MEMORY;
static struct pair *v, *wanted, *out;
static struct large *large;
static const char **texts;

static int
compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static void
shuffle(void)
{
	for (uint32_t i = 0; i < N; i++)
		v[i] = (struct pair){ (uint32_t)sort_draw() % 500, i };
	memcpy(wanted, v, N * sizeof *v);
	qsort(wanted, N, sizeof *v, compare);
	for (uint32_t i = 0; i < LARGES; i++) {
		memset(&large[i], 0, sizeof large[i]);
		large[i].key = v[i].key;
	}
	for (uint32_t i = 0; i < N; i++)
		texts[i] = &"a text that is long enough"[sort_draw() % 26];
}

/* What needs memory, each with what must come of it with none. */
static void
stable(const weft_par_options *how)
{
	pairs_sort_stable(how, v, N);
	assert_memory_equal(v, wanted, N * sizeof *v);
}

static void
cached_stable(const weft_par_options *how)
{
	cached_sort_stable(how, v, N);
	assert_memory_equal(v, wanted, N * sizeof *v);
}

static void
cached_unstable(const weft_par_options *how)
{
	cached_sort(how, v, N);
	assert_true(pairs_is_sorted(how, v, N));
}

static void
top(const weft_par_options *how)
{
	assert_int_equal(pairs_top(how, out, 300, v, N), 300);
	assert_memory_equal(out, wanted, 300 * sizeof *v);
}

static void
large_ones(const weft_par_options *how)
{
	larges_sort(how, large, LARGES);
	assert_true(larges_is_sorted(how, large, LARGES));
	larges_nth(how, large, LARGES, 7);
}

static void
strings(const weft_par_options *how)
{
	weft_sort_str(how, texts, N);
	for (size_t i = 1; i < N; i++)
		assert_true(strcmp(texts[i - 1], texts[i]) <= 0);
}

static void (*const calls[])(const weft_par_options *) = { stable, cached_stable, cached_unstable,
	top, large_ones, strings };

/* Allocation k of the call is refused, or each from k on, for every k there is. */
static void
refuse(void (*call)(const weft_par_options *), const weft_par_options *how, bool and_later)
{
	long asked = 1;

	for (long k = 0; k < asked && k < 40; k++) {
		long before = memory.calls, kept = memory.out;

		shuffle();
		memory.and_later = and_later;
		memory.fail_at = before + k;
		call(how);
		memory.fail_at = -1;
		memory.and_later = false;
		/* The pool's threads have memory too, and come and go as they like. */
		if (how != NULL)
			assert_int_equal(memory.out, kept);
		asked = memory.calls - before;
	}
}

static void
every_allocation_is_refused_in_turn(void **state)
{
	(void)state;
	test_threads_have_begun();
	for (size_t i = 0; i < WEFT_COUNT(calls); i++) {
		refuse(calls[i], &sort_serially, false);
		refuse(calls[i], &sort_serially, true);
	}
	for (size_t i = 0; i < WEFT_COUNT(calls); i++) {
		refuse(calls[i], NULL, false);
		refuse(calls[i], NULL, true);
	}
}

/* Misuse. Few elements, so that there is no thread when the child is made. */
static uint32_t few[4] = { 3, 1, 2, 0 };

static bool
less_any(const void *a, const void *b, void *ctx)
{
	(void)ctx;
	return *(const uint32_t *)a < *(const uint32_t *)b;
}

/* clang-format off: a line a function. */
#define MISUSE(name, call) static void name(void *arg) { (void)arg; call; }
MISUSE(sort_null, weft_sort_u64(NULL, NULL, 1))
MISUSE(sort_null_typed, pairs_sort(NULL, NULL, 2))
MISUSE(sort_no_size, weft_sort(NULL, few, 4, 0, less_any, NULL))
MISUSE(sort_no_less, weft_sort(NULL, few, 4, 4, NULL, NULL))
MISUSE(sort_too_many, weft_sort(NULL, few, SIZE_MAX / 2, 4, less_any, NULL))
MISUSE(merge_too_many, weft_merge(NULL, few, few, SIZE_MAX / 9, few, SIZE_MAX, 4, less_any, NULL))
MISUSE(merge_onto, weft_merge(NULL, few, few, 2, few + 2, 2, 4, less_any, NULL))
MISUSE(top_onto, if (weft_top(NULL, few + 1, 2, few, 4, 4, less_any, NULL) == 0) exit(1))
MISUSE(nth_of_none, weft_nth(NULL, few, 4, 4, 4, less_any, NULL))
/* clang-format on */

static void
misuse_stops_with_a_sentence(void **state)
{
	(void)state;
	assert_aborts(sort_null, NULL, "weft_sort_u64: NULL with n > 0");
	assert_aborts(sort_null_typed, NULL, "weft_sort: NULL with n > 0");
	assert_aborts(sort_no_size, NULL, "weft_sort: an element has no size");
	assert_aborts(sort_no_less, NULL, "weft_sort: less is NULL");
	assert_aborts(sort_too_many, NULL, "weft_sort: n elements are more than");
	assert_aborts(merge_too_many, NULL, "weft_merge: n elements are more than");
	assert_aborts(merge_onto, NULL, "weft_merge: out overlaps");
	assert_aborts(top_onto, NULL, "weft_top: out overlaps");
	assert_aborts(nth_of_none, NULL, "weft_nth: there is no element k");
}

/* With n == 0 any pointers will do. */
static void
none_is_fine(void **state)
{
	(void)state;
	pairs_sort(NULL, NULL, 0);
	pairs_sort_stable(NULL, NULL, 0);
	cached_sort(NULL, NULL, 0);
	pairs_merge(NULL, NULL, NULL, 0, NULL, 0);
	assert_int_equal(pairs_unique(NULL, NULL, 0), 0);
	assert_int_equal(pairs_top(NULL, NULL, 0, NULL, 0), 0);
	assert_true(pairs_is_sorted(NULL, NULL, 0));
	assert_null(pairs_min(NULL, NULL, 0));
	assert_null(pairs_max(NULL, NULL, 0));
	weft_sort_u64(NULL, NULL, 0);
	weft_sort_f32(NULL, NULL, 0);
	weft_sort_str(NULL, NULL, 0);
	weft_sort_bytes(NULL, NULL, 0);
}

static int
begin(void **state)
{
	weft_allocator a = test_allocator(&memory);

	(void)state;
	v = malloc(N * sizeof *v);
	wanted = malloc(N * sizeof *v);
	out = malloc(N * sizeof *v);
	large = malloc(LARGES * sizeof *large);
	texts = malloc(N * sizeof *texts);
	return weft_set_allocator(&a) && v && wanted && out && large && texts ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	free(v);
	free(wanted);
	free(out);
	free(large);
	free(texts);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(misuse_stops_with_a_sentence),
		cmocka_unit_test(none_is_fine),
		cmocka_unit_test(every_allocation_is_refused_in_turn),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
