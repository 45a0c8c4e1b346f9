/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* record.h: what the run of now did and from where, for the report. */
#ifndef WEFT_MODEL_RECORD_H
#define WEFT_MODEL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A step of a thread: an event of the graph, or a plain access or note between two.
 * `index` is that of the event, or of the next one.
 */
enum { RECORD_NOTE = UINT32_MAX };

struct record {
	uintptr_t caller;	/* the return address into the program */
	const char *doing;	/* "locks", ...; null for atomics and plain accesses */
	uintptr_t object;	/* what it does it to; the number of a note */
	uint32_t size;		/* of a plain access, in bytes; 0: an event; or RECORD_NOTE */
	uint16_t index;
	uint8_t thread;
	bool writes;
};

/* A run begins. Plain accesses are kept only when asked for: they are many. */
void record_begin(bool plain_too);
/* The running thread comes past its event number `index`. */
void record_event(unsigned index);
/* The program tells something about itself (weft/model.h). */
void record_note(const char *text, uint64_t number);
void record_plain(uintptr_t address, size_t size, bool writes);

/* The records of one thread, in its order. */
const struct record *records_of(unsigned thread, size_t *n);
/* That of an event; null if it was not run. */
const struct record *record_of_event(unsigned thread, unsigned index);

#endif
