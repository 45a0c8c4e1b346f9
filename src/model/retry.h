/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* retry.h: loops that wait, or that try again, are not explored round by round. */
#ifndef WEFT_MODEL_RETRY_H
#define WEFT_MODEL_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"

/*
 * The running thread does something that others may notice, or that must not be done
 * twice: what came before is no idle round of a loop.
 */
void effect(void);

/* How a call that reads gives its value to the caller. */
enum read_form {
	LOAD,		/* it returns it */
	CAS_VALUE,	/* so does this, whether it fails or not */
	CAS_BOOL,	/* false, and the value is stored where the expected one was */
	SILENT_RMW,	/* one that may put back what it found */
	VOLATILE,	/* nothing: the program then reads memory */
};

struct read {
	uint8_t form, size;
	uint8_t order;		/* of a failure, if it can fail */
	uintptr_t address;
	word a, b;		/* the arguments: for a CAS, expected and wanted */
	uintptr_t value_at;	/* CAS_BOOL, VOLATILE: where the value is put */
};

/*
 * The running thread is about to read, from an entry point that left its state in `entry`.
 * It may be stopped here. True: this is a trial, and the value is *value.
 */
bool retry_read(const struct read *read, word *value);

/* It is about to write these bytes, which are not of its own stack. */
void retry_will_write(uintptr_t address, size_t size);

/* Is this a trial? Then nothing of it may be noticed. If so, and it cannot go on: end it. */
bool retry_is_trial(void);
void retry_end_trial(void);

/* A thread begins in a new run. */
void retry_begin(unsigned thread);
/* Our own stack: does the running thread, which came here, want a trial? Then makes it. */
bool retry_trial(void);

struct retry_statistics {
	uint64_t spins, retries, trials;
};
extern struct retry_statistics retry_statistics;

#endif
