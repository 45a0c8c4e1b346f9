/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_alloc.c: one way to memory, another's if the program says so, and its account. */
#include <weft/alloc.h>

#include "base/memory.h"
#include "test.h"

static void
the_account_is_kept(void **state)
{
	weft_alloc_stats before = weft_alloc_usage(), during, after;
	unsigned char *p = weft_alloc(1000, 1), *q = weft_alloc(24, 4096);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	assert_int_equal((uintptr_t)q % 4096, 0);
	memset(p, 1, 1000);
	memset(q, 1, 24);
	during = weft_alloc_usage();
	assert_int_equal(during.bytes - before.bytes, 1024);
	assert_int_equal(during.blocks - before.blocks, 2);
	assert_true(during.peak_bytes >= during.bytes);
	weft_free(p, 1000, 1);
	weft_free(q, 24, 4096);
	weft_free(NULL, 24, 8);
	after = weft_alloc_usage();
	assert_int_equal(after.bytes, before.bytes);
	assert_int_equal(after.blocks, before.blocks);
	assert_int_equal(after.peak_bytes, during.peak_bytes);
}

static void
what_cannot_be_is_null(void **state)
{
	size_t before = weft_alloc_usage().blocks;

	(void)state;
	assert_null(weft_alloc(SIZE_MAX, 4096));
	assert_null(weft_memory_pages_(NULL, SIZE_MAX));
	assert_int_equal(weft_alloc_usage().blocks, before);
}

static void
alloc_nothing(void *arg)
{
	(void)arg;
	assert_null(weft_alloc(0, 8));
}

static void
alloc_crooked(void *arg)
{
	(void)arg;
	assert_null(weft_alloc(8, 24));
}

static void
set_half(void *arg)
{
	weft_allocator half = *(weft_allocator *)arg;

	half.page_alloc = (void *(*)(size_t, void *))abort;
	if (weft_set_allocator(&half))
		exit(1);
}

static void
misuse_is_said(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator whole = test_allocator(&memory);

	(void)state;
	assert_aborts(alloc_nothing, NULL, "weft_alloc: size is at least 1");
	assert_aborts(alloc_crooked, NULL, "weft_alloc: size is at least 1, align a power of two");
	assert_aborts(set_half, &whole,
	    "weft_set_allocator: give an allocator with alloc and free");
}

static void
pages_are_zeroed(void **state)
{
	size_t size = WEFT_PAGE + 1, before = weft_alloc_usage().bytes;
	unsigned char *p = weft_memory_pages_(NULL, size);

	(void)state;
	assert_non_null(p);
	assert_int_equal(weft_alloc_usage().bytes - before, 2 * WEFT_PAGE);
	for (size_t i = 0; i < 2 * WEFT_PAGE; i++)
		assert_int_equal(p[i], 0);
	memset(p, 1, size);
	if (weft_memory_pages_discard_(NULL, p, size))
		for (size_t i = 0; i < 2 * WEFT_PAGE; i++)
			assert_int_equal(p[i], 0);
	weft_memory_pages_free_(NULL, p, size);
	assert_int_equal(weft_alloc_usage().bytes, before);
}

static unsigned pages_asked, pages_given_back, pages_discarded;

static void *
own_pages(size_t size, void *ctx)
{
	(void)ctx;
	assert_int_equal(size % WEFT_PAGE, 0);
	pages_asked++;
	return aligned_alloc(WEFT_PAGE, size);
}

static void
own_pages_free(void *p, size_t size, void *ctx)
{
	(void)ctx;
	(void)size;
	pages_given_back++;
	free(p);
}

static bool
own_pages_discard(void *p, size_t size, void *ctx)
{
	(void)ctx;
	(void)p;
	(void)size;
	pages_discarded++;
	return false;
}

static void
an_object_may_have_its_own(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator own = test_allocator(&memory);
	void *p;

	(void)state;
	own.page_alloc = own_pages;
	own.page_free = own_pages_free;
	own.page_discard = own_pages_discard;
	assert_true(weft_memory_is_whole_(&own));
	p = weft_memory_alloc_(&own, 10, 8);
	assert_non_null(p);
	assert_int_equal(memory.out, 1);
	weft_memory_free_(&own, p, 10, 8);
	assert_int_equal(memory.out, 0);

	p = weft_memory_pages_(&own, 10);
	assert_non_null(p);
	assert_false(weft_memory_pages_discard_(&own, p, 10));
	weft_memory_pages_free_(&own, p, 10);
	assert_true(pages_asked == 1 && pages_given_back == 1 && pages_discarded == 1);
}

/* The last test: from here on the process has another allocator. */
static void
a_program_may_set_it_while_nothing_is_held(void **state)
{
	static struct test_memory memory = TEST_MEMORY;
	weft_allocator all = test_allocator(&memory);
	void *p = weft_alloc(8, 8);

	(void)state;
	assert_non_null(p);
	assert_false(weft_set_allocator(&all));
	weft_free(p, 8, 8);
	assert_int_equal(memory.calls, 0);

	assert_true(weft_set_allocator(&all));
	p = weft_alloc(8, 8);
	assert_non_null(p);
	assert_int_equal(memory.out, 1);
	weft_free(p, 8, 8);
	assert_int_equal(memory.out, 0);
	memory.fail_at = memory.calls;
	assert_null(weft_alloc(8, 8));
	assert_int_equal(weft_alloc_usage().blocks, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_account_is_kept),
		cmocka_unit_test(what_cannot_be_is_null),
		cmocka_unit_test(misuse_is_said),
		cmocka_unit_test(pages_are_zeroed),
		cmocka_unit_test(an_object_may_have_its_own),
		cmocka_unit_test(a_program_may_set_it_while_nothing_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
