/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_programs.c: small programs of many threads: carried, sieved, played to and fro. */
#include <stdlib.h>

#include "flavours.h"

/*
 * Many to many: each value arrives once, and those of one sender in order at any one receiver.
 * A note in plain memory is written before the send and read after the receive.
 */
#define CARRIED 400
#define SENDERS 3

struct carry {
	numbers *c;
	uint32_t note[SENDERS][CARRIED];
	weft_atomic_u32 seen[SENDERS][CARRIED];
};

static void
carry_out(task *t)
{
	struct carry *x = t->more;
	uint64_t vs[4];

	for (uint64_t i = 0; i < CARRIED;) {
		size_t n = i % 5 == 0 && i + 4 <= CARRIED ? 4 : 1;

		for (size_t k = 0; k < n; k++) {
			x->note[t->n][i + k] = (uint32_t)(i + k + 1);
			vs[k] = t->n << 32 | (i + k);
		}
		if (n == 4) {
			REQUIRE(numbers_send_n(x->c, vs, n) == n);
		} else if (i % 3 == 0) {
			weft_arm arm = numbers_send_arm(x->c, vs);

			REQUIRE(weft_select(&arm, 1) == 0 && arm.status == WEFT_OK);
		} else {
			REQUIRE(numbers_send(x->c, vs[0]) == WEFT_OK);
		}
		i += n;
	}
	numbers_leave(x->c, WEFT_SENDER);
}

static void
carry_in(task *t)
{
	struct carry *x = t->more;
	uint64_t next[SENDERS] = { 0 }, vs[4];

	for (unsigned call = 0;; call++) {
		size_t n;

		if (call % 3 == 0) {
			n = numbers_recv_n(x->c, vs, 4);
		} else if (call % 3 == 1) {
			weft_arm arm = numbers_recv_arm(x->c, vs);

			REQUIRE(weft_select(&arm, 1) == 0);
			n = arm.status == WEFT_OK;
		} else {
			n = numbers_recv(x->c, vs) == WEFT_OK;
		}
		for (size_t k = 0; k < n; k++) {
			uint64_t from = vs[k] >> 32, i = vs[k] & UINT32_MAX;

			REQUIRE(from < SENDERS && i < CARRIED && i >= next[from]);
			next[from] = i + 1;
			REQUIRE(x->note[from][i] == i + 1);
			REQUIRE(weft_fetch_add_seq_cst(&x->seen[from][i], 1) == 0);
		}
		t->v += n;
		if (n == 0)
			return;
	}
}

static void
carries(const flavour *f, numbers *c)
{
	static struct carry x;
	task tasks[SENDERS + 3];
	size_t senders = threads_of(f, WEFT_SENDER, SENDERS);
	size_t all = senders + threads_of(f, WEFT_RECEIVER, 3);
	uint64_t got = 0;

	memset(&x, 0, sizeof x);
	x.c = c;
	for (size_t i = 0; i < senders; i++)
		numbers_join(c, WEFT_SENDER);
	for (size_t i = 0; i < all; i++) {
		tasks[i] = (task){ .call = i < senders ? carry_out : carry_in, .n = i, .more = &x };
		task_start(&tasks[i]);
	}
	for (size_t i = 0; i < all; i++) {
		task_join(&tasks[i]);
		got += tasks[i].v;
	}
	assert_int_equal(got, senders * CARRIED);
}

static void
many_send_to_many_and_each_value_arrives_once_in_order(void **state)
{
	(void)state;
	on_each(carries);
}

/* To and fro. */

static void
pong(task *t)
{
	uint64_t v;

	while (numbers_recv(t->c, &v) == WEFT_OK)
		REQUIRE(numbers_send(t->more, v + 1) == WEFT_OK);
	numbers_close(t->more);
}

static void
plays(const flavour *f, numbers *c)
{
	numbers *back = flavour_open(f);
	task t = { .call = pong, .c = c, .more = back };
	uint64_t v;

	task_start(&t);
	for (uint64_t i = 0; i < 300; i++) {
		assert_int_equal(numbers_send(c, i), WEFT_OK);
		assert_int_equal(numbers_recv(back, &v), WEFT_OK);
		assert_int_equal(v, i + 1);
	}
	numbers_close(c);
	assert_int_equal(numbers_recv(back, &v), WEFT_CLOSED);
	task_join(&t);
	flavour_close(back);
}

static void
two_threads_play_to_and_fro(void **state)
{
	(void)state;
	on_each(plays);
}

/* The sieve: a thread for each prime, which lets the multiples of its prime fall. */

#define PRIMES (TEST_IS_SLOW ? 20 : 50)

static void
filter(task *t)
{
	uint64_t v;

	while (numbers_recv(t->c, &v) == WEFT_OK)
		if (v % t->v != 0 && numbers_send(t->more, v) != WEFT_OK)
			break;
	/* Whoever stands before it ends, too. */
	numbers_close(t->c);
	numbers_close(t->more);
}

static void
count_up(task *t)
{
	for (uint64_t v = 2; numbers_send(t->c, v) == WEFT_OK; v++)
		;
}

static void
sieves(const flavour *f, numbers *c)
{
	static task tasks[PRIMES + 1];
	numbers *chain[PRIMES + 1] = { c };
	uint64_t v = 0, prime = 1;

	tasks[PRIMES] = (task){ .call = count_up, .c = c };
	if (is_unbounded(f))
		return;
	task_start(&tasks[PRIMES]);
	for (size_t i = 0; i < PRIMES; i++) {
		assert_int_equal(numbers_recv(chain[i], &v), WEFT_OK);
		for (uint64_t d = 2; d * d <= v; d++)
			assert_int_not_equal(v % d, 0);
		assert_true(v > prime);
		prime = v;
		chain[i + 1] = flavour_open(f);
		tasks[i] = (task){ .call = filter, .c = chain[i], .v = v, .more = chain[i + 1] };
		task_start(&tasks[i]);
	}
	assert_int_equal(prime, PRIMES == 50 ? 229 : 71);
	numbers_close(chain[PRIMES]);
	for (size_t i = PRIMES + 1; i-- > 0;)
		task_join(&tasks[i]);
	for (size_t i = 1; i <= PRIMES; i++)
		flavour_close(chain[i]);
}

static void
a_chain_of_threads_sieves_primes(void **state)
{
	(void)state;
	on_some(sieves);
}

/*
 * The matrix: every thread selects over all channels, sends and receives by turns as it
 * comes, until each has sent its share; then what is left is received.
 */
#define SIDE 4

struct matrix {
	numbers *c[SIDE];
	weft_atomic_u64 sent, received, left;
};

static void
in_matrix(task *t)
{
	struct matrix *x = t->more;
	uint64_t out = t->n, in, share = (uint64_t)test_scale(400);
	weft_arm arms[2 * SIDE];

	for (size_t i = 0; i < SIDE; i++) {
		arms[i] = numbers_send_arm(x->c[i], &out);
		arms[i + SIDE] = numbers_recv_arm(x->c[i], &in);
	}
	for (int won; (won = weft_select(arms, 2 * SIDE)) >= 0;) {
		if (arms[won].status != WEFT_OK)
			continue;
		if (won >= SIDE) {
			weft_fetch_add_seq_cst(&x->received, in);
			continue;
		}
		weft_fetch_add_seq_cst(&x->sent, out);
		if (--share != 0)
			continue;
		/* Its share is sent: it only receives now; the last closes all. */
		for (size_t i = 0; i < SIDE; i++)
			weft_arm_off(&arms[i]);
		if (weft_fetch_sub_seq_cst(&x->left, 1) == 1)
			for (size_t i = 0; i < SIDE; i++)
				numbers_close(x->c[i]);
	}
}

static void
matrices(const flavour *f, numbers *c)
{
	struct matrix x = { .c = { c } };
	task tasks[SIDE];

	if (f->o.single_sender || f->o.single_receiver)
		return;
	weft_store_seq_cst(&x.left, SIDE);
	for (size_t i = 1; i < SIDE; i++)
		x.c[i] = flavour_open(f);
	for (size_t i = 0; i < SIDE; i++) {
		tasks[i] = (task){ .call = in_matrix, .n = i + 1, .more = &x };
		task_start(&tasks[i]);
	}
	for (size_t i = 0; i < SIDE; i++)
		task_join(&tasks[i]);
	assert_int_equal(weft_load_seq_cst(&x.sent), weft_load_seq_cst(&x.received));
	assert_int_equal(weft_load_seq_cst(&x.sent), (uint64_t)test_scale(400) * 10);
	for (size_t i = 1; i < SIDE; i++)
		flavour_close(x.c[i]);
}

static void
every_thread_selects_over_every_channel(void **state)
{
	(void)state;
	on_each(matrices);
}

/* A fan: one divides work among several by a channel each, and gathers what they made. */

struct worker { numbers *in, *out; };

static void
work(task *t)
{
	struct worker *w = t->more;
	uint64_t v;

	while (numbers_recv(w->in, &v) == WEFT_OK)
		REQUIRE(numbers_send(w->out, v * v) == WEFT_OK);
	numbers_close(w->out);
}

static void
fans(const flavour *f, numbers *first)
{
	struct worker w[3];
	task tasks[3];
	weft_arm arms[6];
	uint64_t next = 0, results[3], sum = 0, n = 200, wanted = (n - 1) * n * (2 * n - 1) / 6;

	for (size_t i = 0; i < 3; i++) {
		w[i] = (struct worker){ i == 0 ? first : flavour_open(f), flavour_open(f) };
		arms[i] = numbers_send_arm(w[i].in, &next);
		arms[i + 3] = numbers_recv_arm(w[i].out, &results[i]);
		tasks[i] = (task){ .call = work, .more = &w[i] };
		task_start(&tasks[i]);
	}
	for (int won; (won = weft_select(arms, 6)) >= 0;) {
		if (won >= 3) {
			sum += arms[won].status == WEFT_OK ? results[won - 3] : 0;
			continue;
		}
		if (++next < n)
			continue;
		for (size_t i = 0; i < 3; i++) {
			numbers_close(w[i].in);
			weft_arm_off(&arms[i]);
		}
	}
	assert_int_equal(sum, wanted);
	for (size_t i = 0; i < 3; i++) {
		task_join(&tasks[i]);
		flavour_close(w[i].out);
		if (i != 0)
			flavour_close(w[i].in);
	}
}

static void
one_selects_among_workers_and_gathers(void **state)
{
	(void)state;
	on_each(fans);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(many_send_to_many_and_each_value_arrives_once_in_order),
		FLAVOUR_TEST(two_threads_play_to_and_fro),
		FLAVOUR_TEST(a_chain_of_threads_sieves_primes),
		FLAVOUR_TEST(every_thread_selects_over_every_channel),
		FLAVOUR_TEST(one_selects_among_workers_and_gathers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
