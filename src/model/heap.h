/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* heap.h: the memory that the program under test allocates. */
#ifndef WEFT_MODEL_HEAP_H
#define WEFT_MODEL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Addresses follow from a thread's own past alone. Nothing is handed out twice, unless
 * options.reuse asks for it: then each allocation may be given the block of that size that
 * the thread freed last. Null if options.fail_memory is set and the execution is one in
 * which memory runs out.
 */
void *heap_alloc(size_t size, size_t align);
void heap_free(void *p);
size_t heap_size(const void *p);
/* Is it an address of this heap? */
bool heap_has(const void *p);
/* Fails the run unless all these bytes are of one live block, or not of the heap at all. */
void heap_check(uintptr_t address, size_t size, const char *does);
/* A live block that nothing points at any more, or null. */
const void *heap_leak(size_t *size, unsigned *by_thread);
/* All of it is as at the beginning. */
void heap_reset(void);

#endif
