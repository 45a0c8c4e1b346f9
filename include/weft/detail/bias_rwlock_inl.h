/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/bias_rwlock_inl.h: the reader's path that writes a line of its own only. */
#ifndef WEFT_DETAIL_BIAS_RWLOCK_INL_H
#define WEFT_DETAIL_BIAS_RWLOCK_INL_H

#include "../rwlock.h"
#include "asym_inl.h"
#include "slot_inl.h"

WEFT_C_BEGIN_

/* Of the thread that has this slot; no other writes it. */
typedef struct weft_bias_line_ {
	weft_atomic_u32 inside_;           /* read locks that it holds by this line       */
	uint32_t others_;                  /* read locks that it took otherwise: its own  */
	char pad_[WEFT_LINE - 8];
} weft_bias_line_;

WEFT_API bool weft_bias_rwlock_read_slow_(weft_bias_rwlock *l, bool tries, weft_time deadline);
WEFT_API void weft_bias_rwlock_read_unlock_slow_(weft_bias_rwlock *l);
WEFT_API void weft_bias_rwlock_left_slow_(weft_bias_rwlock *l);
WEFT_API bool weft_bias_rwlock_write_in_(weft_bias_rwlock *l, bool tries, weft_time deadline);

/* This thread's line; NULL: it has none here. */
WEFT_INLINE_ weft_bias_line_ *
weft_bias_line_of_(weft_bias_rwlock *l)
{
	uint32_t index = weft_slot_ - 1;

	return WEFT_LIKELY_(index < l->n_lines_) ? &l->lines_[index] : NULL;
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_bias_rwlock_read_in_(weft_bias_rwlock *l, bool tries, weft_time deadline)
{
	weft_bias_line_ *line = weft_bias_line_of_(l);
	uint32_t inside;

	/* relaxed: a first look, so that while bias_ is 0 nobody writes lines and wakes writers. */
	if (WEFT_LIKELY_(line != NULL && weft_load_relaxed(&l->bias_) != 0)) {
		/* relaxed: only this thread writes it. */
		inside = weft_load_relaxed(&line->inside_);
		/* relaxed: the asymmetric barrier orders it before the look at bias_. */
		weft_store_relaxed(&line->inside_, inside + 1);
		weft_asym_light_();
		/* A1: what was done under the write locks before; pairs with R1. */
		if (WEFT_LIKELY_(weft_load_acquire(&l->bias_) != 0))
			return true;
		/* R2: who reads this sees also what this thread read under earlier locks; pairs
		 * with A2. */
		weft_store_release(&line->inside_, inside);
		weft_bias_rwlock_left_slow_(l);
	}
	return weft_bias_rwlock_read_slow_(l, tries, deadline);
}

WEFT_INLINE_ void
weft_bias_rwlock_read_out_(weft_bias_rwlock *l)
{
	weft_bias_line_ *line = weft_bias_line_of_(l);
	/* relaxed: only this thread writes it. */
	uint32_t inside = line != NULL ? weft_load_relaxed(&line->inside_) : 0;

	if (WEFT_UNLIKELY_(inside == 0)) {
		weft_bias_rwlock_read_unlock_slow_(l);
		return;
	}
	/* R2: what was read under this lock; pairs with A2. */
	weft_store_release(&line->inside_, inside - 1);
	weft_asym_light_();
	/* relaxed: the asymmetric barrier orders it after the line; a writer that asks is told. */
	if (WEFT_UNLIKELY_(weft_load_relaxed(&l->bias_) == 0))
		weft_bias_rwlock_left_slow_(l);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_bias_rwlock_read_lock_until_(weft_bias_rwlock *l, weft_time deadline)
{
	weft_alive_check_(&l->alive_, l, "weft_bias_rwlock_read_lock");
	if (WEFT_CHECKED_)
		weft_rwlock_will_wait_(l, "weft_bias_rwlock_read_lock");
	return weft_rwlock_took_(l, false, weft_bias_rwlock_read_in_(l, false, deadline));
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_bias_rwlock_try_read_lock_(weft_bias_rwlock *l)
{
	weft_alive_check_(&l->alive_, l, "weft_bias_rwlock_try_read_lock");
	return weft_rwlock_took_(l, false, weft_bias_rwlock_read_in_(l, true, WEFT_FOREVER));
}

WEFT_INLINE_ void
weft_bias_rwlock_read_unlock_(weft_bias_rwlock *l)
{
	if (WEFT_CHECKED_)
		weft_rwlock_gives_(l, false, "weft_bias_rwlock_read_unlock");
	weft_bias_rwlock_read_out_(l);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_bias_rwlock_write_lock_until_(weft_bias_rwlock *l, weft_time deadline)
{
	weft_alive_check_(&l->alive_, l, "weft_bias_rwlock_write_lock");
	if (WEFT_CHECKED_)
		weft_rwlock_will_wait_(l, "weft_bias_rwlock_write_lock");
	return weft_rwlock_took_(l, true, weft_bias_rwlock_write_in_(l, false, deadline));
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_bias_rwlock_try_write_lock_(weft_bias_rwlock *l)
{
	weft_alive_check_(&l->alive_, l, "weft_bias_rwlock_try_write_lock");
	return weft_rwlock_took_(l, true, weft_bias_rwlock_write_in_(l, true, WEFT_FOREVER));
}

WEFT_INLINE_ void
weft_bias_rwlock_write_unlock_(weft_bias_rwlock *l)
{
	if (WEFT_CHECKED_)
		weft_rwlock_gives_(l, true, "weft_bias_rwlock_write_unlock");
	weft_rwlock_write_out_(&l->slow_);
}

WEFT_C_END_

#define weft_bias_rwlock_read_lock(l) ((void)!weft_bias_rwlock_read_lock_until_(l, WEFT_FOREVER))
#define weft_bias_rwlock_read_lock_until(l, deadline) weft_bias_rwlock_read_lock_until_(l, deadline)
#define weft_bias_rwlock_try_read_lock(l) weft_bias_rwlock_try_read_lock_(l)
#define weft_bias_rwlock_read_unlock(l) weft_bias_rwlock_read_unlock_(l)
#define weft_bias_rwlock_write_lock(l) ((void)!weft_bias_rwlock_write_lock_until_(l, WEFT_FOREVER))
#define weft_bias_rwlock_write_lock_until(l, deadline) \
	weft_bias_rwlock_write_lock_until_(l, deadline)
#define weft_bias_rwlock_try_write_lock(l) weft_bias_rwlock_try_write_lock_(l)
#define weft_bias_rwlock_write_unlock(l) weft_bias_rwlock_write_unlock_(l)

#endif
