/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/rwlock_inl.h: the paths of weft/rwlock.h on which nobody waits. */
#ifndef WEFT_DETAIL_RWLOCK_INL_H
#define WEFT_DETAIL_RWLOCK_INL_H

#include "../rwlock.h"

/* The parts of word_ that the fast paths know; src/sync/rwlock.c says what each means. */
#define WEFT_RWLOCK_WRITER_ ((uint64_t)1)
#define WEFT_RWLOCK_UPGRADE_ ((uint64_t)2)
#define WEFT_RWLOCK_DRAIN_ ((uint64_t)4)
#define WEFT_RWLOCK_READER_ ((uint64_t)1 << 8)
/* What stops a reader. */
#define WEFT_RWLOCK_CLOSED_ (WEFT_RWLOCK_WRITER_ | WEFT_RWLOCK_UPGRADE_)

WEFT_C_BEGIN_

/* The reader has counted itself, and found the lock closed. False: the deadline came first. */
WEFT_API bool weft_rwlock_read_slow_(weft_rwlock *l, weft_time deadline);
WEFT_API bool weft_rwlock_try_read_slow_(weft_rwlock *l);
/* The reader has uncounted itself; word is what it found. */
WEFT_API void weft_rwlock_drained_slow_(weft_rwlock *l, uint64_t word);
WEFT_API bool weft_rwlock_write_slow_(weft_rwlock *l, weft_time deadline);
WEFT_API bool weft_rwlock_try_write_slow_(weft_rwlock *l, uint64_t word);
WEFT_API void weft_rwlock_leave_slow_(weft_rwlock *l, uint64_t keep);

/* Under WEFT_CHECKED: a thread's account of what it holds. writes: for writing. */
WEFT_API void weft_rwlock_will_wait_(const void *l, const char *call);
WEFT_API void weft_rwlock_takes_(const void *l, bool writes);
WEFT_API void weft_rwlock_gives_(const void *l, bool writes, const char *call);

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_took_(const void *l, bool writes, bool took)
{
	if (WEFT_CHECKED_ && took)
		weft_rwlock_takes_(l, writes);
	return took;
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_read_in_(weft_rwlock *l, weft_time deadline)
{
	/* A1: what was done under earlier write locks; pairs with R1. */
	uint64_t word = weft_fetch_add_acquire(&l->word_, WEFT_RWLOCK_READER_);

	return WEFT_LIKELY_((word & WEFT_RWLOCK_CLOSED_) == 0) ||
	    weft_rwlock_read_slow_(l, deadline);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_try_read_in_(weft_rwlock *l)
{
	uint64_t word;

	/* relaxed: a first look, so that a refusal writes nothing. */
	if ((weft_load_relaxed(&l->word_) & WEFT_RWLOCK_CLOSED_) != 0)
		return false;
	/* A1: as in weft_rwlock_read_in_. */
	word = weft_fetch_add_acquire(&l->word_, WEFT_RWLOCK_READER_);
	return WEFT_LIKELY_((word & WEFT_RWLOCK_CLOSED_) == 0) || weft_rwlock_try_read_slow_(l);
}

WEFT_INLINE_ void
weft_rwlock_read_out_(weft_rwlock *l)
{
	/* R2: what was done, and read, under this lock; pairs with A2, A3. */
	uint64_t word = weft_fetch_sub_release(&l->word_, WEFT_RWLOCK_READER_);

	if (WEFT_UNLIKELY_((word & WEFT_RWLOCK_DRAIN_) != 0))
		weft_rwlock_drained_slow_(l, word);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_write_in_(weft_rwlock *l, weft_time deadline)
{
	uint64_t word = 0;

	/* A2: what was done under all earlier locks; pairs with R1, R2. */
	return WEFT_LIKELY_(weft_cas_acquire(&l->word_, &word, WEFT_RWLOCK_WRITER_)) ||
	    weft_rwlock_write_slow_(l, deadline);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_try_write_in_(weft_rwlock *l)
{
	uint64_t word = 0;

	/* A2: as in weft_rwlock_write_in_. */
	return WEFT_LIKELY_(weft_cas_acquire(&l->word_, &word, WEFT_RWLOCK_WRITER_)) ||
	    weft_rwlock_try_write_slow_(l, word);
}

WEFT_INLINE_ void
weft_rwlock_write_out_(weft_rwlock *l)
{
	uint64_t word = WEFT_RWLOCK_WRITER_;

	/* R1: what was done under this lock; pairs with A1, A2, A3. */
	if (WEFT_UNLIKELY_(!weft_cas_release(&l->word_, &word, 0)))
		weft_rwlock_leave_slow_(l, 0);
}

/* The public calls: the same, with the account. */

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_read_lock_until_(weft_rwlock *l, weft_time deadline)
{
	if (WEFT_CHECKED_)
		weft_rwlock_will_wait_(l, "weft_rwlock_read_lock");
	return weft_rwlock_took_(l, false, weft_rwlock_read_in_(l, deadline));
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_try_read_lock_(weft_rwlock *l)
{
	return weft_rwlock_took_(l, false, weft_rwlock_try_read_in_(l));
}

WEFT_INLINE_ void
weft_rwlock_read_unlock_(weft_rwlock *l)
{
	if (WEFT_CHECKED_)
		weft_rwlock_gives_(l, false, "weft_rwlock_read_unlock");
	weft_rwlock_read_out_(l);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_write_lock_until_(weft_rwlock *l, weft_time deadline)
{
	if (WEFT_CHECKED_)
		weft_rwlock_will_wait_(l, "weft_rwlock_write_lock");
	return weft_rwlock_took_(l, true, weft_rwlock_write_in_(l, deadline));
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_try_write_lock_(weft_rwlock *l)
{
	return weft_rwlock_took_(l, true, weft_rwlock_try_write_in_(l));
}

WEFT_INLINE_ void
weft_rwlock_write_unlock_(weft_rwlock *l)
{
	if (WEFT_CHECKED_)
		weft_rwlock_gives_(l, true, "weft_rwlock_write_unlock");
	weft_rwlock_write_out_(l);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_rwlock_upgrade_(weft_rwlock *l)
{
	bool writes;

	if (WEFT_CHECKED_)
		weft_rwlock_gives_(l, false, "weft_rwlock_upgrade");
	writes = weft_rwlock_upgrade(l);
	if (WEFT_CHECKED_)
		weft_rwlock_takes_(l, writes);
	return writes;
}

WEFT_INLINE_ void
weft_rwlock_downgrade_(weft_rwlock *l)
{
	if (WEFT_CHECKED_)
		weft_rwlock_gives_(l, true, "weft_rwlock_downgrade");
	weft_rwlock_downgrade(l);
	if (WEFT_CHECKED_)
		weft_rwlock_takes_(l, false);
}

WEFT_C_END_

#define weft_rwlock_read_lock(l) ((void)!weft_rwlock_read_lock_until_(l, WEFT_FOREVER))
#define weft_rwlock_read_lock_until(l, deadline) weft_rwlock_read_lock_until_(l, deadline)
#define weft_rwlock_try_read_lock(l) weft_rwlock_try_read_lock_(l)
#define weft_rwlock_read_unlock(l) weft_rwlock_read_unlock_(l)
#define weft_rwlock_write_lock(l) ((void)!weft_rwlock_write_lock_until_(l, WEFT_FOREVER))
#define weft_rwlock_write_lock_until(l, deadline) weft_rwlock_write_lock_until_(l, deadline)
#define weft_rwlock_try_write_lock(l) weft_rwlock_try_write_lock_(l)
#define weft_rwlock_write_unlock(l) weft_rwlock_write_unlock_(l)
#define weft_rwlock_upgrade(l) weft_rwlock_upgrade_(l)
#define weft_rwlock_downgrade(l) weft_rwlock_downgrade_(l)

#endif
