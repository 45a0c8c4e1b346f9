/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* object.h: what all calls on mutexes, conditions, semaphores, ... have in common. */
#ifndef WEFT_MODEL_OBJECT_H
#define WEFT_MODEL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"
#include "replay.h"

/*
 * A function that stands for the program's calls of `name`; the linker is told so with
 * --wrap=name. Outside of a run it hands on to the real one, which has its own name.
 */
#define WRAPPED(type, name, ...) \
	__attribute__((visibility("default"))) type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

/*
 * Likewise, for a call that leaves no trace when it fails: a loop around it is one that
 * waits. It comes in through context_entries.S, which notes the caller's state.
 */
#define WRAPPED_TRY(type, name, ...) \
	type entry_##name(__VA_ARGS__); \
	type entry_##name(__VA_ARGS__)

/* Where the program calls a wrapped function from. */
#define CALLER ((uintptr_t)__builtin_return_address(0))

/* A call begins, `doing` something, as in "locks"; the object may be null. */
void call_begins(uintptr_t caller, const char *doing, const void *object);

/* Likewise, on an object that must be alive: fails the run when it was destroyed. */
void object_used(uintptr_t caller, const char *doing, const void *object);
/*
 * Likewise, in a WRAPPED_TRY: all that it finds is what object_op is about to find. True: it
 * finds *found, and must do no more (retry.h).
 */
bool object_tried(uintptr_t caller, const char *doing, const void *object, word *found);
/* A call that makes the object: what was there before is forgotten. */
void object_made(uintptr_t caller, const char *doing, void *object, size_t size);
/* A call that ends it: any use that may come after this fails the run. */
void object_destroyed(uintptr_t caller, const char *doing, void *object, size_t size);

/* Its value in the graph, a lock's 8 bytes: 0 at first. */
word object_op(const void *object, struct op op);
word object_read(const void *object, enum order order);
void object_write(const void *object, word value, enum order order);

/*
 * How a wait that has a deadline, or that may end for no reason (--spurious), comes to
 * its end. Each way is explored, but at most three times in a row that it times out at one
 * place, and once that it is spurious: else a loop around it would never end. Where there
 * might have been a fourth time, the exploration is not exhaustive, and says so.
 */
enum wait_end { WOKEN, TIMED_OUT, SPURIOUS };
enum wait_end choose_wait_end(bool has_deadline, uint64_t deadline);

/*
 * The same for waits until something can be taken: one that finds nothing to take may have
 * timed out then. The block of such a read, and what to do when it did not find anything.
 */
enum block block_until(void);
void object_timed_out(uint64_t deadline);

/*
 * The execution of now is the same as another one in all that matters. Only the exhaustive
 * search may leave it to that one.
 */
void leave_to_another(void);

#endif
