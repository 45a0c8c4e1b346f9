/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* write_log.h: plain writes with what they wrote over, so that they can be undone. */
#ifndef WEFT_MODEL_WRITE_LOG_H
#define WEFT_MODEL_WRITE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_WRITES = 64, MAX_WRITTEN = 1024 };

struct write_log {
	struct {
		uintptr_t address;
		unsigned size, old;	/* old: where in bytes */
	} writes[MAX_WRITES];
	unsigned n, used;
	unsigned char bytes[MAX_WRITTEN];
};

/* What the bytes of some writes are at a time. */
struct written_bytes {
	unsigned char bytes[MAX_WRITTEN];
};

/* The bytes are about to be written. False: there is no room left. */
bool write_log_add(struct write_log *log, uintptr_t address, size_t size);
/* The writes from number `from` on are undone; *redo takes what they had come to. */
void write_log_undo(const struct write_log *log, unsigned from, struct written_bytes *redo);
void write_log_redo(const struct write_log *log, unsigned from, const struct written_bytes *redo);
/* What their bytes are now; are they that? */
void write_log_look(const struct write_log *log, unsigned from, struct written_bytes *seen);
bool write_log_equals(const struct write_log *log, unsigned from, const struct written_bytes *seen);

#endif
