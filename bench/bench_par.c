/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_par.c: weft's loops, from a thread outside its pool. */
#include "par_work.h"
#include "weft_team.h"

#include <weft/par.h>

static weft_par_options how;

static uint64_t
same(uint64_t const *v)
{
	return *v;
}

static uint64_t
add(uint64_t a, uint64_t b)
{
	return a + b;
}

WEFT_PAR_MAP(trivials, uint64_t, uint64_t, par_trivial);
WEFT_PAR_MAP(spends, uint64_t, uint64_t, par_spend);
WEFT_PAR_MAP(rows, uint64_t, uint64_t, par_row);
WEFT_PAR_REDUCE(total, uint64_t, uint64_t, 0, same, add);
WEFT_PAR_SCAN(sums, uint64_t, 0, add);

static void
on_map(uint64_t *out, const uint64_t *in, size_t n)
{
	trivials(&how, out, in, n);
}

static uint64_t
on_sum(const uint64_t *in, size_t n)
{
	return total(&how, in, n);
}

static void
on_scan(uint64_t *out, const uint64_t *in, size_t n)
{
	(void)sums_inclusive(&how, out, in, n);
}

static void
on_spend(uint64_t *out, const uint64_t *steps, size_t n)
{
	spends(&how, out, steps, n);
}

static void
on_rows(uint64_t *out, const uint64_t *in, size_t n)
{
	rows(&how, out, in, n);
}

static struct par_loops
par_open(int threads)
{
	struct par_loops l = { on_map, on_sum, on_scan, on_spend, on_rows, NULL };

	how.pool = weft_team_open(threads);
	return l;
}

#include "par_main.h"
