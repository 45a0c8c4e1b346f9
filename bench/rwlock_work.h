/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* rwlock_work.h: the work of every rwlock cell: N threads `read-N`, `write-N`, `mixed-N`. */
#ifndef BENCH_RWLOCK_WORK_H
#define BENCH_RWLOCK_WORK_H

#include "bench.h"

/*
 * A program includes this, says what its lock is, and includes rwlock_main.h:
 *
 *	struct rwlock
 *	void rwlock_open(struct rwlock *)
 *	void rwlock_read_lock(struct rwlock *)        and rwlock_read_unlock
 *	void rwlock_write_lock(struct rwlock *)       and rwlock_write_unlock
 *
 * Of mixed-N each tenth operation is a write.
 *
 * twin: rivals/rust/src/rwlock.rs
 */

/* What the lock guards: `count` and `twin` are equal whenever nobody writes. */
struct guarded {
	uint64_t one, count, twin;
};

#endif
