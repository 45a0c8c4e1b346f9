/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/histogram.h: how often which size of number occurred, told by many threads. */
#ifndef WEFT_HISTOGRAM_H
#define WEFT_HISTOGRAM_H

#include "detail/histogram_inl.h"

WEFT_C_BEGIN_

/*
 * weft_histogram: how often which size of number occurred, from 0 to 2^64 - 1, told apart
 * to 1/64 of the number. Made for latencies in nanoseconds.
 *
 *	static weft_histogram latency;
 *	weft_histogram_record(&latency, nanoseconds);
 *	printf("p99 %" PRIu64 "\n", weft_histogram_quantile(&latency, 0.99));
 *
 * record costs some six adds to a weft_counter, and as little to other threads. A zeroed
 * weft_histogram is empty and ready; recording never fails. (It takes memory at the first
 * record, 16 KiB a CPU; where there is none, it counts by powers of two.) fini gives that
 * memory back and leaves an empty histogram: nobody may use it meanwhile.
 *
 * A reading counts every record that happened before it, and none that happened after it;
 * of those under way, it may know the size and not yet the value, which the mean is of. So
 * readings are as exact as said here when the writers are at rest. Records order nothing
 * else.
 *
 * Progress: record takes a bounded number of steps, unless its value is a new extreme; then
 * it is lock-free. The first record may allocate. Readings look at all buckets: some
 * microseconds.
 */
WEFT_INLINE_ void
weft_histogram_record(weft_histogram *h, uint64_t value)
{
	char *rseq = weft_rseq_self_();
	/* A1: the header and the zeroes of the rows; pairs with R1. */
	weft_rows_ *rows = (weft_rows_ *)weft_load_acquire(&h->cpu_rows_);
	unsigned column = 1 + weft_histogram_bucket_(value);

	weft_watermark_see(&h->range_, (int64_t)(value ^ (uint64_t)INT64_MIN));
	if (WEFT_UNLIKELY_(rows == NULL ||
	        !weft_rseq_add_(rseq, rows, column, WEFT_HISTOGRAM_SHIFT_, 1)))
		weft_histogram_add_(h, column, 1, value);
	if (WEFT_UNLIKELY_(rows == NULL ||
	        !weft_rseq_add_(rseq, rows, 0, WEFT_HISTOGRAM_SHIFT_, (int64_t)value)))
		weft_histogram_add_(h, 0, value, value);
}

/* How many were recorded. */
WEFT_API uint64_t weft_histogram_count(const weft_histogram *h);

/*
 * The value that a part q of all are not above: 0.5 is the median. Within 1/64 of one that
 * was recorded, and exact below 64. q at most 0 gives the least, at least 1 the greatest,
 * both exactly; 0 when it is empty.
 */
WEFT_API uint64_t weft_histogram_quantile(const weft_histogram *h, double q);

/* Exact (as a double) while the sum of all values is under 2^69, then within 1/64; 0 when empty. */
WEFT_API double weft_histogram_mean(const weft_histogram *h);

/*
 * Adds what `from` has seen; from stays as it is. False when there is no memory for it, and
 * nothing changed.
 */
WEFT_API WEFT_MUST_USE bool weft_histogram_merge(weft_histogram *h, const weft_histogram *from);

/* Gives the memory back: an empty histogram again. */
WEFT_API void weft_histogram_fini(weft_histogram *h);

WEFT_C_END_

#endif
