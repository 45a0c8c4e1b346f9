/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* memory.h: how the library itself allocates. Private. */
#ifndef WEFT_SRC_MEMORY_H
#define WEFT_SRC_MEMORY_H

#include <weft/alloc.h>

/*
 * `own` is an object's own allocator, NULL for the process's. It must be the same one at
 * alloc and at free. NULL back: there is no memory.
 */
WEFT_MUST_USE void *weft_memory_alloc_(const weft_allocator *own, size_t size, size_t align);
void weft_memory_free_(const weft_allocator *own, void *p, size_t size, size_t align);

/* Pages: zeroed; size is rounded up to WEFT_PAGE, the same way each time. */
WEFT_MUST_USE void *weft_memory_pages_(const weft_allocator *own, size_t size);
void weft_memory_pages_free_(const weft_allocator *own, void *p, size_t size);
/* False: the memory stays as it is. */
bool weft_memory_pages_discard_(const weft_allocator *own, void *p, size_t size);

/* An allocator is whole: both functions, and all of the page hooks or none. */
bool weft_memory_is_whole_(const weft_allocator *a);

#endif
