/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* marks.c: a bit an item, in words of 64. */
#include "marks.h"

#include "../base/memory.h"

static size_t
words(size_t n)
{
	return n / 64 + (n % 64 != 0);
}

uint64_t *
weft_marks_alloc_(size_t n)
{
	return weft_memory_alloc_(NULL, words(n) * sizeof(uint64_t), alignof(uint64_t));
}

void
weft_marks_free_(uint64_t *marks, size_t n)
{
	weft_memory_free_(NULL, marks, words(n) * sizeof(uint64_t), alignof(uint64_t));
}

size_t
weft_marks_count_(const uint64_t *marks, size_t n)
{
	size_t count = 0;

	/* Sums of 2, 4 and 8 bits side by side; many machines need an option for their popcount. */
	for (size_t i = 0; i < words(n); i++) {
		uint64_t w = marks[i];

		w -= w >> 1 & UINT64_C(0x5555555555555555);
		w = (w & UINT64_C(0x3333333333333333)) + (w >> 2 & UINT64_C(0x3333333333333333));
		w = (w + (w >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
		count += (size_t)(w * UINT64_C(0x0101010101010101) >> 56);
	}
	return count;
}
