/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* pool_work.h: the work of every cell of pools: fork and join, wake-ups after idling, idling. */
#ifndef BENCH_POOL_WORK_H
#define BENCH_POOL_WORK_H

#include "team.h"

/*
 *	fib-N    fib(N) with a fork and a join for each call above 1, and no cut-off
 *	cold     10 ms asleep, then two pieces of some 49 us that may run at the same time
 *	wake     10 ms asleep, then a group of as many such tasks as the team has threads
 *	idle-1s  CPU time of the process in a second in which it has nothing to do
 *
 * A program includes this, fills in what it can do, and includes pool_main.h:
 *
 *	struct pool_calls pool_open(int threads)       as par_open in par_work.h
 *
 * twin: rivals/rust/src/pool.rs
 */
struct pool_piece {
	uint64_t result;        /* 1, before it is done: read there, so that none is left out */
	char pad[BENCH_LINE];
};

struct pool_calls {
	uint64_t (*fib)(uint64_t n);
	void (*pair)(struct pool_piece *a, struct pool_piece *b);
	void (*group)(struct pool_piece *pieces, size_t n);
};

#define POOL_STEPS 25600        /* some 49 us at 3 GHz */

/* A call of its own: gcc would do two pieces side by side where they stand in one loop. */
__attribute__((noinline)) static void
pool_do(struct pool_piece *p)
{
	p->result = team_steps(p->result, POOL_STEPS);
}

#endif
