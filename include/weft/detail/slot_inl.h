/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/slot_inl.h: a small number for each thread, for what has a place a thread. */
#ifndef WEFT_DETAIL_SLOT_INL_H
#define WEFT_DETAIL_SLOT_INL_H

#include "../base.h"

WEFT_C_BEGIN_

/* In C++ thread_local of another file costs a call, since it might have to be constructed. */
#ifdef __cplusplus
#define WEFT_THREAD_LOCAL_ __thread
#else
#define WEFT_THREAD_LOCAL_ _Thread_local
#endif

/*
 * 0: none yet, weft_slot_take_ gives one. Else at least 1, the lowest that no other thread
 * has; it is another's after this thread has ended. WEFT_SLOT_NONE_: there are too many
 * threads, or this one is ending.
 */
#define WEFT_SLOT_NONE_ UINT32_MAX
WEFT_API extern WEFT_THREAD_LOCAL_ uint32_t weft_slot_;
WEFT_API uint32_t weft_slot_take_(void);

WEFT_C_END_

#endif
