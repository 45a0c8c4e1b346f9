/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* chain.h: loops in which each block needs to know what those before it come to. Private. */
#ifndef WEFT_SRC_CHAIN_H
#define WEFT_SRC_CHAIN_H

#include "range.h"

/* A scan, and what is like one. Accumulators are copied as bytes. */
typedef struct weft_chain_work_ {
	size_t size, align;
	void (*make)(void *acc, void *ctx);
	/* Adds the items begin ... end-1 to acc. */
	void (*sum)(void *acc, size_t begin, size_t end, void *ctx);
	void (*merge)(void *into, const void *next, void *ctx);
	/* acc: the sum of all before begin, and then of all before end. After sum of the same. */
	void (*write)(void *acc, size_t begin, size_t end, void *ctx);
	/* The same, where sum has not been called. */
	void (*both)(void *acc, size_t begin, size_t end, void *ctx);
	/* May be NULL. Before the first sum; false: there is no memory, do without sums. */
	bool (*prepare)(void *ctx);
	size_t unit;                 /* blocks begin at multiples of it */
} weft_chain_work_;

/* total: made by the caller; holds the sum of all at the end. */
void weft_chain_run_(const weft_par_options *how, size_t n, const weft_chain_work_ *work,
    void *total, void *ctx);

#endif
