/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * stress_tasks.c: random trees of task groups, joins and loops over a pool, whose sums and
 * failures are known.
 *
 * A node does its children in one of the ways that there are: as tasks of a group, or by
 * themselves, as forks, as a loop; some block, some fail. What a node comes to depends on
 * every node below, and on which of its children fails first. In a group that stops, what
 * was done is counted, and what was not begun must not have been.
 */
#include "chaos_workers.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <weft/par.h>
#include <weft/pool.h>

#include "harness.h"

#define CHILDREN 5

enum way { GROUP, OLDEST_FIRST, HANDLES, FORKS, LOOP, WAYS };

struct plan {
	unsigned callers;
	bool is_calm;              /* nobody blocks                                         */
	bool stops;                /* a group stops at its first failure                    */
};

struct node {
	const struct plan *plan;
	uint64_t seed, sum;
	weft_status status;
	int depth;
	unsigned done;             /* how often it was; by who does it                      */
};

static void
wrong(const char *what)
{
	fprintf(stderr, "stress_tasks: %s\n", what);
	abort();
}

static weft_status node_run(struct node *n);
WEFT_TRY_TASK(node, struct node, node_run);

static unsigned
children(const struct node *n, struct node child[CHILDREN])
{
	uint64_t bits = dice_mix(n->seed);
	unsigned count = n->depth == 0 ? 0 : (unsigned)(1 + bits % CHILDREN);

	for (unsigned i = 0; i < count; i++) {
		child[i] = (struct node){ .plan = n->plan, .depth = n->depth - 1 };
		child[i].seed = dice_mix(n->seed + i + 1);
		if (child[i].depth > 0 && (bits >> (8 + i) & 1) != 0)
			child[i].depth--;
	}
	return count;
}

/* A node fails by itself once in 64 times. */
static weft_status
own_status(const struct node *n)
{
	return dice_mix(n->seed ^ 2) % 64 == 0 ? weft_user((int)(n->seed % 100)) : WEFT_OK;
}

static void
add_child(struct node *n, const struct node *child)
{
	n->sum = dice_mix(n->sum + child->sum);
	if (n->status == WEFT_OK)
		n->status = child->status;
}

static void
by_group(struct node child[], unsigned count, bool fifo, bool stops)
{
	weft_status first = WEFT_OK, s;

	WEFT_TASKS(t);

	t.fifo = fifo;
	t.stop_on_error = stops;
	t.lane = (weft_lane)(child[0].seed % 3);
	for (unsigned i = 0; i < count; i++)
		node_spawn(&t, &child[i]);
	s = weft_tasks_wait(&t);
	for (unsigned i = 0; i < count && first == WEFT_OK; i++)
		if (child[i].done != 0)
			first = child[i].status;
	if (s != first)
		wrong("a group did not return its first failure");
}

static void
by_handles(struct node child[], unsigned count)
{
	weft_task *task[CHILDREN];

	for (unsigned i = 0; i < count; i++)
		task[i] = weft_task_spawn(node_task_, &child[i], (weft_lane)(child[i].seed % 3));
	for (unsigned i = 0; i < count; i++)
		if (task[i] == NULL)
			weft_ignore(node_run(&child[i]));
		else if (weft_task_wait(task[i]) != child[i].status)
			wrong("a handle told another status than the task's");
}

static void
by_forks(struct node child[], unsigned count)
{
	for (unsigned i = 0; i + 1 < count; i += 2)
		weft_ignore(node_join(&child[i], &child[i + 1]));
	if (count % 2 != 0)
		weft_ignore(node_run(&child[count - 1]));
}

static void
each(struct node *n)
{
	weft_ignore(node_run(n));
}

WEFT_PAR_EACH(loop, struct node, each);

static void
do_children(const struct node *n, struct node child[], unsigned count)
{
	switch ((enum way)(dice_mix(n->seed ^ 3) % WAYS)) {
	case GROUP: by_group(child, count, false, false); break;
	case OLDEST_FIRST: by_group(child, count, true, false); break;
	case HANDLES: by_handles(child, count); break;
	case FORKS: by_forks(child, count); break;
	case LOOP:
	case WAYS: loop(NULL, child, count); break;
	}
}

/* Where a group stops, some children may not have begun: what they would come to is added. */
static void
alone(struct node *n)
{
	struct node child[CHILDREN];
	unsigned count = children(n, child);

	n->sum = dice_mix(n->seed);
	n->status = own_status(n);
	for (unsigned i = 0; i < count; i++) {
		alone(&child[i]);
		add_child(n, &child[i]);
	}
}

static weft_status
node_run(struct node *n)
{
	struct node child[CHILDREN];
	unsigned count = children(n, child);
	bool stops = n->plan->stops && n->seed % 4 == 0;

	n->done++;
	if (!n->plan->is_calm && dice_mix(n->seed ^ 4) % 32 == 0) {
		weft_pool_blocking_begin();
		sched_yield();
		weft_pool_blocking_end();
	}
	n->sum = dice_mix(n->seed);
	n->status = own_status(n);
	if (count != 0 && stops)
		by_group(child, count, n->seed % 8 == 0, true);
	else if (count != 0)
		do_children(n, child, count);
	for (unsigned i = 0; i < count; i++) {
		if (child[i].done > 1 || (child[i].done == 0 && !stops))
			wrong("a child was done twice, or not at all");
		if (child[i].done == 0)
			alone(&child[i]);
		add_child(n, &child[i]);
	}
	return n->status;
}

static void
run_tree(void *node)
{
	weft_ignore(node_run(node));
}

struct world {
	weft_pool *pool;
	const struct plan *plan;
	uint64_t seed;
};

static void
call(struct stress_thread *t)
{
	const struct world *w = t->ctx;

	for (unsigned trees = 1 + dice_below(&t->dice, 3); trees > 0; trees--) {
		struct node n = { .plan = w->plan, .seed = dice_u64(&t->dice), .depth = 5 };
		struct node same = n;

		weft_pool_run(w->pool, run_tree, &n);
		alone(&same);
		if (n.sum != same.sum || n.status != same.status)
			stress_fail(t->stress, "a tree comes to something else than alone");
		stress_tick(t);
	}
}

static void
round_of(struct stress *s, const void *arg)
{
	struct world w = { .plan = arg, .seed = dice_u64(&s->dice) };
	weft_pool_options options = { .threads = 1 + dice_below(&s->dice, 4),
		.max_spare = 1 + dice_below(&s->dice, 4),
		.caller_waits = dice_once_in(&s->dice, 4),
		.on_start = chaos_worker_begin, .on_exit = chaos_worker_end, .ctx = &w.seed };

	w.pool = weft_pool_new(&options);
	if (w.pool == NULL)
		stress_fail(s, "no pool");
	stress_run(s, w.plan->callers, call, &w);
	weft_pool_free(w.pool);
	s->done += w.plan->callers;
}

static const struct plan plans[] = {
	{ .callers = 1, .is_calm = true },
	{ .callers = 3 },
	{ .callers = 2, .stops = true },
};

static const struct stress_case cases[] = {
	{ "tasks-calm-1", round_of, &plans[0], 1 },
	{ "tasks-3", round_of, &plans[1], 3 },
	{ "tasks-stop-2", round_of, &plans[2], 2 },
};

int
main(int argc, char **argv)
{
	return stress_main(argc, argv, cases, sizeof cases / sizeof cases[0]);
}
