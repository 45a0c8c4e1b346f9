/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_in_place.c: values written and read where they lie, on sides declared single. */
#include <stdlib.h>

#include "flavours.h"

static bool
lends(const flavour *f, weft_role role)
{
	return (role == WEFT_SENDER ? f->o.single_sender : f->o.single_receiver) &&
	    !is_rendezvous(f) && f->o.lanes <= 1;
}

/* Fills what is given with first, first + 1, ...; how many. */
static size_t
reserve_some(numbers *c, uint64_t first, size_t want)
{
	size_t n = want;
	uint64_t *at = first % 2 == 0 ? numbers_reserve(c, &n) : numbers_try_reserve(c, &n);

	assert_non_null(at);
	assert_in_range(n, 1, want);
	for (size_t i = 0; i < n; i++)
		at[i] = first + i;
	return n;
}

static size_t
claim_some(numbers *c, uint64_t first, size_t want)
{
	size_t n = want;
	uint64_t *at = first % 2 == 0 ? numbers_claim(c, &n) : numbers_try_claim(c, &n);

	assert_non_null(at);
	assert_in_range(n, 1, want);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(at[i], first + i);
	return n;
}

static void
round_and_round(const flavour *f, numbers *c)
{
	size_t most = places(f) < 200 ? places(f) : 200;
	uint64_t in = 0, out = 0, v;

	for (size_t step = 0; step < 6 * most + 40 && most != 0; step++) {
		size_t want = 1 + step * 7 % (most + 3), n;

		if (in - out < most) {
			if (lends(f, WEFT_SENDER)) {
				n = reserve_some(c, in, want);
				/* Not all that was lent need be sent. */
				n -= step % 5 == 4 && n > 1;
				assert_int_equal(numbers_commit(c, n), WEFT_OK);
				in += n;
			} else {
				assert_int_equal(numbers_send(c, in++), WEFT_OK);
			}
		}
		assert_int_equal(numbers_len(c), in - out);
		if (step % 3 == 2)
			continue;
		if (lends(f, WEFT_RECEIVER)) {
			n = claim_some(c, out, want);
			n -= step % 4 == 3 && n > 1;
			numbers_release(c, n);
			out += n;
		} else {
			assert_int_equal(numbers_recv(c, &v), WEFT_OK);
			assert_int_equal(v, out++);
		}
	}
	while (out < in) {
		assert_int_equal(numbers_try_recv(c, &v), WEFT_OK);
		assert_int_equal(v, out++);
	}
	assert_true(numbers_is_empty(c));
}

static void
what_is_committed_is_received_in_order_round_and_round(void **state)
{
	(void)state;
	on_each(round_and_round);
}

static void
ends_of(const flavour *f, numbers *c)
{
	size_t n = 5, most = places(f);
	uint64_t v;

	if (lends(f, WEFT_RECEIVER)) {
		assert_null(numbers_try_claim(c, &n));
		assert_null(numbers_try_claim(c, NULL));
	}
	if (lends(f, WEFT_SENDER)) {
		/* None of it sent: nothing is there; and it can be lent again. */
		reserve_some(c, 2, 3);
		assert_int_equal(numbers_commit(c, 0), WEFT_OK);
		assert_true(numbers_is_empty(c));
		reserve_some(c, 4, 1);
		assert_int_equal(numbers_commit(c, 1), WEFT_OK);
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
		assert_int_equal(v, 4);
	}
	for (size_t i = 0; i < most; i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	n = 5;
	if (lends(f, WEFT_SENDER) && !is_unbounded(f)) {
		assert_null(numbers_try_reserve(c, &n));
		assert_null(numbers_try_reserve(c, NULL));
	}
	if (lends(f, WEFT_RECEIVER)) {
		/* A claim that nothing is released of: it is all there still. */
		claim_some(c, 0, 4);
		numbers_release(c, 0);
		assert_int_equal(numbers_len(c), most);
		claim_some(c, 0, 1);
		numbers_release(c, 1);
		assert_int_equal(numbers_len(c), most - 1);
	}
	numbers_close(c);
	if (lends(f, WEFT_SENDER))
		assert_null(numbers_try_reserve(c, NULL));
	while (numbers_recv(c, &v) == WEFT_OK)
		;
	if (lends(f, WEFT_RECEIVER)) {
		assert_null(numbers_claim(c, NULL));
		assert_null(numbers_try_claim(c, NULL));
	}
	assert_int_equal(weft_load_seq_cst(&drops), 0);
}

static void
a_try_finds_null_where_there_is_nothing_to_lend(void **state)
{
	(void)state;
	on_each(ends_of);
}

static void
close_between(const flavour *f, numbers *c)
{
	uint64_t *at, v;

	if (!lends(f, WEFT_SENDER))
		return;
	at = numbers_reserve(c, NULL);
	assert_non_null(at);
	*at = 4;
	assert_int_equal(numbers_commit(c, 1), WEFT_OK);
	if (f->o.capacity == 1)
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
	at = numbers_reserve(c, NULL);
	*at = 5;
	numbers_close(c);
	assert_int_equal(numbers_commit(c, 1), WEFT_CLOSED);
	/* It is the sender's still, where it is. */
	assert_int_equal(*at, 5);
	if (f->o.capacity != 1) {
		assert_int_equal(numbers_recv(c, &v), WEFT_OK);
		assert_int_equal(v, 4);
	}
	assert_int_equal(numbers_recv(c, &v), WEFT_CLOSED);
	assert_int_equal(weft_load_seq_cst(&drops), 0);
}

static void
a_commit_after_the_close_sends_nothing(void **state)
{
	(void)state;
	on_each(close_between);
}

/* Places are aligned as their type is, in a ring and in blocks. */
static void
aligned(const flavour *f, numbers *unused)
{
	static const weft_type types[] = { { "wide", 192, 64, NULL }, { "odd", 3, 1, NULL },
		{ "page", 8192, 4096, NULL } };

	(void)unused;
	for (size_t i = 0; i < WEFT_COUNT(types) && lends(f, WEFT_SENDER); i++) {
		weft_channel c;

		weft_must(weft_channel_init_with(&c, &types[i], &f->o));
		for (int k = 0; k < 3000; k++) {
			size_t n = 1 + (size_t)k % 3;
			unsigned char *at = weft_channel_reserve(&c, &n), *got;

			assert_int_equal((uintptr_t)at % types[i].align, 0);
			memset(at, k & 0xff, n * types[i].size);
			assert_int_equal(weft_channel_commit(&c, n), WEFT_OK);
			for (size_t out = 0; out < n && lends(f, WEFT_RECEIVER); out++) {
				got = weft_channel_claim(&c, NULL);
				assert_int_equal((uintptr_t)got % types[i].align, 0);
				assert_int_equal(got[0], k & 0xff);
				assert_int_equal(got[types[i].size - 1], k & 0xff);
				weft_channel_release(&c, 1);
			}
			if (weft_channel_len(&c) > 100 || weft_channel_is_full(&c))
				break;
		}
		weft_channel_fini(&c);
	}
}

static void
places_are_aligned_as_their_type(void **state)
{
	(void)state;
	on_each(aligned);
}

/* Waiting for a loan, and loans that others wait for. */

static void
claim_one(task *t)
{
	uint64_t *at = numbers_claim(t->c, NULL);

	t->s = at == NULL ? WEFT_CLOSED : WEFT_OK;
	if (at == NULL)
		return;
	t->v = *at;
	numbers_release(t->c, 1);
}

static void
reserve_one(task *t)
{
	uint64_t *at = numbers_reserve(t->c, NULL);

	t->s = at == NULL ? WEFT_CLOSED : WEFT_OK;
	if (at == NULL)
		return;
	*at = t->v;
	t->s = numbers_commit(t->c, 1);
}

static void
claims_wait(const flavour *f, numbers *c)
{
	void (*const calls[])(task *) = { claim_one, task_recv };

	for (int closes = 0; closes < 2; closes++) {
		task t = { .call = calls[!lends(f, WEFT_RECEIVER)], .c = c };
		uint64_t mark = sleep_mark();

		task_start(&t);
		until_asleep(mark, 1);
		assert_false(task_is_done(&t));
		if (closes != 0) {
			numbers_close(c);
		} else if (lends(f, WEFT_SENDER)) {
			*numbers_reserve(c, NULL) = 9;
			assert_int_equal(numbers_commit(c, 1), WEFT_OK);
		} else {
			assert_int_equal(numbers_send(c, 9), WEFT_OK);
		}
		task_join(&t);
		assert_int_equal(t.s, closes != 0 ? WEFT_CLOSED : WEFT_OK);
		assert_int_equal(t.v, closes != 0 ? 0 : 9);
	}
}

static void
reserves_wait(const flavour *f, numbers *c)
{
	uint64_t v;

	if (!lends(f, WEFT_SENDER) || is_unbounded(f))
		return;
	for (size_t i = 0; i < places(f); i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	for (int closes = 0; closes < 2; closes++) {
		task t = { .call = reserve_one, .c = c, .v = 77 };
		uint64_t mark = sleep_mark();

		task_start(&t);
		until_asleep(mark, 1);
		assert_false(task_is_done(&t));
		if (closes != 0) {
			numbers_close(c);
		} else if (lends(f, WEFT_RECEIVER)) {
			assert_non_null(numbers_claim(c, NULL));
			numbers_release(c, 1);
		} else {
			assert_int_equal(numbers_recv(c, &v), WEFT_OK);
		}
		task_join(&t);
		assert_int_equal(t.s, closes != 0 ? WEFT_CLOSED : WEFT_OK);
	}
	assert_int_equal(numbers_len(c), places(f));
}

static void
loans_wait_and_end_the_waits_of_others(void **state)
{
	(void)state;
	on_each(claims_wait);
	on_each(reserves_wait);
}

/* A stream in place between two threads. */

#define STREAM 20000

static void
stream_out(task *t)
{
	for (uint64_t i = 0; i < STREAM;) {
		size_t n = 1 + i % 7;
		uint64_t *at = numbers_reserve(t->c, &n);

		REQUIRE(at != NULL);
		n = n < STREAM - i ? n : STREAM - i;
		for (size_t k = 0; k < n; k++)
			at[k] = i + k;
		REQUIRE(numbers_commit(t->c, n) == WEFT_OK);
		i += n;
	}
	numbers_close(t->c);
}

static void
stream(const flavour *f, numbers *c)
{
	task t = { .call = stream_out, .c = c };
	uint64_t next = 0;

	if (!lends(f, WEFT_SENDER) || !lends(f, WEFT_RECEIVER))
		return;
	task_start(&t);
	for (size_t n = 5;; n = 1 + next % 11) {
		const uint64_t *at = numbers_claim(c, &n);

		if (at == NULL)
			break;
		for (size_t k = 0; k < n; k++)
			assert_int_equal(at[k], next++);
		numbers_release(c, n);
	}
	task_join(&t);
	assert_int_equal(next, STREAM);
}

static void
a_stream_in_place_arrives_whole(void **state)
{
	(void)state;
	on_each(stream);
}

/* Misuse. */

static void
open_kind(numbers *c, bool single, size_t capacity, unsigned lanes)
{
	weft_channel_options o = { .capacity = capacity, .lanes = lanes, .single_sender = single,
		.single_receiver = single };

	weft_must(numbers_init_with(c, &o));
}

static void
use_of_plain(void *arg)
{
	numbers c;

	open_kind(&c, false, 8, 1);
	if (*(int *)arg == 0)
		(void)!numbers_reserve(&c, NULL);
	else if (*(int *)arg == 1)
		(void)!numbers_claim(&c, NULL);
	else if (*(int *)arg == 2)
		weft_ignore(numbers_commit(&c, 0));
	else
		numbers_release(&c, 0);
}

static void
reserve_of(void *arg)
{
	numbers c;

	open_kind(&c, true, *(int *)arg == 0 ? 0 : 8, *(int *)arg == 0 ? 1 : 2);
	(void)!numbers_reserve(&c, NULL);
}

static void
too_much(void *arg)
{
	numbers c;
	size_t n = *(int *)arg == 2 ? 0 : 2;

	open_kind(&c, true, 8, 1);
	(void)!numbers_reserve(&c, &n);
	weft_ignore(numbers_commit(&c, *(int *)arg == 0 ? 3 : 2));
	n = 1;
	(void)!numbers_claim(&c, &n);
	numbers_release(&c, 2);
}

static void
commit_twice(void *arg)
{
	numbers c;

	(void)arg;
	open_kind(&c, true, 8, 1);
	(void)!numbers_reserve(&c, NULL);
	weft_ignore(numbers_commit(&c, 1));
	weft_ignore(numbers_commit(&c, 1));
}

static void
misuse_of_loans_traps(void **state)
{
	static const char *const calls[] = { "reserve in", "claim of", "commit to", "release of" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		char text[200];

		snprintf(text, sizeof text, "%s a channel: this side was not declared single: "
		    "set the option single_sender or single_receiver", calls[i]);
		assert_aborts(use_of_plain, &i, text);
	}
	for (int i = 0; i < 2; i++)
		assert_aborts(reserve_of, &i, "reserve in a channel: a rendezvous, or a channel of "
		    "lanes, has no places to lend");
	assert_aborts(too_much, &(int){ 0 }, "commit: more than was lent");
	assert_aborts(too_much, &(int){ 1 }, "release: more than was lent");
	assert_aborts(too_much, &(int){ 2 }, "reserve in a channel: asked for none: at least one");
	assert_aborts(commit_twice, NULL, "commit: more than was lent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(what_is_committed_is_received_in_order_round_and_round),
		FLAVOUR_TEST(a_try_finds_null_where_there_is_nothing_to_lend),
		FLAVOUR_TEST(a_commit_after_the_close_sends_nothing),
		FLAVOUR_TEST(places_are_aligned_as_their_type),
		FLAVOUR_TEST(loans_wait_and_end_the_waits_of_others),
		FLAVOUR_TEST(a_stream_in_place_arrives_whole),
		FLAVOUR_TEST(misuse_of_loans_traps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
