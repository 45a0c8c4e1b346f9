/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * stress_join.c: random trees of joins over several pools, with a sum that is known.
 *
 * In each round a few callers from outside run trees, each on pools drawn anew. A node of a tree
 * forks up to three, runs a part on another pool, or blocks; its sum depends on every node below.
 * The pools are small, have few spares, and are made and freed in each round.
 */
#include "chaos_workers.h"

#include <sched.h>
#include <time.h>

#include <weft/latch.h>
#include <weft/pool.h>

#include "harness.h"

#define POOLS 2
#define CHILDREN 3

struct plan {
	unsigned callers;
	bool is_calm;              /* nobody blocks, nor goes to another pool */
	bool has_process_pool;     /* one of the pools is the process's own   */
};

struct world {
	weft_pool *pool[POOLS];
	const struct plan *plan;
	uint64_t seed;
};

struct node {
	const struct world *world;
	uint64_t seed, sum;
	int depth;
};

static void node_run(struct node *n);
WEFT_TASK(node, struct node, node_run);

static unsigned
children(const struct node *n, struct node child[CHILDREN])
{
	uint64_t bits = dice_mix(n->seed);
	unsigned count = n->depth == 0 ? 0 : 1 + bits % CHILDREN;

	for (unsigned i = 0; i < count; i++) {
		child[i] = *n;
		child[i].seed = dice_mix(n->seed + i + 1);
		child[i].depth = n->depth - 1 - (int)(n->depth > 1 && bits >> (8 + i) & 1);
	}
	return count;
}

static void
call_node(void *node)
{
	node_run(node);
}

static void
let_go(void *latch)
{
	weft_latch_done(latch);
}

static void
wait_for(void *latch)
{
	weft_latch_wait(latch);
}

/* Another is let in meanwhile; now and then it is needed. */
static void
block(uint64_t bits)
{
	struct timespec moment = { 0, 20000 };
	weft_latch latch = { 0 };

	weft_pool_blocking_begin();
	if (bits % 4 == 0)
		nanosleep(&moment, NULL);
	else
		sched_yield();
	weft_pool_blocking_end();
	weft_latch_add(&latch, 1);
	weft_join(let_go, &latch, wait_for, &latch);
}

static void
do_other_things(const struct node *n, struct node *last)
{
	uint64_t bits = dice_mix(n->seed ^ n->world->seed);

	if (!n->world->plan->is_calm && bits % 16 == 0)
		block(bits >> 4);
	if (!n->world->plan->is_calm && bits >> 8 & 1 && bits % 8 == 1)
		weft_pool_run(n->world->pool[bits >> 9 & 1], call_node, last);
	else
		node_run(last);
}

static void
node_run(struct node *n)
{
	struct node child[CHILDREN];
	weft_fork fork[CHILDREN];
	unsigned count = children(n, child);

	n->sum = dice_mix(n->seed ^ 1);
	for (unsigned i = 0; i + 1 < count; i++)
		fork[i] = node_fork(&child[i]);
	if (count > 0) {
		do_other_things(n, &child[count - 1]);
		n->sum += child[count - 1].sum;
	}
	for (unsigned i = count; i-- > 1;) {
		node_unfork(fork[i - 1], &child[i - 1]);
		n->sum = dice_mix(n->sum + child[i - 1].sum);
	}
}

static uint64_t
serial_sum(const struct node *n)
{
	struct node child[CHILDREN];
	unsigned count = children(n, child);
	uint64_t sum = dice_mix(n->seed ^ 1);

	if (count > 0)
		sum += serial_sum(&child[count - 1]);
	for (unsigned i = count; i-- > 1;)
		sum = dice_mix(sum + serial_sum(&child[i - 1]));
	return sum;
}

static void
call(struct stress_thread *t)
{
	const struct world *w = t->ctx;
	unsigned trees = 1 + dice_below(&t->dice, 4);

	for (unsigned i = 0; i < trees; i++) {
		struct node n = { .world = w, .seed = dice_u64(&t->dice), .depth = 9 };

		weft_pool_run(w->pool[dice_below(&t->dice, POOLS)], call_node, &n);
		if (n.sum != serial_sum(&n))
			stress_fail(t->stress, "a tree has another sum than alone");
		stress_tick(t);
	}
}

static void
round_of(struct stress *s, const void *arg)
{
	struct world w = { .plan = arg, .seed = dice_u64(&s->dice) };

	for (unsigned i = 0; i < POOLS; i++) {
		weft_pool_options options = { .threads = 1 + dice_below(&s->dice, 4),
			.max_spare = 1 + dice_below(&s->dice, 4),
			.no_spare = dice_once_in(&s->dice, 4),
			.on_start = chaos_worker_begin,
			.on_exit = chaos_worker_end,
			.ctx = &w.seed };

		w.pool[i] = i == 0 && w.plan->has_process_pool ? weft_pool_current() :
		    weft_pool_new(&options);
		if (w.pool[i] == NULL)
			stress_fail(s, "no pool");
	}
	stress_run(s, w.plan->callers, call, &w);
	for (unsigned i = w.plan->has_process_pool; i < POOLS; i++)
		weft_pool_free(w.pool[i]);
	s->done += w.plan->callers;
}

static const struct plan plans[] = {
	{ .callers = 1, .is_calm = true },
	{ .callers = 3, .is_calm = true },
	{ .callers = 1 },
	{ .callers = 3 },
	{ .callers = 2, .has_process_pool = true },
};

static const struct stress_case cases[] = {
	{ "join-calm-1", round_of, &plans[0], 1 },
	{ "join-calm-3", round_of, &plans[1], 3 },
	{ "join-1", round_of, &plans[2], 1 },
	{ "join-3", round_of, &plans[3], 3 },
	{ "join-process", round_of, &plans[4], 2 },
};

int
main(int argc, char **argv)
{
	return stress_main(argc, argv, cases, sizeof cases / sizeof cases[0]);
}
