/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* range.c: a range is worked off in pieces, in order, on the thread that calls. */
#include "range.h"

#include <weft/time.h>

#define PIECES 1024          /* of a range whose grain nobody said */
#define TICK_NS WEFT_MS(100) /* between two calls of progress      */

void
weft_range_limit_(weft_atomic_u64 *limit, size_t i)
{
	/* relaxed: it only says what need not be done; results are ordered by the merge. */
	uint64_t seen = weft_load_relaxed(limit);

	/* relaxed: as above. */
	while (i < seen && !weft_cas_weak_relaxed(limit, &seen, (uint64_t)i))
		;
}

unsigned
weft_range_threads_(const weft_par_options *how)
{
	(void)how;
	return 1;
}

static void
tell(const weft_par_options *how, size_t done, size_t n, size_t *told, weft_time *next)
{
	size_t every = how->progress_every;

	if (how->progress == NULL)
		return;
	if (done < n && (every != 0 ? done - *told < every : !weft_time_is_past(*next)))
		return;
	how->progress(done, n, how->progress_ctx);
	*told = done;
	*next = weft_after_ns(TICK_NS);
}

weft_status
weft_range_run_(const weft_par_options *how, size_t n, const weft_range_work_ *work, void *acc,
    void *ctx)
{
	static const weft_par_options usual;
	size_t done = 0, told = 0, step = work->grain;
	weft_time next = { 0 };

	how = how != NULL ? how : &usual;
	step = step != 0 ? step : how->grain;
	step = step < n / PIECES ? n / PIECES : step;
	step = how->max_grain != 0 && step > how->max_grain ? how->max_grain : step;
	step = step != 0 ? step : 1;
	while (done < n) {
		size_t end = n - done > step ? done + step : n;

		if (weft_cancel_is_set(how->cancel))
			return WEFT_CANCELLED;
		/* relaxed: as in weft_range_limit_. */
		if (work->limit != NULL && weft_load_relaxed(work->limit) <= done)
			return WEFT_OK;
		work->piece(acc, done, end, ctx);
		done = end;
		tell(how, done, n, &told, &next);
	}
	return WEFT_OK;
}
