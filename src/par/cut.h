/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* cut.h: a range cut into blocks, which are then the items of a loop. Private. */
#ifndef WEFT_SRC_CUT_H
#define WEFT_SRC_CUT_H

#include "range.h"

/*
 * The items first ... n-1, in count blocks of size items; the last may have less. how is
 * the caller's, in blocks: its progress tells the caller of items still. A loop that runs
 * over the blocks more than once says so by passes, and counts up pass.
 */
typedef struct weft_cut_ {
	weft_par_options how;
	size_t first, n, size, count;
	unsigned pass, passes;
	void (*progress)(size_t done, size_t n, void *ctx);
	void *progress_ctx;
} weft_cut_;

/* how may be NULL; size is not 0, and passes is 1 or 2. It stays where it is. */
void weft_cut_init_(weft_cut_ *b, const weft_par_options *how, size_t first, size_t n,
    size_t size, unsigned passes);

/* What a loop of how may cut n items into, when it knows no better: a multiple of unit. */
size_t weft_cut_size_(const weft_par_options *how, size_t n, size_t unit);

/* A block of at least how->grain, at most how->max_grain items; at least 1. */
size_t weft_cut_clamp_(const weft_par_options *how, size_t size);

static inline size_t
weft_cut_begin_(const weft_cut_ *b, size_t i)
{
	return b->first + i * b->size;
}

static inline size_t
weft_cut_end_(const weft_cut_ *b, size_t i)
{
	return i + 1 < b->count ? b->first + (i + 1) * b->size : b->n;
}

#endif
