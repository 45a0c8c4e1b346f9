/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_u64.c: numbers of 64 bits: unsigned, signed and floating. */
#define WORD uint64_t
#define WORD_BITS 64
/* How many patterns of a double are a NaN with a sign. */
#define SIGNED_NANS (((WORD)1 << 52) - 1)
#include "sort_digits.h"

void
weft_sort_u64(const weft_par_options *how, uint64_t *v, size_t n)
{
	sort_as("weft_sort_u64", how, v, n, UNSIGNED);
}

void
weft_sort_i64(const weft_par_options *how, int64_t *v, size_t n)
{
	sort_as("weft_sort_i64", how, v, n, SIGNED);
}

void
weft_sort_f64(const weft_par_options *how, double *v, size_t n)
{
	sort_as("weft_sort_f64", how, v, n, FLOATING);
}
