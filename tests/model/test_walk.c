/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_walk.c: walks come to every execution and no other; a path leads back to its own. */
#include <stdio.h>
#include <stdlib.h>

#include "test.h"
#include "consistency.h"
#include "linear.h"
#include "path.h"
#include "search.h"
#include "walk.h"

enum { X, Y, Z, LOCATIONS, MAX_OPS = 4, MAX_GRAPHS = 2000, WALKS = 100000 };

struct program {
	const char *name;
	unsigned threads, ops[3], graphs;
	bool interleavings_only;
	struct op op[3][MAX_OPS];
};

/* clang-format off */
#define LOAD(x, o) { .kind = READ, .order = o, .size = 4, .location = x }
#define STORE(x, o, v) { .kind = WRITE, .order = o, .size = 4, .location = x, .a = v }
#define ADD(x, o, v) { .kind = READ, .order = o, .size = 4, .rmw = RMW_ADD, .location = x, .a = v }
#define CAS(x, o, e, v) { .kind = READ, .order = o, .size = 4, .rmw = RMW_CAS, .location = x, \
	.a = e, .b = v }
#define FENCE_OF(o) { .kind = FENCE, .order = o }
#define CHOICE(n) { .kind = CHOOSE, .a = n }

static const struct program programs[] = {
	{ "store buffering", 2, { 2, 2 }, 4, false, {
		{ STORE(X, RELAXED, 1), LOAD(Y, RELAXED) },
		{ STORE(Y, RELAXED, 1), LOAD(X, RELAXED) } } },
	{ "store buffering, seq_cst", 2, { 2, 2 }, 3, true, {
		{ STORE(X, SEQ_CST, 1), LOAD(Y, SEQ_CST) },
		{ STORE(Y, SEQ_CST, 1), LOAD(X, SEQ_CST) } } },
	{ "store buffering, fences", 2, { 3, 3 }, 3, true, {
		{ STORE(X, RELAXED, 1), FENCE_OF(SEQ_CST), LOAD(Y, RELAXED) },
		{ STORE(Y, RELAXED, 1), FENCE_OF(SEQ_CST), LOAD(X, RELAXED) } } },
	{ "2+2W", 2, { 2, 2 }, 4, false, {
		{ STORE(X, RELAXED, 1), STORE(Y, RELAXED, 2) },
		{ STORE(Y, RELAXED, 1), STORE(X, RELAXED, 2) } } },
	{ "a mix", 3, { 3, 3, 3 }, 120, false, {
		{ STORE(X, SEQ_CST, 1), ADD(Y, SEQ_CST, 1), LOAD(Z, RELAXED) },
		{ STORE(Y, RELAXED, 5), ADD(X, ACQ_REL, 1), STORE(Z, RELAXED, 3) },
		{ CAS(Z, RELAXED, 5, 7), STORE(X, RELAXED, 9), LOAD(Y, SEQ_CST) } } },
	{ "choices", 2, { 3, 2 }, 12, false, {
		{ CHOICE(3), STORE(X, RELAXED, 1), LOAD(Y, RELAXED) },
		{ STORE(Y, RELAXED, 1), CAS(X, RELAXED, 0, 2) } } },
};
/* clang-format on */
enum { N_PROGRAMS = sizeof programs / sizeof *programs };

/* How far the thread is: its events without the write halves of RMWs. */
static unsigned
ops_done(unsigned thread)
{
	unsigned n = 0;

	for (unsigned i = 0; i < graph.threads[thread].n; i++)
		n += !event_of(thread, i)->is_rmw_write;
	return n;
}

static uint64_t
mix(uint64_t h, uint64_t value)
{
	h = (h ^ value) * 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

/* What tells a graph from others: each thread's values, sources and places. */
static uint64_t
fingerprint(void)
{
	uint64_t h = 1;

	for (unsigned t = 0; t < graph.n_threads; t++) {
		for (unsigned i = 0; i < graph.threads[t].n; i++) {
			const struct event *e = event_of(t, i), *w = &graph.events[e->from];

			h = mix(h, e->from == NONE ? 0 : 1 + 64u * w->thread + w->index);
			h = mix(mix(h, e->place), (uint64_t)e->value);
		}
		h = mix(h, t);
	}
	return h;
}

static uint64_t graphs[MAX_GRAPHS];
static char *paths[MAX_GRAPHS];
static unsigned n_graphs;

static void
know_locations(void)
{
	for (unsigned x = 0; x < LOCATIONS; x++)
		graph_location(x, 0);
}

static void
note_graph(const struct program *p)
{
	vclock all = { 0 };
	struct linear_order order;

	for (unsigned t = 0; t < graph.n_threads; t++)
		all[t] = graph.threads[t].n;
	order = linear_order_of(&all);
	assert_int_equal(order.n, graph.n_events);
	assert_true(order.fewest);
	if (p->interleavings_only)
		assert_true(order.interleaving);
	assert_true(n_graphs < MAX_GRAPHS);
	paths[n_graphs] = path_of_events(order.events, order.n);
	graphs[n_graphs++] = fingerprint();
	free(order.events);
}

static void
find_all(const struct program *p)
{
	while (n_graphs > 0)
		free(paths[--n_graphs]);
	search_begin(p->threads);
	know_locations();
	do {
		for (unsigned t = 0; t < p->threads; t++)
			for (unsigned i = ops_done(t); i < p->ops[t]; i++)
				search_add(t, &p->op[t][i]);
		note_graph(p);
	} while (search_next());
	assert_int_equal(n_graphs, p->graphs);
}

static void
walk(const struct program *p)
{
	uint16_t ready;

	walk_begin(p->threads);
	know_locations();
	do {
		ready = 0;
		for (unsigned t = 0; t < p->threads; t++)
			if (ops_done(t) < p->ops[t])
				ready |= (uint16_t)(1u << t);
		if (ready != 0) {
			unsigned t = walk_thread(ready);

			walk_add(t, &p->op[t][ops_done(t)]);
		}
	} while (ready != 0);
}

/* The number of the graph of now; fails the test if the search does not know it. */
static unsigned
known_graph(void)
{
	uint64_t h = fingerprint();

	for (unsigned i = 0; i < n_graphs; i++)
		if (graphs[i] == h)
			return i;
	fail_msg("a walk came to a graph that the search does not know");
	return 0;
}

static void
a_path_leads_to_its_graph(void **state)
{
	(void)state;
	for (unsigned k = 0; k < N_PROGRAMS; k++) {
		find_all(&programs[k]);
		for (unsigned i = 0; i < n_graphs; i++) {
			walk_along(paths[i]);
			walk(&programs[k]);
			assert_int_equal(known_graph(), i);
		}
	}
}

static void
walks_see_every_graph(const struct program *p)
{
	static bool seen[MAX_GRAPHS];
	unsigned n_seen = 0;

	memset(seen, 0, sizeof seen);
	for (unsigned i = 0; i < WALKS && n_seen < n_graphs; i++) {
		unsigned g;

		walk(p);
		g = known_graph();
		n_seen += !seen[g];
		seen[g] = true;
	}
	assert_int_equal(n_seen, n_graphs);
}

static void
random_walks_see_every_graph(void **state)
{
	(void)state;
	for (unsigned k = 0; k < N_PROGRAMS; k++) {
		find_all(&programs[k]);
		walk_randomly(k);
		walks_see_every_graph(&programs[k]);
	}
}

static void
walks_by_priority_see_every_graph(void **state)
{
	(void)state;
	for (unsigned k = 0; k < N_PROGRAMS; k++) {
		find_all(&programs[k]);
		walk_by_priority(k, 3);
		walks_see_every_graph(&programs[k]);
	}
}

/* How many graphs come of walks with at most so many preemptions. */
static unsigned
graphs_within(const struct program *p, unsigned preemptions)
{
	static bool seen[MAX_GRAPHS];
	unsigned n_seen = 0;

	memset(seen, 0, sizeof seen);
	walk_by_preemptions(preemptions);
	do {
		unsigned g;

		walk(p);
		g = known_graph();
		n_seen += !seen[g];
		seen[g] = true;
	} while (walk_again());
	return n_seen;
}

static void
bounded_walks_see_what_is_within_the_bound(void **state)
{
	(void)state;
	find_all(&programs[1]);
	assert_int_equal(graphs_within(&programs[1], 0), 2);
	assert_int_equal(graphs_within(&programs[1], 1), 3);
	for (unsigned k = 0; k < N_PROGRAMS; k++) {
		find_all(&programs[k]);
		assert_int_equal(graphs_within(&programs[k], 8), n_graphs);
	}
}

/* A thread must be left in the middle for both to read 1. */
static void
the_fewest_preemptions_are_found(void **state)
{
	unsigned with_one = 0;

	(void)state;
	find_all(&programs[1]);
	for (unsigned i = 0; i < n_graphs; i++)
		with_one += strcmp(paths[i], "a2b2") != 0 && strcmp(paths[i], "b2a2") != 0;
	assert_int_equal(with_one, 1);
}

static void
locks_are_passed_only_when_free(void **state)
{
	const struct op lock = { .kind = READ,
		.order = ACQUIRE,
		.size = 8,
		.rmw = RMW_CAS,
		.block = BLOCK_IF_FAILED,
		.location = X,
		.b = 1 };
	const struct op unlock = { .kind = WRITE, .order = RELEASE, .size = 8, .location = X };

	(void)state;
	walk_randomly(1);
	walk_begin(2);
	know_locations();
	assert_true(walk_can_add(0, &lock));
	walk_add(0, &lock);
	assert_false(walk_can_add(1, &lock));
	assert_int_equal(graph.n_events, 2);
	walk_add(0, &unlock);
	assert_true(walk_can_add(1, &lock));
	walk_add(1, &lock);
	assert_int_equal(graph.n_events, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_leads_to_its_graph),
		cmocka_unit_test(random_walks_see_every_graph),
		cmocka_unit_test(walks_by_priority_see_every_graph),
		cmocka_unit_test(bounded_walks_see_what_is_within_the_bound),
		cmocka_unit_test(the_fewest_preemptions_are_found),
		cmocka_unit_test(locks_are_passed_only_when_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
