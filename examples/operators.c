/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * operators.c: a computational graph: operators on matrices, each of which needs others' results.
 *
 * Operators of one level do not need each other, and are an outer loop; the rows of a big
 * product are a loop inside. What costs less than CUT_OFF is not worth being split: it runs
 * as the plain loop, beside the others of its level.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weft/par.h>

enum { LEVELS = 4, BIG = 160, SMALL = 6, PAIRS = 24, CUT_OFF = 100000 };

typedef enum kind { GIVEN, SUM, PRODUCT } kind;

typedef struct node {
	kind kind;
	int level, size;             /* square, of size by size */
	const struct node *a, *b;
	double *value;
} node;

typedef struct graph {
	node nodes[4 * PAIRS];
	size_t len;
	weft_par_options how;        /* of all loops */
} graph;

/* A row of a node's value. */
static void
do_row(size_t row, const node *n)
{
	size_t size = (size_t)n->size;
	const double *a = n->a->value + row * size, *b = n->b->value;
	double *out = n->value + row * size;

	for (size_t i = 0; i < size; i++)
		out[i] = n->kind == SUM ? a[i] + b[row * size + i] : 0;
	for (size_t k = 0; n->kind == PRODUCT && k < size; k++)
		for (size_t i = 0; i < size; i++)
			out[i] += a[k] * b[k * size + i];
}
WEFT_PAR_FOR(do_rows, do_row, node);

static double
cost(const node *n)
{
	double size = n->size;

	return n->kind == PRODUCT ? size * size * size : n->kind == SUM ? size * size : 0;
}

struct level {
	const graph *g;
	int number;
};

static void
do_node(const node *n, const struct level *l)
{
	weft_par_options how = l->g->how;

	if (n->level != l->number || n->kind == GIVEN)
		return;
	how.serial = how.serial || cost(n) < CUT_OFF;
	do_rows(&how, (size_t)n->size, n);
}

static void
do_nth(size_t i, const struct level *l)
{
	do_node(&l->g->nodes[i], l);
}
WEFT_PAR_FOR(do_level, do_nth, struct level);

static void
run(const graph *g)
{
	for (int i = 1; i < LEVELS; i++) {
		const struct level l = { g, i };

		do_level(&g->how, g->len, &l);
	}
}

static const node *
add(graph *g, kind k, int size, const node *a, const node *b)
{
	node *n = &g->nodes[g->len++];
	int below = a == NULL ? -1 : a->level > b->level ? a->level : b->level;

	*n = (node){ k, below + 1, size, a, b, NULL };
	n->value = calloc((size_t)size * (size_t)size, sizeof *n->value);
	if (n->value == NULL)
		exit(1);
	for (int i = 0; k == GIVEN && i < size * size; i++)
		n->value[i] = i * 7 % 11 - 5;   /* whole numbers: no rounding */
	return n;
}

/* (x + y) times x, of matrices of many sizes. */
static void
build(graph *g, bool serial)
{
	g->len = 0;
	g->how = (weft_par_options){ .serial = serial };
	for (int i = 0; i < PAIRS; i++) {
		int size = i % 8 == 0 ? BIG : SMALL + i;
		const node *x = add(g, GIVEN, size, NULL, NULL);
		const node *y = add(g, GIVEN, size, NULL, NULL);

		add(g, PRODUCT, size, add(g, SUM, size, x, y), x);
	}
}

int
main(void)
{
	static graph g, plain;
	size_t split = 0, same = 0;

	build(&g, false);
	build(&plain, true);
	run(&g);
	run(&plain);
	for (size_t i = 0; i < g.len; i++) {
		size_t bytes = (size_t)(g.nodes[i].size * g.nodes[i].size) * sizeof(double);

		split += cost(&g.nodes[i]) >= CUT_OFF;
		same += memcmp(g.nodes[i].value, plain.nodes[i].value, bytes) == 0;
		free(g.nodes[i].value);
		free(plain.nodes[i].value);
	}
	printf("%zu nodes, %zu of them worth splitting; %zu are as the plain loops say\n", g.len,
	    split, same);
	return same == g.len && split == PAIRS / 8 ? 0 : 1;
}
