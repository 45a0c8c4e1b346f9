/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/asym_inl.h: a barrier of two halves, of which the frequent one is nearly free. */
#ifndef WEFT_DETAIL_ASYM_INL_H
#define WEFT_DETAIL_ASYM_INL_H

#include "../atomic.h"
#include "linked_inl.h"

WEFT_C_BEGIN_

/*
 * One thread writes X, passes the light half and reads Y; another writes Y, passes the
 * heavy half and reads X. Then at least one of them reads what the other wrote, whatever
 * the orders of those four operations are.
 *
 *	light    often: it keeps the compiler from moving one across the other
 *	heavy    seldom: every thread of the process passes a full barrier before it returns
 *	         (membarrier: some 5 us, and the other CPUs are interrupted)
 *
 * Where there is no membarrier, and under ThreadSanitizer, which does not see it (a model
 * checker does), both halves are a read-modify-write of one word: the later of two sees what
 * was before the earlier one. weft_asym_is_cheap_ says which it is; what is sound does not
 * depend on it.
 */
WEFT_API extern weft_atomic_u32 weft_asym_word_;     /* written by both halves of the twin */
WEFT_API extern weft_atomic_u32 weft_asym_mode_;     /* 1 once membarrier is registered, for good */
WEFT_API void weft_asym_heavy_(void);
/* Asks the system, once. The light half is dear until somebody has asked. */
WEFT_API bool weft_asym_is_cheap_(void);

#define WEFT_ASYM_TWIN_ (WEFT_TSAN_ && !WEFT_MODEL_)

WEFT_INLINE_ void
weft_asym_light_(void)
{
	/* relaxed: it is 1 only after the registration, from when on any heavy half reaches all;
	 * who still reads 0 does more than it must. */
	if (!WEFT_ASYM_TWIN_ && WEFT_LIKELY_(weft_load_relaxed(&weft_asym_mode_) != 0))
		weft_compiler_barrier();
	else
		/* A1, R1: the later twin sees what was before the earlier; pairs with A1, R1. */
		weft_fetch_add_acq_rel(&weft_asym_word_, 1);
}

WEFT_C_END_

#endif
