/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_u32.c: numbers of 32 bits: unsigned, signed and floating. */
#define WORD uint32_t
#define WORD_BITS 32
/* How many patterns of a float are a NaN with a sign. */
#define SIGNED_NANS (((WORD)1 << 23) - 1)
#include "sort_digits.h"

void
weft_sort_u32(const weft_par_options *how, uint32_t *v, size_t n)
{
	sort_as("weft_sort_u32", how, v, n, UNSIGNED);
}

void
weft_sort_i32(const weft_par_options *how, int32_t *v, size_t n)
{
	sort_as("weft_sort_i32", how, v, n, SIGNED);
}

void
weft_sort_f32(const weft_par_options *how, float *v, size_t n)
{
	sort_as("weft_sort_f32", how, v, n, FLOATING);
}
