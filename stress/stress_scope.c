/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* stress_scope.c: trees of threads, failures, scopes that live long; a local that all share. */
#include "chaos.h"

#include <string.h>

#include <weft/alloc.h>
#include <weft/local.h>
#include <weft/scope.h>

#include "harness.h"

struct tally {
	uint64_t nodes, check;
};

WEFT_LOCAL(tallies, struct tally);

/* What the owners of a round share; each has scopes of its own. */
struct round {
	tallies counts;
	void (*one)(struct stress_thread *t, struct round *r);
	unsigned ops;                        /* scopes of each owner */
	weft_atomic_u64 nodes, check;        /* what the tallies should add up to */
};

/* What a thread of any scope begins with: delays of its own, and its count. */
static struct tally *
begin(struct round *r, uint64_t seed)
{
	struct tally *mine;

	chaos_begin(seed, 20);
	mine = tallies_get(&r->counts);
	if (mine == NULL)
		abort();
	mine->nodes++;
	mine->check += seed;
	return mine;
}

static void
expect(struct round *r, uint64_t nodes, uint64_t check)
{
	/* relaxed: sums, read when all are gone. */
	weft_fetch_add_relaxed(&r->nodes, nodes);
	/* relaxed: as above. */
	weft_fetch_add_relaxed(&r->check, check);
}

enum { MOST = 40 };

/* A tree: its nodes spawn the next that nobody has taken, none to three of them. */
struct tree {
	struct round *round;
	weft_scope *scope;
	weft_atomic_u32 taken;
	uint32_t size;
	struct node {
		struct tree *tree;
		uint64_t seed;
		unsigned ran;
	} nodes[MOST];
};

static weft_status node_run(struct node *n);
WEFT_THREAD(node, struct node, node_run);

static struct node *
take(struct tree *t)
{
	/* relaxed: a number that no other thread gets. */
	uint32_t i = weft_fetch_add_relaxed(&t->taken, 1);

	return i < t->size ? &t->nodes[i] : NULL;
}

static weft_status
node_run(struct node *n)
{
	struct dice dice = { n->seed };
	unsigned children = dice_below(&dice, 4);
	struct node *child;

	begin(n->tree->round, n->seed);
	n->ran++;
	for (unsigned i = 0; i < children && (child = take(n->tree)) != NULL; i++)
		if (node_spawn(n->tree->scope, child) != WEFT_OK)
			return WEFT_NO_THREADS;
	return WEFT_OK;
}

static void
one_tree(struct stress_thread *t, struct round *r)
{
	struct tree tree = { .round = r, .size = 1 + dice_below(&t->dice, MOST) };
	uint64_t ran = 0, check = 0;
	struct node *n;
	weft_status status;
	WEFT_SCOPE(s);

	tree.scope = &s;
	for (uint32_t i = 0; i < tree.size; i++)
		tree.nodes[i] = (struct node){ &tree, dice_u64(&t->dice), 0 };
	/* The owner spawns what is left, beside those who are at it. */
	while ((n = take(&tree)) != NULL) {
		if (node_spawn(&s, n) != WEFT_OK)
			stress_fail(t->stress, "there is no thread");
		if (dice_once_in(&t->dice, 8) && (status = weft_scope_join(&s)) != WEFT_OK)
			stress_fail(t->stress, "a tree: %s", weft_status_name(status));
	}
	status = weft_scope_join(&s);
	if (status != WEFT_OK)
		stress_fail(t->stress, "a tree: %s", weft_status_name(status));
	for (uint32_t i = 0; i < tree.size; i++) {
		if (tree.nodes[i].ran != 1)
			stress_fail(t->stress, "node %u ran %u times", i, tree.nodes[i].ran);
		ran++;
		check += tree.nodes[i].seed;
	}
	expect(r, ran, check);
}

/* Some fail: the first by order comes back, and some look at the token meanwhile. */
struct body {
	struct round *round;
	weft_scope *scope;
	uint64_t seed;
	weft_status status;
	bool waits;
	unsigned ran;
};

static weft_status
body_run(struct body *b)
{
	unsigned round = 0;

	begin(b->round, b->seed);
	b->ran++;
	while (b->waits && !weft_cancel_is_set(&b->scope->stop))
		weft_spin(&round);
	return b->status;
}
WEFT_THREAD(body, struct body, body_run);

static void
one_failure(struct stress_thread *t, struct round *r)
{
	uint32_t n = 1 + dice_below(&t->dice, 10), fails = dice_below(&t->dice, n);
	bool leaves = dice_once_in(&t->dice, 4);
	weft_status want = weft_user((int)fails), got = want;
	struct body b[10];
	uint64_t check = 0;

	for (uint32_t i = 0; i < n; i++) {
		b[i] = (struct body){ .round = r, .seed = dice_u64(&t->dice) };
		b[i].waits = i != fails && dice_once_in(&t->dice, 2);
		if (i >= fails && (i == fails || dice_once_in(&t->dice, 3)))
			b[i].status = weft_user((int)i);
		check += b[i].seed;
	}
	{
		WEFT_SCOPE(s);

		s.stop_on_error = true;
		for (uint32_t i = 0; i < n; i++) {
			b[i].scope = &s;
			if (body_spawn(&s, &b[i]) != WEFT_OK)
				stress_fail(t->stress, "there is no thread");
		}
		if (!leaves)
			got = weft_scope_join(&s);
	}
	if (got != want)
		stress_fail(t->stress, "thread %u of %u fails first, and join says %d", fails, n,
		    weft_user_code(got));
	for (uint32_t i = 0; i < n; i++)
		if (b[i].ran != 1)
			stress_fail(t->stress, "thread %u ran %u times", i, b[i].ran);
	expect(r, n, check);
}

/* One scope for many threads, which end while others are spawned. */
static void
one_long(struct stress_thread *t, struct round *r)
{
	struct body b[MOST];
	uint64_t check = 0;
	WEFT_SCOPE(s);

	for (uint32_t i = 0; i < MOST; i++) {
		b[i] = (struct body){ .round = r, .scope = &s, .seed = dice_u64(&t->dice) };
		check += b[i].seed;
		if (body_spawn(&s, &b[i]) != WEFT_OK)
			stress_fail(t->stress, "there is no thread");
		stress_tick(t);
	}
	if (weft_scope_join(&s) != WEFT_OK)
		stress_fail(t->stress, "nobody failed, and join says so");
	expect(r, MOST, check);
}

static void
owner(struct stress_thread *t)
{
	struct round *r = t->ctx;

	for (unsigned i = 0; i < r->ops; i++) {
		r->one(t, r);
		stress_tick(t);
	}
}

struct plan {
	void (*one)(struct stress_thread *t, struct round *r);
	unsigned owners;
};

static void
scope_round(struct stress *s, const void *arg)
{
	const struct plan *plan = arg;
	struct round r = { .one = plan->one, .ops = stress_ops(s, 3, 15) };
	uint64_t nodes = 0, check = 0, blocks = weft_alloc_usage().blocks;

	stress_run(s, plan->owners, owner, &r);
	for (struct tally *each = NULL; (each = tallies_next(&r.counts, each)) != NULL;) {
		nodes += each->nodes;
		check += each->check;
	}
	/* relaxed: all threads are gone. */
	if (nodes != weft_load_relaxed(&r.nodes) || check != weft_load_relaxed(&r.check))
		stress_fail(s, "%llu threads counted, of %llu", (unsigned long long)nodes,
		    (unsigned long long)weft_load_relaxed(&r.nodes));
	if (tallies_len(&r.counts) != nodes)
		stress_fail(s, "a value is not of one thread alone");
	tallies_fini(&r.counts);
	if (weft_alloc_usage().blocks != blocks)
		stress_fail(s, "memory is lost");
	s->done += nodes;
}

int
main(int argc, char **argv)
{
	static const struct plan plans[] = { { one_tree, 1 }, { one_tree, 4 }, { one_failure, 1 },
		{ one_failure, 4 }, { one_long, 1 }, { one_long, 3 } };
	static const char *const names[] = { "tree", "tree", "failure", "failure", "long", "long" };
	static struct stress_case cases[WEFT_COUNT(plans)];

	for (size_t i = 0; i < WEFT_COUNT(plans); i++) {
		snprintf(cases[i].name, sizeof(cases[i].name), "%s/%u", names[i], plans[i].owners);
		cases[i].round = scope_round;
		cases[i].arg = &plans[i];
		cases[i].threads = plans[i].owners;
	}
	return stress_main(argc, argv, cases, WEFT_COUNT(plans));
}
