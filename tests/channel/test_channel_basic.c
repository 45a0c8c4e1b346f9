/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_basic.c: what a channel promises to one thread that never waits. */
#include "flavours.h"

#define PAST weft_after_ms(-1)

static void
fill(numbers *c, uint64_t first, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(numbers_try_send(c, first + i), WEFT_OK);
}

static void
expect(numbers *c, uint64_t first, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t v = 7777777;

		assert_int_equal(numbers_try_recv(c, &v), WEFT_OK);
		assert_int_equal(v, first + i);
	}
}

/* Laps at several levels. */
static void
laps(const flavour *f, numbers *c)
{
	size_t most = places(f);

	for (size_t level = 1; level <= most; level += 1 + level) {
		uint64_t in = 0, out = 0;

		for (; in < level; in++)
			fill(c, in, 1);
		for (size_t i = 0; i < 3 * most + 5; i++) {
			expect(c, out++, 1);
			fill(c, in++, 1);
		}
		expect(c, out, level);
	}
}

static void
values_are_received_in_the_order_in_which_they_were_sent(void **state)
{
	(void)state;
	on_each(laps);
}

static void
look(const flavour *f, const numbers *c, size_t len)
{
	assert_int_equal(numbers_len(c), len);
	assert_int_equal(numbers_capacity(c), f->o.capacity);
	assert_int_equal(numbers_is_empty(c), len == 0);
	if (f->o.lanes <= 1)
		assert_int_equal(numbers_is_full(c), len == f->o.capacity);
	assert_false(numbers_is_closed(c));
}

static void
to_the_brim(const flavour *f, numbers *c)
{
	size_t most = places(f);
	uint64_t v = 99;

	for (int round = 0; round < 4; round++) {
		for (size_t i = 0; i < most; i++) {
			look(f, c, i);
			fill(c, i, 1);
		}
		look(f, c, most);
		if (!is_unbounded(f)) {
			assert_int_equal(numbers_try_send(c, 1), WEFT_FULL);
			assert_int_equal(numbers_try_send(c, 1), WEFT_FULL);
		}
		for (size_t i = 0; i < most; i++) {
			look(f, c, most - i);
			expect(c, i, 1);
		}
		look(f, c, 0);
		assert_int_equal(numbers_try_recv(c, &v), WEFT_EMPTY);
		assert_int_equal(numbers_try_recv(c, &v), WEFT_EMPTY);
		assert_int_equal(v, 99);
	}
}

static void
a_channel_holds_its_capacity_and_no_more(void **state)
{
	(void)state;
	on_each(to_the_brim);
}

static void
past(const flavour *f, numbers *c)
{
	uint64_t v = 99;

	assert_int_equal(numbers_recv_until(c, &v, PAST), WEFT_TIMEOUT);
	assert_int_equal(numbers_recv_until(c, &v, (weft_time){ 0 }), WEFT_TIMEOUT);
	assert_int_equal(numbers_recv_n_until(c, &v, 1, PAST), 0);
	assert_int_equal(numbers_recv_n_linger(c, &v, 1, WEFT_S(9), PAST), 0);
	assert_int_equal(v, 99);
	if (!is_rendezvous(f)) {
		assert_int_equal(numbers_send_until(c, 5, PAST), WEFT_OK);
		assert_int_equal(numbers_recv_until(c, &v, PAST), WEFT_OK);
		assert_int_equal(v, 5);
	}
	fill(c, 0, places(f));
	if (is_unbounded(f))
		return;
	v = 6;
	assert_int_equal(numbers_send_until(c, v, PAST), WEFT_TIMEOUT);
	assert_int_equal(numbers_send_until(c, v, (weft_time){ INT64_MIN }), WEFT_TIMEOUT);
	assert_int_equal(numbers_send_n_until(c, &v, 1, PAST), 0);
	assert_int_equal(numbers_send_lane_until(c, f->o.lanes > 1 ? 2 : 0, v, PAST), WEFT_TIMEOUT);
	expect(c, 0, places(f));
	assert_int_equal(numbers_try_recv(c, &v), WEFT_EMPTY);
}

static void
a_deadline_that_has_passed_means_try_once(void **state)
{
	(void)state;
	on_each(past);
}

static void
failures(const flavour *f, numbers *c)
{
	size_t most = places(f);
	uint64_t v = 99;

	if (is_unbounded(f))
		return;
	fill(c, 0, most);
	assert_int_equal(numbers_try_send(c, 4000), WEFT_FULL);
	assert_int_equal(numbers_send_until(c, 4000, PAST), WEFT_TIMEOUT);
	assert_int_equal(numbers_send_until(c, 4000, weft_after_us(50)), WEFT_TIMEOUT);
	assert_int_equal(numbers_send_lane(c, 3, 4000), WEFT_INVALID);
	assert_int_equal(numbers_try_send_lane(c, 3, 4000), WEFT_INVALID);
	assert_int_equal(numbers_send_lane_until(c, UINT_MAX, 4000, PAST), WEFT_INVALID);
	numbers_close(c);
	assert_int_equal(numbers_send(c, 4000), WEFT_CLOSED);
	assert_int_equal(numbers_len(c), most);
	expect(c, 0, most);
	assert_int_equal(numbers_try_recv(c, &v), WEFT_CLOSED);
	assert_int_equal(v, 99);
	/* What was not sent is its sender's: nobody drops it. */
	assert_int_equal(weft_load_seq_cst(&drops), 0);
}

static void
a_send_that_failed_leaves_the_value_with_its_sender(void **state)
{
	(void)state;
	on_each(failures);
}

static void
peeks(const flavour *f, numbers *c)
{
	uint64_t v = 99;

	if (f->o.lock_free) {
		assert_int_equal(numbers_peek(c, &v), WEFT_INVALID);
		fill(c, 1, 1);
		assert_int_equal(numbers_peek(c, &v), WEFT_INVALID);
		return;
	}
	assert_int_equal(numbers_peek(c, &v), WEFT_EMPTY);
	for (size_t n = 1; n <= places(f) && n < 10; n++) {
		fill(c, 100, n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(numbers_peek(c, &v), WEFT_OK);
			assert_int_equal(v, 100 + i);
			assert_int_equal(numbers_peek(c, &v), WEFT_OK);
			assert_int_equal(v, 100 + i);
			assert_int_equal(numbers_len(c), n - i);
			expect(c, 100 + i, 1);
		}
		assert_int_equal(numbers_peek(c, &v), WEFT_EMPTY);
	}
	if (!is_rendezvous(f))
		fill(c, 3, 1);
	numbers_close(c);
	if (!is_rendezvous(f)) {
		assert_int_equal(numbers_peek(c, &v), WEFT_OK);
		assert_int_equal(v, 3);
		expect(c, 3, 1);
	}
	assert_int_equal(numbers_peek(c, &v), WEFT_CLOSED);
}

static void
peek_copies_the_oldest_and_leaves_it(void **state)
{
	(void)state;
	on_each(peeks);
}

static void
forces(const flavour *f, numbers *c)
{
	size_t most = places(f);
	uint64_t old = 99;
	bool had = true;

	if (f->o.single_receiver) {
		assert_int_equal(numbers_force_send(c, 1, &old, &had), WEFT_INVALID);
		return;
	}
	if (is_rendezvous(f)) {
		assert_int_equal(numbers_force_send(c, 1, &old, &had), WEFT_FULL);
		assert_true(had && old == 99);
		return;
	}
	for (size_t i = 0; i < most; i++) {
		had = true;
		assert_int_equal(numbers_force_send(c, i, &old, &had), WEFT_OK);
		assert_false(had);
	}
	assert_int_equal(old, 99);
	if (is_unbounded(f))
		return;
	/* Two laps and more: each time the oldest makes room. */
	for (size_t i = 0; i < 2 * most + 3; i++) {
		had = false;
		assert_int_equal(numbers_force_send(c, most + i, &old, &had), WEFT_OK);
		assert_true(had);
		assert_int_equal(old, i);
		assert_int_equal(numbers_len(c), most);
	}
	assert_int_equal(weft_load_seq_cst(&drops), 0);
	assert_int_equal(numbers_force_send(c, 3 * most + 3, NULL, NULL), WEFT_OK);
	assert_int_equal(weft_load_seq_cst(&drops), 1);
	assert_int_equal(weft_load_seq_cst(&drops_of[2 * most + 3]), 1);
	expect(c, 2 * most + 4, most);
	assert_int_equal(numbers_try_recv(c, &old), WEFT_EMPTY);
	numbers_close(c);
	had = true;
	assert_int_equal(numbers_force_send(c, 1, &old, &had), WEFT_CLOSED);
	assert_true(had);
}

static void
force_send_hands_back_the_oldest_when_full(void **state)
{
	(void)state;
	on_each(forces);
}

struct seen { uint64_t next; };

static void
see(uint64_t *v, void *ctx)
{
	struct seen *s = ctx;

	assert_int_equal(*v, s->next++);
}

static void
see_untyped(void *v, void *ctx)
{
	see(v, ctx);
}

static void
drains(const flavour *f, numbers *c)
{
	struct seen s = { 0 };
	uint64_t spare;

	assert_int_equal(numbers_drain(c, see, &s), 0);
	fill(c, 0, places(f));
	assert_int_equal(numbers_drain(c, see, &s), places(f));
	assert_int_equal(s.next, places(f));
	fill(c, s.next, places(f));
	assert_int_equal(weft_channel_drain(&c->raw, &spare, see_untyped, &s), places(f));
	assert_int_equal(s.next, 2 * places(f));
	assert_true(numbers_is_empty(c));
	assert_int_equal(weft_load_seq_cst(&drops), 0);
}

static void
drain_hands_over_what_is_there(void **state)
{
	(void)state;
	on_each(drains);
}

static void
leftovers(const flavour *f, numbers *unused)
{
	size_t most = places(f);
	numbers *c;

	(void)unused;
	for (size_t taken = 0; taken <= most; taken += 1 + most / 3) {
		forget_drops();
		c = flavour_open(f);
		fill(c, 0, most);
		expect(c, 0, taken);
		fill(c, most, is_unbounded(f) ? 3 : taken);
		flavour_close(c);
		for (size_t i = 0; i < taken; i++)
			assert_int_equal(weft_load_seq_cst(&drops_of[i]), 0);
		for (size_t i = taken; i < most + (is_unbounded(f) ? 3 : taken); i++)
			assert_int_equal(weft_load_seq_cst(&drops_of[i]), 1);
	}
}

static void
fini_drops_each_value_that_is_left_once(void **state)
{
	(void)state;
	on_each(leftovers);
}

/* The untyped functions, by values of any size. */

static const size_t sizes[][2] = { { 1, 1 }, { 3, 1 }, { 4096, 8 }, { 64, 64 }, { 192, 64 },
	{ 24, 8 } };
static size_t size_now, align_now;

static void
size_drop(void *v)
{
	assert_int_equal((uintptr_t)v % align_now, 0);
	weft_fetch_add_seq_cst(&drops, 1);
}

static void
set_value(unsigned char *v, uint64_t n)
{
	for (size_t i = 0; i < size_now; i++)
		v[i] = (unsigned char)(n * 31 + i * 7 + (n >> 8));
}

static void
untyped(const flavour *f, size_t i)
{
	weft_type type = { "bytes", sizes[i][0], sizes[i][1], size_drop };
	alignas(64) static unsigned char a[4096 * 2], b[4096 * 2];
	weft_channel c;
	size_t most = places(f) < 40 ? places(f) : 40;

	size_now = type.size;
	align_now = type.align;
	assert_int_equal(weft_channel_init_with(&c, &type, &f->o), WEFT_OK);
	for (uint64_t in = 0, out = 0; out < 90 && most != 0;) {
		for (; in < out + most; in++) {
			set_value(a, in);
			assert_int_equal(in % 3 == 0 ? weft_channel_try_send(&c, a)
			    : in % 3 == 1 ? weft_channel_send(&c, a)
					  : weft_channel_send_until(&c, a, PAST), WEFT_OK);
		}
		for (size_t n = 0; n < (most + 1) / 2; n++, out++) {
			set_value(a, out);
			assert_int_equal(out % 3 == 0 ? weft_channel_try_recv(&c, b)
			    : out % 3 == 1 ? weft_channel_recv(&c, b)
					   : weft_channel_recv_until(&c, b, PAST), WEFT_OK);
			assert_memory_equal(a, b, type.size);
		}
	}
	assert_int_equal(weft_channel_capacity(&c), f->o.capacity);
	weft_store_seq_cst(&drops, 0);
	most = weft_channel_len(&c);
	weft_channel_fini(&c);
	assert_int_equal(weft_load_seq_cst(&drops), most);
}

static void
all_sizes(const flavour *f, numbers *unused)
{
	(void)unused;
	for (size_t i = 0; i < WEFT_COUNT(sizes) && f->start == 0; i++)
		untyped(f, i);
}

static void
values_of_any_size_and_alignment_are_copied_whole(void **state)
{
	(void)state;
	on_each(all_sizes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(values_are_received_in_the_order_in_which_they_were_sent),
		FLAVOUR_TEST(a_channel_holds_its_capacity_and_no_more),
		FLAVOUR_TEST(a_deadline_that_has_passed_means_try_once),
		FLAVOUR_TEST(a_send_that_failed_leaves_the_value_with_its_sender),
		FLAVOUR_TEST(peek_copies_the_oldest_and_leaves_it),
		FLAVOUR_TEST(force_send_hands_back_the_oldest_when_full),
		FLAVOUR_TEST(drain_hands_over_what_is_there),
		FLAVOUR_TEST(fini_drops_each_value_that_is_left_once),
		FLAVOUR_TEST(values_of_any_size_and_alignment_are_copied_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
