/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_join.c: forks and joins, on the process's pool and on others, by many callers. */
#include <weft/pool.h>

#include <pthread.h>

#include "test.h"

/* A tree of calls, of which each number of a run depends on every node. */
struct node {
	uint64_t seed, sum;
	int depth;
};

static void node_run(struct node *n);
WEFT_TASK(node, struct node, node_run);

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdull;
	return x ^ x >> 29;
}

static unsigned
children(const struct node *n, struct node child[4])
{
	uint64_t bits = mix(n->seed + 1);
	unsigned count = n->depth == 0 ? 0 : 1 + bits % 4;

	for (unsigned i = 0; i < count; i++) {
		child[i] = (struct node){ .seed = mix(n->seed * 5 + i + 1), .depth = n->depth - 1 };
		if (child[i].depth > 0 && (bits >> (8 + i)) % 2 != 0)
			child[i].depth--;
	}
	return count;
}

static void
node_run(struct node *n)
{
	struct node child[4];
	weft_fork fork[4];
	unsigned count = children(n, child);

	n->sum = mix(n->seed);
	for (unsigned i = 0; i < count; i++)
		fork[i] = node_fork(&child[i]);
	for (unsigned i = count; i-- > 0;) {
		node_unfork(fork[i], &child[i]);
		n->sum += child[i].sum;
	}
}

static uint64_t
serial_sum(const struct node *n)
{
	struct node child[4];
	unsigned count = children(n, child);
	uint64_t sum = mix(n->seed);

	for (unsigned i = 0; i < count; i++)
		sum += serial_sum(&child[i]);
	return sum;
}

static void
run_node(void *node)
{
	node_run(node);
}

static void
a_tree_of_forks_is_done_once(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < (uint64_t)test_scale(80); seed++) {
		struct node n = { .seed = seed, .depth = 10 };

		node_run(&n);
		assert_int_equal(n.sum, serial_sum(&n));
	}
}

static void
join_runs_both(void **state)
{
	struct node a = { .seed = 1, .depth = 8 }, b = { .seed = 2, .depth = 8 };
	struct node c = a, d = b;

	(void)state;
	node_join(&a, &b);
	weft_join(run_node, &c, run_node, &d);
	assert_int_equal(a.sum, serial_sum(&a));
	assert_int_equal(b.sum, serial_sum(&b));
	assert_int_equal(c.sum, a.sum);
	assert_int_equal(d.sum, b.sum);
}

static void *
call_often(void *pool)
{
	for (uint64_t seed = 0; seed < (uint64_t)test_scale(40); seed++) {
		struct node n = { .seed = seed, .depth = 9 };

		if (pool != NULL && seed % 2 == 0)
			weft_pool_run(pool, run_node, &n);
		else
			node_run(&n);
		assert_int_equal(n.sum, serial_sum(&n));
	}
	return NULL;
}

static void
many_callers_share_pools(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 4; threads++) {
		weft_pool_options options = { .threads = threads };
		weft_pool *pool = weft_pool_new(&options);
		pthread_t caller[4];

		assert_non_null(pool);
		assert_int_equal(weft_pool_threads(pool), threads);
		for (int i = 0; i < 4; i++)
			assert_int_equal(pthread_create(&caller[i], NULL, call_often, pool), 0);
		for (int i = 0; i < 4; i++)
			pthread_join(caller[i], NULL);
		weft_pool_free(pool);
	}
}

/* How deep forks go before they come to the end of a worker's array. */
static void
go_down(void *depth)
{
	int *left = depth;

	if (--*left > 0) {
		weft_fork f = weft_fork_begin_(go_down, left);

		/* Nobody may take it meanwhile: all of them share the count. */
		if (weft_fork_end_(f))
			go_down(left);
	}
}

static void
forks_deeper_than_the_array_are_not_offered(void **state)
{
	weft_fork f[5000];
	int one[5000];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		one[i] = 1;
		f[i] = weft_fork_begin_(go_down, &one[i]);
	}
	for (int i = 5000; i-- > 0;) {
		if (weft_fork_end_(f[i]))
			go_down(&one[i]);
		assert_int_equal(one[i], 0);
	}
}

static void
note_where(void *pool)
{
	*(weft_pool **)pool = weft_pool_current();
}

static void
a_call_knows_its_pool(void **state)
{
	weft_pool_options options = { .threads = 2, .name = "own" };
	weft_pool *own = weft_pool_new(&options), *seen = NULL;

	(void)state;
	assert_ptr_not_equal(weft_pool_current(), own);
	weft_pool_run(own, note_where, &seen);
	assert_ptr_equal(seen, own);
	assert_ptr_not_equal(weft_pool_current(), own);
	assert_int_equal(weft_pool_worker(), -1);
	weft_pool_blocking_begin();
	weft_pool_blocking_end();
	weft_pool_free(own);
	weft_pool_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_of_forks_is_done_once),
		cmocka_unit_test(join_runs_both),
		cmocka_unit_test(many_callers_share_pools),
		cmocka_unit_test(forks_deeper_than_the_array_are_not_offered),
		cmocka_unit_test(a_call_knows_its_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
