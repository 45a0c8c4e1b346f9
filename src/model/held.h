/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* held.h: the locks that each thread has. */
#ifndef WEFT_MODEL_HELD_H
#define WEFT_MODEL_HELD_H

/* As a reader of a rwlock, or as the one who may write; a mutex is always HELD_ALONE. */
enum how { HELD_ALONE, HELD_SHARED };

struct held {
	const void *lock;
	enum how how;
	unsigned times; /* of a recursive mutex, of a reader */
};

/* All this is about the running thread, and follows from its own past. */

/* What it has of the lock, or null. */
struct held *held_find(const void *lock);
void held_add(const void *lock, enum how how);
/* Once less. Returns how often it still has it. */
unsigned held_drop(struct held *held);

#endif
