/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft_team.h: a pool of weft's with as many threads as are asked for, each pinned. */
#ifndef BENCH_WEFT_TEAM_H
#define BENCH_WEFT_TEAM_H

#include "team.h"

#include <weft/pool.h>

/* The caller takes part, and is one of the threads: worker 0 rests while it does. */
static inline weft_pool *
weft_team_open(int threads)
{
	weft_pool_options options = { .threads = (unsigned)threads, .pinned = true };
	weft_pool *p = weft_pool_new(&options);

	if (p == NULL || weft_pool_threads(p) != (unsigned)threads)
		bench_die("no pool of so many threads");
	return p;
}

#endif
