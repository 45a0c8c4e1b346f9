/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* client_memory.h: memory from malloc, which the checker follows; pages may be refused. */
#ifndef WEFT_MODEL_CLIENT_MEMORY_H
#define WEFT_MODEL_CLIENT_MEMORY_H

#include <stdlib.h>

#include <weft/alloc.h>

/* False: pages are refused. */
static bool has_memory = true;

static void *
page_alloc(size_t size, void *ctx)
{
	(void)ctx;
	return has_memory ? calloc(1, size) : NULL;
}

static void
page_free(void *p, size_t size, void *ctx)
{
	(void)size;
	(void)ctx;
	free(p);
}

static bool
page_discard(void *p, size_t size, void *ctx)
{
	(void)p;
	(void)size;
	(void)ctx;
	return false;
}

static void *
alloc(size_t size, size_t align, void *ctx)
{
	(void)ctx;
	return aligned_alloc(align, (size + align - 1) / align * align);
}

static void
release(void *p, size_t size, size_t align, void *ctx)
{
	(void)align;
	page_free(p, size, ctx);
}

static const weft_allocator allocator = {
	alloc, release, NULL, page_alloc, page_free, page_discard,
};

#endif
