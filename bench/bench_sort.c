/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_sort.c: weft's sorts, from a thread outside its pool. */
#include "sort_work.h"
#include "weft_team.h"

#include <weft/sort.h>

static weft_par_options how;

static bool
before(uint64_t const *a, uint64_t const *b)
{
	return *a < *b;
}

WEFT_SORT(numbers, uint64_t, before);

static void
on_numbers(uint64_t *v, size_t n)
{
	weft_sort_u64(&how, v, n);
}

static void
on_stable(uint64_t *v, size_t n)
{
	numbers_sort_stable(&how, v, n);
}

static void
on_strings(const char **v, size_t n)
{
	weft_sort_str(&how, v, n);
}

static struct sort_calls
sort_open(int threads)
{
	struct sort_calls c = { on_numbers, on_stable, on_strings };

	how.pool = weft_team_open(threads);
	return c;
}

#include "sort_main.h"
