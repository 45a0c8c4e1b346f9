/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_sort_parts.c: merge, unique, nth, top, min, max, lower, is_sorted: typed and untyped. */
#include "sort_inputs.h"

struct pair {
	uint32_t key, place;
};

static bool less_pair(const struct pair *a, const struct pair *b) { return a->key < b->key; }
static uint32_t key_of_pair(const struct pair *p) { return p->key; }
static bool less_u32(const uint32_t *a, const uint32_t *b) { return *a < *b; }

WEFT_SORT(pairs, struct pair, less_pair);
WEFT_SORT_CACHED(cached, struct pair, uint32_t, key_of_pair, less_u32);

static bool
less_by_ctx(const void *a, const void *b, void *ctx)
{
	const struct pair *x = a, *y = b;

	return *(int *)ctx > 0 ? x->key < y->key : x->key > y->key;
}

static int rising = 1;

/* What is tested: the functions of a macro, or the untyped ones. */
struct form {
	void (*merge)(const weft_par_options *, struct pair *, const struct pair *, size_t,
	    const struct pair *, size_t);
	size_t (*unique)(const weft_par_options *, struct pair *, size_t);
	void (*nth)(const weft_par_options *, struct pair *, size_t, size_t);
	size_t (*top)(const weft_par_options *, struct pair *, size_t, const struct pair *, size_t);
	const struct pair *(*min)(const weft_par_options *, const struct pair *, size_t);
	const struct pair *(*max)(const weft_par_options *, const struct pair *, size_t);
	bool (*is_sorted)(const weft_par_options *, const struct pair *, size_t);
};

/* clang-format off: a line a function. */
#define ANY sizeof(struct pair), less_by_ctx, &rising
static void any_merge(const weft_par_options *how, struct pair *out, const struct pair *a,
    size_t na, const struct pair *b, size_t nb) { weft_merge(how, out, a, na, b, nb, ANY); }
static size_t any_unique(const weft_par_options *how, struct pair *v, size_t n)
{ return weft_unique(how, v, n, ANY); }
static void any_nth(const weft_par_options *how, struct pair *v, size_t n, size_t k)
{ weft_nth(how, v, n, k, ANY); }
static size_t any_top(const weft_par_options *how, struct pair *out, size_t k,
    const struct pair *in, size_t n) { return weft_top(how, out, k, in, n, ANY); }
static const struct pair *any_min(const weft_par_options *how, const struct pair *in, size_t n)
{ return weft_min(how, in, n, ANY); }
static const struct pair *any_max(const weft_par_options *how, const struct pair *in, size_t n)
{ return weft_max(how, in, n, ANY); }
static bool any_is_sorted(const weft_par_options *how, const struct pair *v, size_t n)
{ return weft_is_sorted(how, v, n, ANY); }

#define FORM(name) { name##_merge, name##_unique, name##_nth, name##_top, name##_min, name##_max, \
	name##_is_sorted }
static const struct form forms[] = { FORM(pairs), FORM(cached), FORM(any) };
/* clang-format on */

static const size_t sizes[] = { 0, 1, 2, 3, 7, 31, 100, 1009, 5003, 70001 };

static void
on_each(void (*fn)(const struct form *, size_t, uint32_t, const weft_par_options *))
{
	for (size_t form = 0; form < WEFT_COUNT(forms); form++) {
		for (size_t i = 0; i < WEFT_COUNT(sizes); i++) {
			for (uint32_t keys = 3; keys < 100000; keys *= 31) {
				fn(&forms[form], sizes[i], keys, NULL);
				fn(&forms[form], sizes[i], keys, &sort_serially);
			}
		}
	}
}

static struct pair *
make(size_t n, uint32_t keys)
{
	struct pair *v = sort_room(n, sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct pair){ (uint32_t)(sort_draw() % keys), (uint32_t)i };
	return v;
}

/* In order of the key, and then of the place: what a stable sort gives. */
static int
compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static struct pair *
sorted_copy(const struct pair *v, size_t n)
{
	struct pair *copy = sort_room(n, sizeof *copy);

	memcpy(copy, v, n * sizeof *v);
	qsort(copy, n, sizeof *copy, compare);
	return copy;
}

static void
check_merge(const struct form *form, size_t n, uint32_t keys, const weft_par_options *how)
{
	struct pair *v = make(n, keys), *wanted = sorted_copy(v, n), *out = sort_room(n, sizeof *v);

	for (size_t cut = 0; cut <= n; cut += n / 3 + 1) {
		/* a's places are below b's: so the result is that of a stable sort of both. */
		qsort(v, cut, sizeof *v, compare);
		qsort(v + cut, n - cut, sizeof *v, compare);
		form->merge(how, out, v, cut, v + cut, n - cut);
		assert_memory_equal(out, wanted, n * sizeof *v);
		memcpy(v, wanted, n * sizeof *v);
		for (size_t i = 0; i < n; i++)
			v[wanted[i].place] = wanted[i];
	}
	free(v);
	free(wanted);
	free(out);
}

static void
check_unique(const struct form *form, size_t n, uint32_t keys, const weft_par_options *how)
{
	struct pair *v = make(n, keys), *wanted = sorted_copy(v, n), *s = sorted_copy(v, n);
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || wanted[count - 1].key != wanted[i].key)
			wanted[count++] = wanted[i];
	}
	assert_int_equal(form->unique(how, s, n), count);
	assert_memory_equal(s, wanted, count * sizeof *v);
	free(v);
	free(wanted);
	free(s);
}

static void
check_nth(const struct form *form, size_t n, uint32_t keys, const weft_par_options *how)
{
	struct pair *v = make(n, keys), *wanted = sorted_copy(v, n);
	uint64_t sum = sort_sum(v, n, sizeof *v);

	for (size_t k = 0; k < n; k += n / 3 + 1) {
		form->nth(how, v, n, k);
		assert_int_equal(v[k].key, wanted[k].key);
		for (size_t i = 0; i < n; i++)
			assert_true(i < k ? v[i].key <= v[k].key : v[i].key >= v[k].key);
		assert_int_equal(sort_sum(v, n, sizeof *v), sum);
	}
	free(v);
	free(wanted);
}

static void
check_top(const struct form *form, size_t n, uint32_t keys, const weft_par_options *how)
{
	static const size_t ks[] = { 0, 1, 2, 10, 300, 1000, 100000 };
	struct pair *v = make(n, keys), *wanted = sorted_copy(v, n);

	for (size_t i = 0; i < WEFT_COUNT(ks); i++) {
		size_t k = ks[i], count = k < n ? k : n;
		struct pair *out = sort_room(count, sizeof *out);

		assert_int_equal(form->top(how, out, k, v, n), count);
		assert_memory_equal(out, wanted, count * sizeof *v);
		free(out);
	}
	free(v);
	free(wanted);
}

static void
check_best(const struct form *form, size_t n, uint32_t keys, const weft_par_options *how)
{
	struct pair *v = make(n, keys);
	const struct pair *least = NULL, *most = NULL;

	for (size_t i = 0; i < n; i++) {
		if (least == NULL || v[i].key < least->key)
			least = &v[i];
		if (most == NULL || v[i].key > most->key)
			most = &v[i];
	}
	assert_ptr_equal(form->min(how, v, n), least);
	assert_ptr_equal(form->max(how, v, n), most);
	free(v);
}

static void
check_is_sorted(const struct form *form, size_t n, uint32_t keys, const weft_par_options *how)
{
	struct pair *v = make(n, keys), *s = sorted_copy(v, n);

	assert_true(form->is_sorted(how, s, n));
	/* One that is out of order is found wherever it is. */
	for (size_t at = 1; at < n; at += n / 5 + 1) {
		struct pair kept = s[at - 1];

		s[at - 1].key = keys;
		assert_int_equal(form->is_sorted(how, s, n), s[at].key >= keys);
		s[at - 1] = kept;
	}
	free(v);
	free(s);
}

/* clang-format off: a line a test. */
static void merges(void **state) { (void)state; on_each(check_merge); }
static void keeps_one_of_equals(void **state) { (void)state; on_each(check_unique); }
static void finds_the_nth(void **state) { (void)state; on_each(check_nth); }
static void top_k(void **state) { (void)state; on_each(check_top); }
static void least_and_greatest(void **state) { (void)state; on_each(check_best); }
static void says_whether_sorted(void **state) { (void)state; on_each(check_is_sorted); }
/* clang-format on */

static void
lower_is_the_first_not_before(void **state)
{
	struct pair *v = make(1009, 50), *s = sorted_copy(v, 1009), x = { 0, 0 };

	(void)state;
	for (x.key = 0; x.key < 52; x.key++) {
		size_t wanted = 0;

		while (wanted < 1009 && s[wanted].key < x.key)
			wanted++;
		assert_int_equal(pairs_lower(s, 1009, &x), wanted);
	}
	assert_int_equal(pairs_lower(s, 0, &x), 0);
	free(v);
	free(s);
}

/* A context that says "the other way round". */
static void
the_context_reaches_less(void **state)
{
	int falling = -1;
	struct pair *v = make(5003, 1000);

	(void)state;
	weft_sort(NULL, v, 5003, sizeof *v, less_by_ctx, &falling);
	for (size_t i = 1; i < 5003; i++)
		assert_true(v[i - 1].key >= v[i].key);
	weft_sort_stable(NULL, v, 5003, sizeof *v, less_by_ctx, &rising);
	assert_true(weft_is_sorted(NULL, v, 5003, ANY));
	assert_false(weft_is_sorted(NULL, v, 5003, sizeof *v, less_by_ctx, &falling));
	free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges),
		cmocka_unit_test(keeps_one_of_equals),
		cmocka_unit_test(finds_the_nth),
		cmocka_unit_test(top_k),
		cmocka_unit_test(least_and_greatest),
		cmocka_unit_test(says_whether_sorted),
		cmocka_unit_test(lower_is_the_first_not_before),
		cmocka_unit_test(the_context_reaches_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
