/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* marks.h: a bit an item, in words of 64. Private. */
#ifndef WEFT_SRC_MARKS_H
#define WEFT_SRC_MARKS_H

#include <weft/base.h>

/* So many items are marked and placed in one go, where their marks are not kept. */
#define WEFT_MARKS_STEP_ 1024

/* For n items; NULL: there is no memory. */
uint64_t *weft_marks_alloc_(size_t n);
void weft_marks_free_(uint64_t *marks, size_t n);

/* How many of n bits are set; those beyond, in the last word, are 0. */
size_t weft_marks_count_(const uint64_t *marks, size_t n);

#endif
