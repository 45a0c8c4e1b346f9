/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_pool.c: weft's fork and join, from a thread outside its pool. */
#include "pool_work.h"
#include "weft_team.h"

static weft_pool *the_pool;

struct fib {
	uint64_t n, result;
};

static void fib_run(struct fib *f);
WEFT_TASK(fib, struct fib, fib_run);

/* Inlined into itself, it is slower under gcc. */
__attribute__((noinline)) static void
fib_run(struct fib *f)
{
	struct fib a = { f->n - 1, 0 }, b = { f->n - 2, 0 };

	if (f->n < 2) {
		f->result = f->n;
		return;
	}
	fib_join(&a, &b);
	f->result = a.result + b.result;
}

static void
fib_start(void *ctx)
{
	fib_run((struct fib *)ctx);
}

static uint64_t
on_fib(uint64_t n)
{
	struct fib f = { n, 0 };

	weft_pool_run(the_pool, fib_start, &f);
	return f.result;
}

WEFT_TASK(piece, struct pool_piece, pool_do);

struct pair {
	struct pool_piece *a, *b;
};

static void
pair_run(void *ctx)
{
	struct pair *p = (struct pair *)ctx;

	piece_join(p->a, p->b);
}

static void
on_pair(struct pool_piece *a, struct pool_piece *b)
{
	struct pair p = { a, b };

	weft_pool_run(the_pool, pair_run, &p);
}

struct group {
	struct pool_piece *pieces;
	size_t n;
};

/* All are offered at once: forks end in the reverse of their order. */
static void
group_run(void *ctx)
{
	struct group *g = (struct group *)ctx;
	weft_fork *forks = (weft_fork *)calloc(g->n, sizeof *forks);

	if (forks == NULL)
		bench_die("no memory");
	for (size_t i = 1; i < g->n; i++)
		forks[i] = piece_fork(&g->pieces[i]);
	pool_do(&g->pieces[0]);
	for (size_t i = g->n; i-- > 1;)
		piece_unfork(forks[i], &g->pieces[i]);
	free(forks);
}

static void
on_group(struct pool_piece *pieces, size_t n)
{
	struct group g = { pieces, n };

	weft_pool_run(the_pool, group_run, &g);
}

static struct pool_calls
pool_open(int threads)
{
	struct pool_calls c = { on_fib, on_pair, on_group };

	the_pool = weft_team_open(threads);
	return c;
}

#include "pool_main.h"
