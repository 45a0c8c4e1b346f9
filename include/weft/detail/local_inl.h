/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/local_inl.h: the look at a value that this thread has made already. */
#ifndef WEFT_DETAIL_LOCAL_INL_H
#define WEFT_DETAIL_LOCAL_INL_H

#include "../local.h"
#include "slot_inl.h"

WEFT_C_BEGIN_

/* Stands right before each value. What has become visible of it never changes. */
typedef struct weft_local_value_ {
	struct weft_local_value_ *older;     /* of threads that had its place before  */
	struct weft_local_value_ *next;      /* of all that the local has             */
	uint64_t owner;                      /* the number of its thread              */
	uint64_t reserved_;
} weft_local_value_;

/* Who a thread is, to all locals. */
typedef struct weft_local_self_ {
	uint64_t number;                     /* no other thread's, ever; 0: none yet  */
	uint32_t bucket, index;              /* its place                             */
} weft_local_self_;

/*
 * Written by its thread only. No pointer to it: gcc's -fsanitize=null tests that by flags, which
 * the instruction does not set that the linker puts in the place of the compiler's.
 */
WEFT_API extern WEFT_THREAD_LOCAL_ weft_local_self_ weft_local_me_;

WEFT_API WEFT_MUST_USE void *weft_local_get_slow_(weft_local *l, const weft_local_type *type);

WEFT_INLINE_ WEFT_MUST_USE void *
weft_local_get_(weft_local *l, const weft_local_type *type)
{
	/* A1: the places are NULL, or filled; pairs with R1. */
	weft_atomic_ptr *places =
	    (weft_atomic_ptr *)weft_load_acquire(&l->buckets_[weft_local_me_.bucket]);
	weft_local_value_ *v;

	if (WEFT_LIKELY_(places != NULL)) {
		/* A2: the owner of a value that may be another thread's; pairs with R2. */
		v = (weft_local_value_ *)weft_load_acquire(&places[weft_local_me_.index]);
		if (WEFT_LIKELY_(v != NULL && v->owner == weft_local_me_.number))
			return v + 1;
	}
	return weft_local_get_slow_(l, type);
}

WEFT_C_END_

#define weft_local_get(l, type) weft_local_get_(l, type)

#endif
