/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* counter.c: counters' rows, sums and takes; watermarks. */
#include <weft/counter.h>

#include "rows.h"

/*
 * A counter begins without rows. Who adds first makes them; of several, one puts his in,
 * and the others give theirs back. From then on rows_ never changes, until fini.
 *
 * Linearisation: an add at its store to the row or to first_. Sum and take read one number
 * after the other, so they have no such point; the header says what they count.
 */

/* At most so many shared rows: 128 bytes each. */
#define MOST_SHARED 64
/* Where there was no memory, each so many-th add asks again. */
#define ASK_EVERY (WEFT_MODEL_ ? 1 : 1024)

static weft_rows_ *
make_rows(weft_counter *c)
{
	weft_rows_ *rows;
	void *seen = NULL;

	/* relaxed: it only spaces the questions. */
	if (weft_fetch_add_relaxed(&c->asked_, 1) % ASK_EVERY != 0)
		return NULL;
	rows = weft_rows_new_(WEFT_COUNTER_SHIFT_, MOST_SHARED);
	if (rows == NULL)
		return NULL;
	/* R3: the header and zeroes; pairs with A3. */
	if (!weft_cas_release(&c->rows_, &seen, rows)) {
		weft_rows_free_(rows);
		/* A3: those of another; pairs with R3. */
		return weft_load_acquire(&c->rows_);
	}
	/* R1: the same for those who need rows of CPUs; pairs with A1. */
	if (rows->cpus != 0)
		weft_store_release(&c->cpu_rows_, rows);
	return rows;
}

void
weft_counter_add_(weft_counter *c, int64_t n)
{
	/* A3: the header and zeroes of the rows; pairs with R3. */
	weft_rows_ *rows = weft_load_acquire(&c->rows_);
	weft_atomic_u64 *number = &c->first_.value_;

	if (rows == NULL)
		rows = make_rows(c);
	if (rows != NULL)
		number = weft_rows_shared_(rows, 0);
	/* relaxed: a count orders nothing else. */
	weft_fetch_add_relaxed(number, (uint64_t)n);
}

/* All that was ever added. */
static uint64_t
added(const weft_counter *c)
{
	/* A3: as in weft_counter_add_. */
	const weft_rows_ *rows = weft_load_acquire(&c->rows_);
	/* relaxed: a count. */
	uint64_t first = weft_load_relaxed(&c->first_.value_);

	return first + (rows == NULL ? 0 : weft_rows_sum_(rows, 0));
}

int64_t
weft_counter_sum(const weft_counter *c)
{
	/*
	 * A4: taken first, then the rows, which then hold all that the take counted: so a sum
	 * is never below 0 for adds that are not; pairs with R2.
	 */
	uint64_t taken = weft_load_acquire(&c->taken_);

	return (int64_t)(added(c) - taken);
}

int64_t
weft_counter_take(weft_counter *c)
{
	/* A5: as A4 says, for the take before this one; pairs with R2. */
	uint64_t taken = weft_load_acquire(&c->taken_);
	uint64_t now = added(c);

	/* R2: the rows were read before; pairs with A4, A5. */
	while (!weft_cas_release(&c->taken_, &taken, now)) {
		/* A5: as above; pairs with R2. */
		taken = weft_load_acquire(&c->taken_);
		now = added(c);
	}
	return (int64_t)(now - taken);
}

void
weft_counter_fini(weft_counter *c)
{
	/* relaxed: nobody else uses the counter any more; the same for the rest. */
	weft_rows_ *rows = weft_load_relaxed(&c->rows_);

	if (rows != NULL)
		weft_rows_free_(rows);
	/* relaxed: as above. */
	weft_store_relaxed(&c->rows_, NULL);
	/* relaxed: as above. */
	weft_store_relaxed(&c->cpu_rows_, NULL);
	/* relaxed: as above. */
	weft_store_relaxed(&c->taken_, 0);
	/* relaxed: as above. */
	weft_store_relaxed(&c->asked_, 0);
	/* relaxed: as above. */
	weft_store_relaxed(&c->first_.value_, 0);
}

/* Raises *extreme to at least n. */
static void
raise_to(weft_atomic_u64 *extreme, uint64_t n)
{
	/* relaxed: an extreme orders nothing else. */
	uint64_t seen = weft_load_relaxed(extreme);

	/* relaxed: as above. */
	while (seen < n && !weft_cas_weak_relaxed(extreme, &seen, n))
		;
}

void
weft_watermark_see_(weft_watermark *w, int64_t n)
{
	raise_to(&w->greatest_, WEFT_WATERMARK_UP_(n));
	raise_to(&w->least_, WEFT_WATERMARK_DOWN_(n));
}

bool
weft_watermark_get(const weft_watermark *w, int64_t *least, int64_t *greatest)
{
	/* relaxed: each extreme is right by itself. */
	uint64_t up = weft_load_relaxed(&w->greatest_);
	/* relaxed: as above. */
	uint64_t down = weft_load_relaxed(&w->least_);

	/* Only where none was seen is the greatest below the least. */
	if (up < ~down)
		return false;
	if (least != NULL)
		*least = (int64_t)WEFT_WATERMARK_UP_(~down);
	if (greatest != NULL)
		*greatest = (int64_t)WEFT_WATERMARK_UP_(up);
	return true;
}
