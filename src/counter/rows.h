/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* rows.h: rows of numbers that threads add to, for counters and histograms. Private. */
#ifndef WEFT_SRC_ROWS_H
#define WEFT_SRC_ROWS_H

#include <weft/detail/rseq_inl.h>

/*
 * All zero; NULL: there is no memory. Rows of CPUs where the system has restartable
 * sequences, and one shared row for what is interrupted; elsewhere a shared row for each
 * CPU, rounded up to a power of two, most_shared at most.
 */
WEFT_MUST_USE weft_rows_ *weft_rows_new_(uint32_t shift, uint32_t most_shared);
/* So many of each, whatever the system has: for the tests. cpus above 0 needs sequences. */
WEFT_MUST_USE weft_rows_ *weft_rows_new_with_(uint32_t shift, uint32_t cpus, uint32_t shared);
void weft_rows_free_(weft_rows_ *rows);

/* The number in the shared row of the calling thread; to be added to atomically. */
weft_atomic_u64 *weft_rows_shared_(weft_rows_ *rows, size_t column);
/* Each add that happened before it, none that happened after, others wholly or not at all. */
uint64_t weft_rows_sum_(const weft_rows_ *rows, size_t column);

#endif
