/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_deque.c: what weft/deque.h promises, one thread at a time, and then many. */
#include "test.h"

#include <pthread.h>
#include <weft/deque.h>

WEFT_DEQUE(work, uint64_t);

struct three {
	unsigned char b[3];
};
struct twelve {
	uint32_t w[3];
};
struct wide {
	alignas(16) unsigned char b[64];
};
WEFT_DEQUE(threes, struct three);
WEFT_DEQUE(twelves, struct twelve);
WEFT_DEQUE(wides, struct wide);
WEFT_DEQUE(names, const char *);

#define OWN_SIZE 65   /* more than any value has */

/* A value whose every byte tells which one it is. */
static void
value_make(unsigned char *v, size_t size, uint64_t number)
{
	for (size_t i = 0; i < size; i++)
		v[i] = (unsigned char)((number + 1) * 0x9e3779b97f4a7c15u >> (i % 8 * 8) ^ i);
}

static void
assert_value(const unsigned char *v, size_t size, uint64_t number)
{
	unsigned char expected[OWN_SIZE];

	value_make(expected, size, number);
	assert_memory_equal(v, expected, size);
}

static void
test_owner_newest_thief_oldest(void **state)
{
	uint64_t v = 0;
	work d;

	(void)state;
	assert_int_equal(work_init(&d), WEFT_OK);
	for (uint64_t i = 1; i <= 5; i++)
		assert_true(work_push(&d, i));
	assert_int_equal(work_len(&d), 5);
	assert_true(work_pop(&d, &v));
	assert_int_equal(v, 5);
	assert_int_equal(work_steal(&d, &v), WEFT_OK);
	assert_int_equal(v, 1);
	assert_int_equal(work_steal(&d, &v), WEFT_OK);
	assert_int_equal(v, 2);
	assert_true(work_pop(&d, &v));
	assert_int_equal(v, 4);
	assert_false(work_is_empty(&d));
	assert_true(work_pop(&d, &v));
	assert_int_equal(v, 3);
	assert_true(work_is_empty(&d));
	work_fini(&d);
}

static void
test_empty_leaves_the_value(void **state)
{
	uint64_t v = 7, vs[2] = { 8, 9 };
	work d;

	(void)state;
	assert_int_equal(work_init(&d), WEFT_OK);
	for (int round = 0; round < 3; round++) {
		v = 7;
		assert_false(work_pop(&d, &v));
		assert_int_equal(work_steal(&d, &v), WEFT_EMPTY);
		assert_int_equal(work_steal_n(&d, vs, 2), 0);
		assert_false(work_pop_injected(&d, &v));
		assert_int_equal(v, 7);
		assert_true(vs[0] == 8 && vs[1] == 9);
		assert_int_equal(work_len(&d), 0);
		assert_true(work_is_empty(&d));
		/* Emptied by the owner, and by a thief. */
		assert_true(work_push(&d, 1));
		if (round == 0)
			assert_true(work_pop(&d, &v));
		else
			assert_int_equal(work_steal(&d, &v), WEFT_OK);
	}
	work_fini(&d);
}

static void
test_steal_n_takes_at_most_half(void **state)
{
	uint64_t vs[64];
	work d;

	(void)state;
	assert_int_equal(work_init(&d), WEFT_OK);
	for (size_t there = 0; there <= 20; there++)
		for (size_t n = 0; n <= 12; n++) {
			size_t half = (there + 1) / 2, expected = n < half ? n : half, left = 0;

			for (uint64_t i = 0; i < there; i++)
				assert_true(work_push(&d, i));
			vs[expected] = 99;
			assert_int_equal(work_steal_n(&d, vs, n), expected);
			for (uint64_t i = 0; i < expected; i++)
				assert_int_equal(vs[i], i);
			assert_int_equal(vs[expected], 99);
			assert_int_equal(work_len(&d), there - expected);
			while (work_pop(&d, vs))
				left++;
			assert_int_equal(left, there - expected);
		}
	work_fini(&d);
}

/* Every size, by pop, steal and steal_n, over several growths; nothing is written past a value. */
static void
test_every_size(void **state)
{
	unsigned char v[OWN_SIZE + 1], vs[8 * 64 + 1];

	(void)state;
	for (size_t size = 1; size <= 64; size++) {
		weft_type type = { "sized", size, 1, NULL };
		weft_deque_options options = { .capacity = 1 };
		weft_deque d;
		uint64_t first = 0, end = 40;
		size_t n;

		assert_int_equal(weft_deque_init_with(&d, &type, &options), WEFT_OK);
		for (uint64_t i = 0; i < end; i++) {
			value_make(v, size, i);
			assert_true(weft_deque_push(&d, v));
		}
		while (!weft_deque_is_empty(&d)) {
			v[size] = 0xa5;
			assert_true(weft_deque_pop(&d, v));
			assert_value(v, size, --end);
			if (weft_deque_steal(&d, v) == WEFT_OK)
				assert_value(v, size, first++);
			assert_int_equal(v[size], 0xa5);
			n = weft_deque_len(&d) < 15 ? (weft_deque_len(&d) + 1) / 2 : 8;
			vs[n * size] = 0xa5;
			assert_int_equal(weft_deque_steal_n(&d, vs, 8), n);
			for (size_t i = 0; i < n; i++)
				assert_value(vs + i * size, size, first++);
			assert_int_equal(vs[n * size], 0xa5);
		}
		assert_int_equal(first, end);
		weft_deque_fini(&d);
	}
}

static void
test_typed_sizes_and_alignments(void **state)
{
	threes a;
	twelves b;
	wides c;
	names e;
	struct three t = { { 1, 2, 3 } };
	struct twelve w = { { 4, 5, 6 } };
	struct wide x;
	const char *name = "a name";

	(void)state;
	assert_int_equal(threes_init(&a), WEFT_OK);
	assert_int_equal(twelves_init(&b), WEFT_OK);
	assert_int_equal(wides_init(&c), WEFT_OK);
	assert_int_equal(names_init(&e), WEFT_OK);
	memset(&x, 7, sizeof x);
	for (int i = 0; i < 200; i++) {
		t.b[2] = (unsigned char)i;
		w.w[2] = (uint32_t)i;
		x.b[63] = (unsigned char)i;
		assert_true(threes_push(&a, t) && twelves_push(&b, w) && wides_push(&c, x));
	}
	assert_true(names_push(&e, name));
	name = NULL;
	assert_int_equal(names_steal(&e, &name), WEFT_OK);
	assert_string_equal(name, "a name");
	for (int i = 199; i > 100; i--) {
		assert_true(threes_pop(&a, &t) && twelves_pop(&b, &w) && wides_pop(&c, &x));
		assert_true(t.b[0] == 1 && t.b[1] == 2 && t.b[2] == i);
		assert_true(w.w[0] == 4 && w.w[1] == 5 && w.w[2] == (uint32_t)i);
		assert_true(x.b[0] == 7 && x.b[62] == 7 && x.b[63] == i);
	}
	for (int i = 0; i <= 100; i++) {
		assert_int_equal(threes_steal(&a, &t), WEFT_OK);
		assert_int_equal(twelves_steal(&b, &w), WEFT_OK);
		assert_int_equal(wides_steal(&c, &x), WEFT_OK);
		assert_true(t.b[2] == i && w.w[2] == (uint32_t)i && x.b[63] == i);
	}
	assert_true(threes_is_empty(&a) && twelves_is_empty(&b) && wides_is_empty(&c));
	threes_fini(&a);
	twelves_fini(&b);
	wides_fini(&c);
	names_fini(&e);
}

/* Each start capacity, with top anywhere in the buffer, also where indices wrap round. */
static void
test_growth_at_each_place(void **state)
{
	static const size_t capacities[] = { 1, 2, 3, 4, 7, 8, 16 };
	static const uint64_t begins[] = { 0, UINT64_MAX - 20, UINT64_MAX,
		(uint64_t)INT64_MAX - 20 };
	uint64_t v;

	(void)state;
	for (size_t c = 0; c < WEFT_COUNT(capacities); c++)
		for (size_t b = 0; b < WEFT_COUNT(begins); b++)
			for (uint64_t offset = 0; offset < 20; offset++) {
				weft_deque_options options = { .capacity = capacities[c] };
				work d;

				assert_int_equal(work_init_with(&d, &options), WEFT_OK);
				weft_deque_begin_at_(&d.raw, begins[b] + offset);
				for (uint64_t i = 0; i < 150; i++) {
					assert_true(work_push(&d, i));
					assert_int_equal(work_len(&d), i + 1);
				}
				for (uint64_t i = 0; i < 75; i++) {
					assert_int_equal(work_steal(&d, &v), WEFT_OK);
					assert_int_equal(v, i);
					assert_true(work_pop(&d, &v));
					assert_int_equal(v, 149 - i);
				}
				assert_false(work_pop(&d, &v));
				assert_int_equal(work_steal(&d, &v), WEFT_EMPTY);
				work_fini(&d);
			}
}

/* Without need it does not grow: it holds its capacity, exactly, wherever top stands. */
static void
test_capacity_is_used_up_before_growth(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator own = test_allocator(&memory);
	uint64_t v;

	(void)state;
	for (size_t capacity = 1; capacity <= 64; capacity *= 2) {
		weft_deque_options options = { .capacity = capacity, .allocator = &own };
		work d;
		long calls;

		assert_int_equal(work_init_with(&d, &options), WEFT_OK);
		calls = memory.calls;
		for (uint64_t i = 0; i < 10 * capacity; i++) {
			assert_true(work_push(&d, i));
			if (work_len(&d) == capacity)
				assert_int_equal(work_steal(&d, &v), WEFT_OK);
		}
		assert_int_equal(memory.calls, calls);
		if (work_len(&d) < capacity)
			assert_true(work_push(&d, 0));
		assert_int_equal(work_len(&d), capacity);
		assert_int_equal(memory.calls, calls);
		assert_true(work_push(&d, 0));
		assert_int_equal(memory.calls, calls + 1);
		work_fini(&d);
	}
	assert_int_equal(memory.out, 0);
}

/* Random calls, beside an array that knows the answers. */
static void
test_random_calls_against_an_array(void **state)
{
	static uint64_t known[20000];
	uint64_t seed = 1;

	(void)state;
	for (int run = 0; run < 40; run++) {
		weft_deque_options options = { .capacity = (size_t)run % 5 + 1 };
		size_t first = 0, end = 0, n, half;
		uint64_t v, vs[16];
		work d;

		assert_int_equal(work_init_with(&d, &options), WEFT_OK);
		weft_deque_begin_at_(&d.raw, run % 2 == 0 ? 0 : UINT64_MAX - (uint64_t)run * 10);
		for (int i = 0; i < 20000; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			switch (seed >> 33 & 7) {
			case 0:
			case 1:
			case 2:
				assert_true(work_push(&d, seed));
				known[end++] = seed;
				break;
			case 3:
			case 4:
				assert_int_equal(work_pop(&d, &v), first != end);
				if (first != end)
					assert_int_equal(v, known[--end]);
				break;
			case 5:
				assert_int_equal(work_steal(&d, &v),
				    first != end ? WEFT_OK : WEFT_EMPTY);
				if (first != end)
					assert_int_equal(v, known[first++]);
				break;
			case 6:
				half = (end - first + 1) / 2;
				n = work_steal_n(&d, vs, seed >> 40 & 15);
				assert_int_equal(n,
				    half < (seed >> 40 & 15) ? half : seed >> 40 & 15);
				for (size_t k = 0; k < n; k++)
					assert_int_equal(vs[k], known[first++]);
				break;
			default:
				assert_int_equal(work_len(&d), end - first);
				assert_int_equal(work_is_empty(&d), first == end);
			}
		}
		work_fini(&d);
	}
}

static void
test_invalid(void **state)
{
	static const weft_type none = { "none", 0, 1, NULL }, large = { "large", 65, 1, NULL };
	static const weft_type odd = { "odd", 8, 3, NULL }, far = { "far", 64, 128, NULL };
	static const weft_type zero = { "zero", 8, 0, NULL }, fine = { "fine", 8, 8, NULL };
	weft_deque_options huge = { .capacity = SIZE_MAX },
			   large_one = { .capacity = SIZE_MAX / 16 };
	weft_deque d;

	(void)state;
	assert_int_equal(weft_deque_init(&d, &none), WEFT_INVALID);
	assert_int_equal(weft_deque_init(&d, &large), WEFT_INVALID);
	assert_int_equal(weft_deque_init(&d, &odd), WEFT_INVALID);
	assert_int_equal(weft_deque_init(&d, &zero), WEFT_INVALID);
	assert_int_equal(weft_deque_init(&d, &far), WEFT_INVALID);
	assert_int_equal(weft_deque_init_with(&d, &fine, &huge), WEFT_INVALID);
	assert_int_equal(weft_deque_init_with(&d, &fine, &large_one), WEFT_INVALID);
}

static void
test_no_memory_for_init(void **state)
{
	(void)state;
	for (long fail = 0;; fail++) {
		struct test_memory memory = { 0, fail, 0, false };
		weft_allocator own = test_allocator(&memory);
		weft_deque_options options = { .allocator = &own };
		work d;
		weft_status s = work_init_with(&d, &options);

		if (s == WEFT_OK) {
			work_fini(&d);
			assert_int_equal(memory.out, 0);
			assert_true(fail >= 2);
			return;
		}
		assert_int_equal(s, WEFT_NO_MEMORY);
		assert_int_equal(memory.out, 0);
	}
}

static void
test_no_memory_to_grow(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator own = test_allocator(&memory);
	weft_deque_options options = { .capacity = 4, .allocator = &own };
	uint64_t v = 0, pushed = 0;
	work d;

	(void)state;
	assert_int_equal(work_init_with(&d, &options), WEFT_OK);
	for (size_t capacity = 4; capacity <= 256; capacity *= 2) {
		while (work_len(&d) < capacity)
			assert_true(work_push(&d, pushed++));
		memory.fail_at = memory.calls;
		memory.and_later = true;
		assert_false(work_push(&d, 99));
		assert_false(work_push(&d, 99));
		assert_int_equal(work_len(&d), capacity);
		/* All else goes on, and so does push where a place comes free. */
		assert_true(work_pop(&d, &v));
		assert_int_equal(v, pushed - 1);
		assert_true(work_push(&d, v));
		assert_false(work_push(&d, 99));
		memory.fail_at = -1;
		memory.and_later = false;
		assert_true(work_push(&d, pushed++));
	}
	for (uint64_t i = 0; i < pushed; i++) {
		assert_int_equal(work_steal(&d, &v), WEFT_OK);
		assert_int_equal(v, i);
	}
	work_fini(&d);
	assert_int_equal(memory.out, 0);
}

/* An allocator that adds up what is out. */
static size_t bytes_out;

static void *
bytes_alloc(size_t size, size_t align, void *ctx)
{
	(void)align;
	(void)ctx;
	bytes_out += size;
	return malloc(size);
}

static void
bytes_free(void *p, size_t size, size_t align, void *ctx)
{
	(void)align;
	(void)ctx;
	bytes_out -= size;
	free(p);
}

static void
test_what_is_outgrown_is_less_than_what_is_used(void **state)
{
	weft_allocator own = { .alloc = bytes_alloc, .free = bytes_free };
	weft_deque_options options = { .capacity = 64, .allocator = &own };
	size_t before, slots = 64 * sizeof(uint64_t);
	work d;

	(void)state;
	assert_int_equal(work_init_with(&d, &options), WEFT_OK);
	before = bytes_out - slots;
	for (uint64_t i = 0; i < 100000; i++) {
		assert_true(work_push(&d, i));
		while (slots < (i + 1) * sizeof(uint64_t))
			slots *= 2;
		/* Each buffer has a line of its own before its slots. */
		assert_true(bytes_out - before < 2 * slots + (size_t)20 * 64);
	}
	work_fini(&d);
	assert_int_equal(bytes_out, 0);
}

/* Values that own something: they count their drops, and in which order these came. */
static int dropped[100], drops;

static void
token_drop(int *token)
{
	assert_true((uintptr_t)token % alignof(int) == 0);
	dropped[drops++] = *token;
}

WEFT_DEQUE(tokens, int, token_drop);

/* A drop gets its value where it may stand, however it is aligned. */
static void
line_drop(void *v)
{
	assert_true((uintptr_t)v % 64 == 0);
	dropped[drops++] = ((unsigned char *)v)[63];
}

static void
test_fini_drops_what_is_left(void **state)
{
	static const int expected[] = { 2, 3, 4, 5, 6, 7, 20, 21 };
	weft_deque_options options = { .capacity = 2 };
	weft_type line = { "line", 64, 64, line_drop };
	unsigned char wide[64] = { 0 };
	weft_deque lines;
	tokens d;
	int v;

	(void)state;
	drops = 0;
	assert_int_equal(tokens_init_with(&d, &options), WEFT_OK);
	for (int i = 1; i < 10; i++)
		assert_true(tokens_push(&d, i));
	assert_true(tokens_inject(&d, 20) && tokens_inject(&d, 21));
	assert_true(tokens_pop(&d, &v) && tokens_pop(&d, &v));
	assert_int_equal(tokens_steal(&d, &v), WEFT_OK);
	assert_int_equal(drops, 0);
	tokens_fini(&d);
	assert_int_equal(drops, WEFT_COUNT(expected));
	for (size_t i = 0; i < WEFT_COUNT(expected); i++)
		assert_int_equal(dropped[i], expected[i]);

	drops = 0;
	wide[63] = 42;
	assert_int_equal(weft_deque_init(&lines, &line), WEFT_OK);
	assert_true(weft_deque_push(&lines, wide));
	weft_deque_fini(&lines);
	assert_int_equal(drops, 1);
	assert_int_equal(dropped[0], 42);
}

static void
test_injected(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator own = test_allocator(&memory);
	weft_deque_options options = { .allocator = &own };
	uint64_t v, pushed = 0;
	work d;

	(void)state;
	assert_int_equal(work_init_with(&d, &options), WEFT_OK);
	for (uint64_t i = 0; i < 2000; i++)
		assert_true(work_inject(&d, i));
	assert_true(work_is_empty(&d));
	assert_int_equal(work_len(&d), 0);
	assert_int_equal(work_steal(&d, &v), WEFT_EMPTY);
	assert_false(work_pop(&d, &v));
	for (uint64_t i = 0; i < 2000; i++) {
		assert_true(work_pop_injected(&d, &v));
		assert_int_equal(v, i);
	}
	assert_false(work_pop_injected(&d, &v));
	/* Without memory it says so, and what was injected is there. */
	memory.fail_at = memory.calls;
	memory.and_later = true;
	while (work_inject(&d, pushed))
		pushed++;
	for (uint64_t i = 0; i < pushed; i++) {
		assert_true(work_pop_injected(&d, &v));
		assert_int_equal(v, i);
	}
	assert_false(work_pop_injected(&d, &v));
	work_fini(&d);
	assert_int_equal(memory.out, 0);
}

/* The untyped functions and the typed ones work on the same object. */
static void
test_untyped(void **state)
{
	uint64_t v = 5, vs[4];
	work d;

	(void)state;
	assert_int_equal(work_init(&d), WEFT_OK);
	assert_true(weft_deque_push(&d.raw, &v));
	v = 6;
	assert_true(weft_deque_push(&d.raw, &v));
	assert_true(weft_deque_inject(&d.raw, &v));
	assert_int_equal(weft_deque_len(&d.raw), 2);
	assert_false(weft_deque_is_empty(&d.raw));
	assert_int_equal(weft_deque_steal_n(&d.raw, vs, 4), 1);
	assert_int_equal(vs[0], 5);
	assert_true(weft_deque_pop(&d.raw, vs));
	assert_int_equal(vs[0], 6);
	assert_true(weft_deque_pop_injected(&d.raw, &v));
	assert_int_equal(weft_deque_steal(&d.raw, vs), WEFT_EMPTY);
	weft_deque_fini(&d.raw);
}

static void
fini_twice(void *arg)
{
	work d;

	(void)arg;
	assert_int_equal(work_init(&d), WEFT_OK);
	work_fini(&d);
	work_fini(&d);
}

static void
fini_of_a_copy(void *arg)
{
	work d, copy;

	(void)arg;
	assert_int_equal(work_init(&d), WEFT_OK);
	memcpy(&copy, &d, sizeof d);
	work_fini(&copy);
}

static void
inject_before_init(void *arg)
{
	static work d;

	(void)arg;
	assert_true(work_inject(&d, 1));
}

static void
pop_injected_before_init(void *arg)
{
	static work d;
	uint64_t v;

	(void)arg;
	assert_true(work_pop_injected(&d, &v));
}

static void
test_misuse(void **state)
{
	(void)state;
	assert_aborts(fini_twice, NULL, "fini of a deque");
	assert_aborts(fini_of_a_copy, NULL, "fini of a deque");
	assert_aborts(inject_before_init, NULL, "inject into a deque");
	assert_aborts(pop_injected_before_init, NULL, "pop_injected from a deque");
}

/* One owner, some thieves, and values that tell when they are torn: each comes out once. */
#define THIEVES 3
#define VALUES 60000

struct checked_value {
	uint64_t number, twice, inverse;
};
WEFT_DEQUE(checked, struct checked_value);

static struct crowd {
	checked d;
	weft_atomic_u32 seen[VALUES];
	weft_atomic_u32 over, torn;
} crowd;

static void
crowd_saw(const struct checked_value *v)
{
	if (v->number >= VALUES || v->twice != 2 * v->number || v->inverse != ~v->number)
		weft_fetch_add_relaxed(&crowd.torn, 1);
	else
		weft_fetch_add_relaxed(&crowd.seen[v->number], 1);
}

static void *
crowd_thief(void *arg)
{
	struct checked_value vs[8];
	bool in_batches = arg != NULL;
	size_t n;

	/* The last look is after the owner's last push. */
	for (bool over = false;;) {
		n = in_batches ? checked_steal_n(&crowd.d, vs, 8)
			       : checked_steal(&crowd.d, vs) == WEFT_OK;
		for (size_t i = 0; i < n; i++)
			crowd_saw(&vs[i]);
		if (n == 0 && over && checked_is_empty(&crowd.d))
			return NULL;
		over = weft_load_acquire(&crowd.over) != 0;
	}
}

static void
crowd_own(uint64_t seed)
{
	struct checked_value v;
	uint64_t next = 0;

	while (next < VALUES) {
		uint64_t burst;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		/* Mostly few, to race for the last value; at times many, so that it grows. */
		burst = seed >> 60 == 0 ? seed >> 50 & 1023 : seed >> 40 & 3;
		for (; burst > 0 && next < VALUES; burst--, next++) {
			v.number = next;
			v.twice = 2 * next;
			v.inverse = ~next;
			assert_true(checked_push(&crowd.d, v));
		}
		for (burst = seed >> 30 & 3; burst > 0; burst--)
			if (checked_pop(&crowd.d, &v))
				crowd_saw(&v);
	}
	while (checked_pop(&crowd.d, &v))
		crowd_saw(&v);
}

static void
test_each_value_once_among_thieves(void **state)
{
	weft_deque_options options = { .capacity = 1 };
	pthread_t thieves[THIEVES];

	(void)state;
	for (uint64_t round = 0; round < 4; round++) {
		memset(&crowd, 0, sizeof crowd);
		assert_int_equal(checked_init_with(&crowd.d, &options), WEFT_OK);
		for (size_t i = 0; i < THIEVES; i++)
			assert_int_equal(pthread_create(&thieves[i], NULL, crowd_thief,
					     i == 0 ? &crowd : NULL),
			    0);
		crowd_own(round + 1);
		weft_store_release(&crowd.over, 1);
		for (size_t i = 0; i < THIEVES; i++)
			assert_int_equal(pthread_join(thieves[i], NULL), 0);
		assert_int_equal(weft_load_relaxed(&crowd.torn), 0);
		for (size_t i = 0; i < VALUES; i++)
			assert_int_equal(weft_load_relaxed(&crowd.seen[i]), 1);
		checked_fini(&crowd.d);
	}
}

/* Thieves hold on to buffers that are outgrown under them, time and again. */
#define GROWN 4000

static struct growing {
	work d;
	weft_atomic_u32 seen[GROWN];
	weft_atomic_u32 over;
} growing;

static void *
growing_thief(void *arg)
{
	uint64_t v;

	(void)arg;
	for (bool over = false; !over;) {
		over = weft_load_acquire(&growing.over) != 0;
		/* A value from nowhere counts as nothing, and one is missing in the end. */
		if (work_steal(&growing.d, &v) == WEFT_OK && v < GROWN)
			weft_fetch_add_relaxed(&growing.seen[v], 1);
		/* Slowly, so that the deque does grow. */
		for (int i = 0; i < 10; i++)
			weft_pause();
	}
	return NULL;
}

static void
test_thieves_while_it_grows(void **state)
{
	weft_deque_options options = { .capacity = 1 };
	pthread_t thieves[2];
	uint64_t v = 0;

	(void)state;
	for (int round = 0; round < 50; round++) {
		memset(&growing, 0, sizeof growing);
		assert_int_equal(work_init_with(&growing.d, &options), WEFT_OK);
		for (size_t i = 0; i < WEFT_COUNT(thieves); i++)
			assert_int_equal(pthread_create(&thieves[i], NULL, growing_thief, NULL), 0);
		for (uint64_t i = 0; i < GROWN; i++)
			assert_true(work_push(&growing.d, i));
		weft_store_release(&growing.over, 1);
		for (size_t i = 0; i < WEFT_COUNT(thieves); i++)
			assert_int_equal(pthread_join(thieves[i], NULL), 0);
		while (work_pop(&growing.d, &v))
			weft_fetch_add_relaxed(&growing.seen[v], 1);
		for (size_t i = 0; i < GROWN; i++)
			assert_int_equal(weft_load_relaxed(&growing.seen[i]), 1);
		work_fini(&growing.d);
	}
}

/* What the owner wrote before a push is there for the thief, without an atomic of its own. */
struct letter {
	uint64_t text[4];
};
WEFT_DEQUE(letters, struct letter *);

static void *
letter_thief(void *arg)
{
	letters *d = arg;
	struct letter *letter;

	for (uint64_t got = 0; got < 20000;)
		if (letters_steal(d, &letter) == WEFT_OK) {
			if (letter->text[0] != got || letter->text[3] != ~got)
				return arg;
			got++;
		}
	return NULL;
}

static void
test_a_push_happens_before_its_steal(void **state)
{
	static struct letter all[20000];
	letters d;
	pthread_t thief;
	void *wrong;

	(void)state;
	assert_int_equal(letters_init(&d), WEFT_OK);
	assert_int_equal(pthread_create(&thief, NULL, letter_thief, &d), 0);
	for (uint64_t i = 0; i < WEFT_COUNT(all); i++) {
		all[i].text[0] = i;
		all[i].text[3] = ~i;
		assert_true(letters_push(&d, &all[i]));
	}
	assert_int_equal(pthread_join(thief, &wrong), 0);
	assert_null(wrong);
	letters_fini(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_owner_newest_thief_oldest),
		cmocka_unit_test(test_empty_leaves_the_value),
		cmocka_unit_test(test_steal_n_takes_at_most_half),
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_typed_sizes_and_alignments),
		cmocka_unit_test(test_growth_at_each_place),
		cmocka_unit_test(test_capacity_is_used_up_before_growth),
		cmocka_unit_test(test_random_calls_against_an_array),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_no_memory_for_init),
		cmocka_unit_test(test_no_memory_to_grow),
		cmocka_unit_test(test_what_is_outgrown_is_less_than_what_is_used),
		cmocka_unit_test(test_fini_drops_what_is_left),
		cmocka_unit_test(test_injected),
		cmocka_unit_test(test_untyped),
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_each_value_once_among_thieves),
		cmocka_unit_test(test_thieves_while_it_grows),
		cmocka_unit_test(test_a_push_happens_before_its_steal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
