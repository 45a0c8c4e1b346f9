/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* rwlock_work.h: the work of every rwlock cell: `read-N`, `write-N`, `mixed-N` (one write in ten), N threads. */
#ifndef BENCH_RWLOCK_WORK_H
#define BENCH_RWLOCK_WORK_H

#include "harness.h"

/*
 * A program includes this, says what its lock is, and includes rwlock_main.h:
 *
 *	struct rwlock
 *	void rwlock_open(struct rwlock *)
 *	void rwlock_read_lock(struct rwlock *), rwlock_read_unlock, rwlock_write_lock, rwlock_write_unlock
 *
 * twin: rivals/rust/src/rwlock.rs
 */

/* What the lock guards: `count` and `twin` are equal whenever nobody writes. */
struct guarded {
	uint64_t one, count, twin;
};

#endif
