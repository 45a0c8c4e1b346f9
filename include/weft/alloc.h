/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/alloc.h: where weft's memory comes from. */
#ifndef WEFT_ALLOC_H
#define WEFT_ALLOC_H

#include "base.h"
#include "detail/linked_inl.h"

WEFT_C_BEGIN_

/*
 * An allocator: two functions and what they need. align is a power of two; size is
 * never 0. alloc returns NULL when there is no memory: the call that needed it then
 * returns WEFT_NO_MEMORY (or its false), and has changed nothing. free gets the size
 * and the alignment that alloc was asked for, and never NULL. Both are called by any
 * thread, and must not call back into the object that they serve.
 */
typedef struct weft_allocator {
	void *(*alloc)(size_t size, size_t align, void *ctx);
	void (*free)(void *p, size_t size, size_t align, void *ctx);
	void *ctx;

	/*
	 * Big tables come in whole pages: zeroed, aligned to a page, size a multiple of
	 * WEFT_PAGE. discard gives the memory back and keeps the addresses: they read as
	 * zeros from then on; false, and nothing changed, when that cannot be. NULL, all
	 * three: the system's pages; or all three are given.
	 */
	void *(*page_alloc)(size_t size, void *ctx);
	void (*page_free)(void *p, size_t size, void *ctx);
	bool (*page_discard)(void *p, size_t size, void *ctx);
} weft_allocator;

#define WEFT_PAGE 65536   /* at least the page size of any system that weft runs on */

/*
 * Every allocation of weft's goes through one allocator: *a, copied here, or the C
 * library's before that. Call it before anything else of weft; false, and nothing
 * changed, once weft holds memory.
 *
 * An object may have its own instead: the options of each container name one.
 */
WEFT_API WEFT_MUST_USE bool weft_set_allocator(const weft_allocator *a);

/* weft's own way to memory, for programs that wish to share it. NULL: none left. */
WEFT_API WEFT_MUST_USE void *weft_alloc(size_t size, size_t align);
WEFT_API void weft_free(void *p, size_t size, size_t align);

/* What weft holds now, and held at most, of the allocator's. Shared stacks not counted. */
typedef struct weft_alloc_stats {
	size_t bytes;
	size_t peak_bytes;
	size_t blocks;
} weft_alloc_stats;

WEFT_API weft_alloc_stats weft_alloc_usage(void);

WEFT_C_END_
#endif
