/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* histogram.c: histograms' rows, readings and merging. */
#include <weft/histogram.h>

#include "rows.h"

/*
 * Rows come as a counter's do: who records first makes them, and from then on rows_ does
 * not change until fini. A record is an add to its bucket and one to the sum of the values.
 *
 * Bucket b of 64 and above has the values [low, low + width): width is 2^(b/32 - 2), low is
 * 32 + b % 32 widths. It is spoken of by its middle, half a width from its ends at most,
 * which is 1/64 of low at most.
 */

/* At most so many shared rows: 16 KiB each. */
#define MOST_SHARED 16
#define ASK_EVERY (WEFT_MODEL_ ? 1 : 1024)
#define COARSE 65

static weft_rows_ *
make_rows(weft_histogram *h)
{
	weft_rows_ *rows = weft_rows_new_(WEFT_HISTOGRAM_SHIFT_, MOST_SHARED);
	void *seen = NULL;

	if (rows == NULL)
		return NULL;
	/* R3: the header and zeroes; pairs with A3. */
	if (!weft_cas_release(&h->rows_, &seen, rows)) {
		weft_rows_free_(rows);
		/* A3: those of another; pairs with R3. */
		return weft_load_acquire(&h->rows_);
	}
	/* R1: the same for those who need rows of CPUs; pairs with A1. */
	if (rows->cpus != 0)
		weft_store_release(&h->cpu_rows_, rows);
	return rows;
}

static unsigned
coarse_of(uint64_t value)
{
	return value == 0 ? 0 : 64u - (unsigned)__builtin_clzll(value);
}

void
weft_histogram_add_(weft_histogram *h, unsigned column, uint64_t n, uint64_t value)
{
	/* A3: the header and zeroes of the rows; pairs with R3. */
	weft_rows_ *rows = weft_load_acquire(&h->rows_);
	weft_atomic_u64 *number = column == 0 ? &h->sum_ : &h->coarse_[coarse_of(value)];

	/* relaxed: it only spaces the questions. */
	if (rows == NULL && weft_fetch_add_relaxed(&h->asked_, 1) % ASK_EVERY == 0)
		rows = make_rows(h);
	if (rows != NULL)
		number = weft_rows_shared_(rows, column);
	/* relaxed: a count orders nothing else. */
	weft_fetch_add_relaxed(number, n);
}

static uint64_t
low_of(unsigned bucket)
{
	if (bucket < WEFT_HISTOGRAM_FINE_)
		return bucket;
	return (uint64_t)(WEFT_HISTOGRAM_PARTS_ + bucket % WEFT_HISTOGRAM_PARTS_)
	    << (bucket / WEFT_HISTOGRAM_PARTS_ - 1);
}

static uint64_t
middle_of(unsigned bucket)
{
	if (bucket < WEFT_HISTOGRAM_FINE_)
		return bucket;
	return low_of(bucket) + (((uint64_t)1 << (bucket / WEFT_HISTOGRAM_PARTS_ - 1)) - 1) / 2;
}

static uint64_t
middle_of_coarse(unsigned bits)
{
	return bits < 2 ? bits : (uint64_t)3 << (bits - 2);
}

static const weft_rows_ *
rows_of(const weft_histogram *h)
{
	/* A3: as in weft_histogram_add_. */
	return weft_load_acquire(&h->rows_);
}

static uint64_t
count_coarse(const weft_histogram *h)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < COARSE; i++)
		/* relaxed: a count. */
		n += weft_load_relaxed(&h->coarse_[i]);
	return n;
}

static uint64_t
in_bucket(const weft_rows_ *rows, unsigned bucket)
{
	return rows == NULL ? 0 : weft_rows_sum_(rows, 1 + bucket);
}

uint64_t
weft_histogram_count(const weft_histogram *h)
{
	const weft_rows_ *rows = rows_of(h);
	uint64_t n = count_coarse(h);

	for (unsigned b = 0; b < WEFT_HISTOGRAM_BUCKETS_; b++)
		n += in_bucket(rows, b);
	return n;
}

/* The extremes; false when none was recorded. */
static bool
range_of(const weft_histogram *h, uint64_t *least, uint64_t *greatest)
{
	int64_t low, high;

	if (!weft_watermark_get(&h->range_, &low, &high))
		return false;
	*least = (uint64_t)low ^ (uint64_t)INT64_MIN;
	*greatest = (uint64_t)high ^ (uint64_t)INT64_MIN;
	return true;
}

/*
 * The middle of the bucket that holds number `rank`, counted from 1 by size. Coarse and
 * fine buckets are walked together, a coarse one when its middle's turn comes.
 */
static uint64_t
value_at(const weft_histogram *h, uint64_t rank)
{
	const weft_rows_ *rows = rows_of(h);
	unsigned coarse = 0;
	uint64_t n = 0;

	for (unsigned b = 0; b < WEFT_HISTOGRAM_BUCKETS_; b++) {
		while (coarse < COARSE && middle_of_coarse(coarse) <= middle_of(b)) {
			/* relaxed: a count. */
			n += weft_load_relaxed(&h->coarse_[coarse]);
			if (n >= rank)
				return middle_of_coarse(coarse);
			coarse++;
		}
		n += in_bucket(rows, b);
		if (n >= rank)
			return middle_of(b);
	}
	return UINT64_MAX;
}

uint64_t
weft_histogram_quantile(const weft_histogram *h, double q)
{
	uint64_t count = weft_histogram_count(h), least, greatest, value;
	double rank;

	if (count == 0 || !range_of(h, &least, &greatest))
		return 0;
	/* Not a number counts as 0. */
	if (!(q > 0))
		return least;
	if (q >= 1)
		return greatest;
	rank = q * (double)count;
	value = value_at(h, rank < (double)count ? (uint64_t)rank + (rank > (double)(uint64_t)rank)
	                                         : count);
	return value < least ? least : value > greatest ? greatest : value;
}

/*
 * The sum of the values is known exactly, but for a multiple of 2^64; the buckets say it
 * to 1/64. Together they say all of it, while 1/64 of it is under half of 2^64.
 */
double
weft_histogram_mean(const weft_histogram *h)
{
	const double two_64 = 18446744073709551616.0;
	const weft_rows_ *rows = rows_of(h);
	/* relaxed: a count. */
	uint64_t sum = weft_load_relaxed(&h->sum_), count = count_coarse(h), wraps;
	bool fine = count == 0;
	double about = 0;

	for (unsigned i = 0; i < COARSE; i++)
		/* relaxed: a count. */
		about += (double)weft_load_relaxed(&h->coarse_[i]) * (double)middle_of_coarse(i);
	for (unsigned b = 0; b < WEFT_HISTOGRAM_BUCKETS_; b++) {
		uint64_t n = in_bucket(rows, b);

		count += n;
		about += (double)n * (double)middle_of(b);
	}
	if (rows != NULL)
		sum += weft_rows_sum_(rows, 0);
	if (count == 0)
		return 0;
	/* Coarse buckets say it to a half only. */
	if (about >= two_64 * (fine ? 32 : 0.5))
		return about / (double)count;
	if (about < two_64 / 4)
		return (double)sum / (double)count;
	/* Whole wraps, to the nearest. */
	wraps = (uint64_t)((about - (double)sum) / two_64 + 0.5);
	if (about < (double)sum)
		wraps = 0;
	return ((double)wraps * two_64 + (double)sum) / (double)count;
}

bool
weft_histogram_merge(weft_histogram *h, const weft_histogram *from)
{
	const weft_rows_ *theirs = rows_of(from);
	/* A3: as in weft_histogram_add_. */
	weft_rows_ *ours = weft_load_acquire(&h->rows_);
	uint64_t least, greatest;

	if (!range_of(from, &least, &greatest))
		return true;
	if (theirs != NULL && ours == NULL) {
		ours = make_rows(h);
		if (ours == NULL)
			return false;
	}
	for (unsigned column = 0; theirs != NULL && column <= WEFT_HISTOGRAM_BUCKETS_; column++) {
		uint64_t n = weft_rows_sum_(theirs, column);

		if (n != 0)
			/* relaxed: a count. */
			weft_fetch_add_relaxed(weft_rows_shared_(ours, column), n);
	}
	for (unsigned i = 0; i < COARSE; i++)
		/* relaxed: two counts. */
		weft_fetch_add_relaxed(&h->coarse_[i], weft_load_relaxed(&from->coarse_[i]));
	/* relaxed: two counts. */
	weft_fetch_add_relaxed(&h->sum_, weft_load_relaxed(&from->sum_));
	weft_watermark_see(&h->range_, (int64_t)(least ^ (uint64_t)INT64_MIN));
	weft_watermark_see(&h->range_, (int64_t)(greatest ^ (uint64_t)INT64_MIN));
	return true;
}

void
weft_histogram_fini(weft_histogram *h)
{
	static const weft_histogram empty;
	/* relaxed: nobody else uses the histogram any more. */
	weft_rows_ *rows = weft_load_relaxed(&h->rows_);

	if (rows != NULL)
		weft_rows_free_(rows);
	*h = empty;
}
