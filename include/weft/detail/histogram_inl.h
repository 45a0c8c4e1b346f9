/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/histogram_inl.h: the layout and the fast path of weft/histogram.h. */
#ifndef WEFT_DETAIL_HISTOGRAM_INL_H
#define WEFT_DETAIL_HISTOGRAM_INL_H

#include "../counter.h"

/*
 * A row: column 0 is the sum of the values, then a column a bucket. Values under 64 have a
 * bucket each; from there on each power of two has 32, of equal width.
 */
#define WEFT_HISTOGRAM_BITS_ (WEFT_MODEL_ ? 0u : 5u)
#define WEFT_HISTOGRAM_PARTS_ (1u << WEFT_HISTOGRAM_BITS_)
#define WEFT_HISTOGRAM_FINE_ (2u * WEFT_HISTOGRAM_PARTS_)
#define WEFT_HISTOGRAM_BUCKETS_                                                                   \
	(WEFT_HISTOGRAM_FINE_ + (63u - WEFT_HISTOGRAM_BITS_) * WEFT_HISTOGRAM_PARTS_)
/* A row of 16384 bytes: 1921 columns, and room. Modelled: 1024, and 66. */
#define WEFT_HISTOGRAM_SHIFT_ (WEFT_MODEL_ ? 10 : 14)

/*
 * Records write rows and range_; where there is no memory for rows, sum_ and coarse_, whose
 * buckets are the powers of two: number i has the values of i bits.
 */
typedef struct weft_histogram {
	char pad_[WEFT_LINE - 8];
	weft_atomic_ptr rows_;      /* a weft_rows_: NULL, then set once               */
	weft_atomic_ptr cpu_rows_;  /* the same, if it has rows of CPUs; else NULL     */
	weft_atomic_u32 asked_;     /* records that found no rows                      */
	weft_watermark range_;      /* of the values, in the order of int64_t          */
	weft_atomic_u64 sum_;
	weft_atomic_u64 coarse_[65];
	char end_[WEFT_LINE - 8];
} weft_histogram;

WEFT_C_BEGIN_

WEFT_INLINE_ unsigned
weft_histogram_bucket_(uint64_t value)
{
	unsigned bits;

	if (value < WEFT_HISTOGRAM_FINE_)
		return (unsigned)value;
	bits = 63u - (unsigned)__builtin_clzll(value);
	/* The five bits below the highest: 32 to 63 with it. */
	return (bits - WEFT_HISTOGRAM_BITS_) * WEFT_HISTOGRAM_PARTS_ +
	    (unsigned)(value >> (bits - WEFT_HISTOGRAM_BITS_));
}

/* Adds n to a column, when the CPU's own row cannot take it. */
WEFT_API void weft_histogram_add_(weft_histogram *h, unsigned column, uint64_t n, uint64_t value);

WEFT_C_END_

#endif
