/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/counter_inl.h: the layouts and the fast paths of weft/counter.h. */
#ifndef WEFT_DETAIL_COUNTER_INL_H
#define WEFT_DETAIL_COUNTER_INL_H

#include "../atomic.h"
#include "linked_inl.h"
#include "rseq_inl.h"

typedef struct weft_cell {
	char pad0_[WEFT_LINE - 8];
	weft_atomic_u64 value_;     /* any thread, by atomic operations */
	char pad1_[WEFT_LINE - 8];
} weft_cell;

/*
 * The counter is what the rows and first_ add up to, less what was taken. Adds write rows,
 * and first_ while there are none; they only read the line of rows_.
 */
typedef struct weft_counter {
	char pad_[WEFT_LINE - 8];
	weft_atomic_ptr rows_;      /* a weft_rows_ of one column: NULL, then set once */
	weft_atomic_ptr cpu_rows_;  /* the same, if it has rows of CPUs; else NULL     */
	weft_atomic_u64 taken_;     /* by take                                         */
	weft_atomic_u32 asked_;     /* adds that found no rows                         */
	weft_cell first_;
} weft_counter;

#define WEFT_COUNTER_SHIFT_ 7   /* a row of WEFT_LINE bytes */

/*
 * Both are kept so that a zero is the extreme that any number beats: greatest_ counts up
 * from INT64_MIN, least_ counts down from INT64_MAX. Nobody must be the first.
 */
typedef struct weft_watermark {
	char pad0_[WEFT_LINE - 8];
	weft_atomic_u64 least_;     /* who sees a new extreme; never goes back */
	weft_atomic_u64 greatest_;  /* the same                                */
	char pad1_[WEFT_LINE - 8];
} weft_watermark;

#define WEFT_WATERMARK_UP_(n) ((uint64_t)(n) ^ (uint64_t)INT64_MIN)
#define WEFT_WATERMARK_DOWN_(n) (~WEFT_WATERMARK_UP_(n))

WEFT_C_BEGIN_

/* The add, when the CPU's own row cannot take it: to a shared row, which it makes at need. */
WEFT_API void weft_counter_add_(weft_counter *c, int64_t n);
/* For who found a new extreme. */
WEFT_API void weft_watermark_see_(weft_watermark *w, int64_t n);

WEFT_C_END_

#endif
