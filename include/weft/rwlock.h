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

WEFT_C_END_

#include "detail/rwlock_inl.h"

#endif
