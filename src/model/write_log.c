/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* write_log.c: plain writes with what they wrote over, so that they can be undone. */
#include "write_log.h"

#include <string.h>

bool
write_log_add(struct write_log *log, uintptr_t address, size_t size)
{
	if (log->n == MAX_WRITES || size > MAX_WRITTEN - log->used)
		return false;
	log->writes[log->n].address = address;
	log->writes[log->n].size = (unsigned)size;
	log->writes[log->n++].old = log->used;
	memcpy(log->bytes + log->used, (const void *)address, size);
	log->used += (unsigned)size;
	return true;
}

/* Newest first: bytes that were written twice come to what they were at first. */
void
write_log_undo(const struct write_log *log, unsigned from, struct written_bytes *redo)
{
	for (unsigned i = log->n; i-- > from;) {
		void *at = (void *)log->writes[i].address;
		unsigned size = log->writes[i].size, old = log->writes[i].old;

		memcpy(redo->bytes + old, at, size);
		memcpy(at, log->bytes + old, size);
	}
}

void
write_log_redo(const struct write_log *log, unsigned from, const struct written_bytes *redo)
{
	for (unsigned i = from; i < log->n; i++)
		memcpy((void *)log->writes[i].address, redo->bytes + log->writes[i].old,
		    log->writes[i].size);
}

void
write_log_look(const struct write_log *log, unsigned from, struct written_bytes *seen)
{
	for (unsigned i = from; i < log->n; i++)
		memcpy(seen->bytes + log->writes[i].old, (const void *)log->writes[i].address,
		    log->writes[i].size);
}

bool
write_log_equals(const struct write_log *log, unsigned from, const struct written_bytes *seen)
{
	for (unsigned i = from; i < log->n; i++)
		if (memcmp(seen->bytes + log->writes[i].old, (const void *)log->writes[i].address,
		        log->writes[i].size) != 0)
			return false;
	return true;
}
