/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* shadow.h: plain memory: who read and wrote each byte, and was it ordered. */
#ifndef WEFT_MODEL_SHADOW_H
#define WEFT_MODEL_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A plain access of the running thread: fails the run on a race, or a wrong address. */
void plain_access(uintptr_t address, size_t size, bool writes);
/* An atomic one, against the plain ones. */
void atomic_access(uintptr_t address, size_t size, bool writes);
/* The running thread frees the block: who may still use it does so after free. */
void shadow_free(uintptr_t address, size_t size);

/*
 * The bytes are those of an atomic object, until they are cleared. False: some were before.
 * Only names.c calls these.
 */
bool shadow_mark_atomic(uintptr_t address, unsigned size);
void shadow_clear_atomic(uintptr_t address, unsigned size);

/*
 * The other side of the race that the run failed on: where it is in the program, what it
 * did, and in which thread, before its event of which index.
 */
struct race_place {
	uintptr_t caller;
	const char *does;
	unsigned thread, index;
};
extern struct race_place race_other;

#endif
