/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/rwlock.h: a lock that many read and one writes. */
#ifndef WEFT_RWLOCK_H
#define WEFT_RWLOCK_H

#include "atomic.h"
#include "time.h"

WEFT_C_BEGIN_

/*
 * Many readers or one writer. Zeroed memory is an unlocked weft_rwlock; it owns nothing
 * and needs no fini.
 *
 * Fair enough: a waiting writer stops new readers, and lets in those that came before
 * it; when it leaves, all readers that waited meanwhile go before the next writer. So
 * nobody waits for more than one batch of the other kind. Exactly:
 *
 *   A reader spins for some microseconds at most, during which chance decides; then it
 *   is asleep, and goes in when the writer leaves that has the lock, or the turn, then.
 *   The first writer of those that wait has the turn: no reader comes in after it, until
 *   it has had the lock. A writer that finds the turn taken spins, during which chance
 *   decides; then it is asleep, first come, first served. It is woken when the turn is
 *   free, but until it runs others may be quicker; if one was, the next turn is its own.
 *
 * Not recursive: a thread that read-locks twice may meet a writer in between and wait
 * for itself. Under WEFT_CHECKED that stops the program with a sentence, and so does a
 * thread that unlocks what it does not hold. (It judges by what such files did: what is
 * locked in one of them is to be unlocked in one of them.)
 *
 * What was done under a lock happens before what is done under the next one that
 * excludes it. The lock may go out of scope when no thread holds it or is in a call on it.
 */
typedef struct weft_rwlock {
	weft_atomic_u64 word_;        /* who has it and who waits: see src/sync/rwlock.c     */
	weft_atomic_u32 readers_;     /* what asleep readers sleep on; counts their wake-ups */
	weft_atomic_u32 writers_;     /* the same of writers in the queue                    */
	weft_atomic_u32 next_;        /* the same of the writer that is given the next turn  */
	weft_atomic_u32 drained_;     /* the same of the writer that waits for readers       */
	char pad_[WEFT_LINE - 24];    /* two locks side by side share no line */
} weft_rwlock;

/* For reading: with others who read. try_ never waits; until false: the deadline came first. */
WEFT_API void weft_rwlock_read_lock(weft_rwlock *l);
WEFT_API WEFT_MUST_USE bool weft_rwlock_try_read_lock(weft_rwlock *l);
WEFT_API WEFT_MUST_USE bool weft_rwlock_read_lock_until(weft_rwlock *l, weft_time deadline);
WEFT_API void weft_rwlock_read_unlock(weft_rwlock *l);

/*
 * For writing: alone. try_ may also be refused by a reader that is just being stopped, as
 * it is by one that reads.
 */
WEFT_API void weft_rwlock_write_lock(weft_rwlock *l);
WEFT_API WEFT_MUST_USE bool weft_rwlock_try_write_lock(weft_rwlock *l);
WEFT_API WEFT_MUST_USE bool weft_rwlock_write_lock_until(weft_rwlock *l, weft_time deadline);
WEFT_API void weft_rwlock_write_unlock(weft_rwlock *l);

/*
 * From read to write without letting a writer in between: true for one reader only;
 * false, and still a reader, when another one is upgrading (unlock, then write_lock).
 * It waits until the other readers have left. Then weft_rwlock_write_unlock, as ever.
 * From write to read: never fails, never waits, never lets a writer in between.
 */
WEFT_API WEFT_MUST_USE bool weft_rwlock_upgrade(weft_rwlock *l);
WEFT_API void weft_rwlock_downgrade(weft_rwlock *l);

/*
 * The reader-biased form: readers write a line of their own thread's, and nothing that is
 * shared; a writer pays for it by looking at every such line, after a membarrier. For locks
 * that are written less than once in a thousand reads. Same verbs, same promises: writers,
 * and readers that meet one, take turns on a weft_rwlock inside; after a write the readers
 * stay with that for nine times as long as stopping them took, so that writers often in a
 * row pay once. Where the system has no membarrier it is that lock alone, always. So it is
 * for the threads, in the order of their first use of such a lock, that are more than it
 * has lines: twice the CPUs there may be, at least 16.
 */
typedef struct weft_bias_rwlock {
	weft_alive_ alive_;
	struct weft_bias_line_ *lines_;    /* one a thread; written by init                    */
	uint32_t n_lines_;
	weft_atomic_u32 bias_;             /* 1: readers go by their lines; 0 by a writer under
	                                    * slow_, 1 by a reader under slow_                 */
	char pad_[WEFT_LINE - 24];
	weft_rwlock slow_;
	weft_atomic_u32 left_;             /* counts readers that leave their lines under bias_ 0 */
	uint32_t may_bias_;                /* written by init                                  */
	weft_atomic_i64 again_ns_;         /* from when on bias_ may be 1 again; by a writer    */
	char pad_after_[WEFT_LINE - 16];
} weft_bias_rwlock;

/* False: there is no memory. */
WEFT_API WEFT_MUST_USE bool weft_bias_rwlock_init(weft_bias_rwlock *l);
/* When nobody holds it or is in a call on it. */
WEFT_API void weft_bias_rwlock_fini(weft_bias_rwlock *l);

/* As those of weft_rwlock. */
WEFT_API void weft_bias_rwlock_read_lock(weft_bias_rwlock *l);
WEFT_API WEFT_MUST_USE bool weft_bias_rwlock_try_read_lock(weft_bias_rwlock *l);
WEFT_API WEFT_MUST_USE bool weft_bias_rwlock_read_lock_until(weft_bias_rwlock *l,
    weft_time deadline);
WEFT_API void weft_bias_rwlock_read_unlock(weft_bias_rwlock *l);
WEFT_API void weft_bias_rwlock_write_lock(weft_bias_rwlock *l);
/* It waits for nobody; yet where readers went by their lines it takes a membarrier, some 5 us. */
WEFT_API WEFT_MUST_USE bool weft_bias_rwlock_try_write_lock(weft_bias_rwlock *l);
WEFT_API WEFT_MUST_USE bool weft_bias_rwlock_write_lock_until(weft_bias_rwlock *l,
    weft_time deadline);
WEFT_API void weft_bias_rwlock_write_unlock(weft_bias_rwlock *l);

WEFT_C_END_

#include "detail/rwlock_inl.h"
#include "detail/bias_rwlock_inl.h"

#endif
