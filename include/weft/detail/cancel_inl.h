/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/cancel_inl.h: the look at a token that has neither parent nor deadline. */
#ifndef WEFT_DETAIL_CANCEL_INL_H
#define WEFT_DETAIL_CANCEL_INL_H

#include "../cancel.h"

/*
 * The bits of set_. What is SET stays SET. WATCHED: somebody may wait for it (src/sync/watched.h):
 * legal only without SET, which takes it away.
 */
#define WEFT_CANCEL_SET_ 1u
#define WEFT_CANCEL_WATCHED_ 2u

WEFT_C_BEGIN_

/* Deadlines, and parents. */
WEFT_API bool weft_cancel_is_set_above_(const weft_cancel *c);

WEFT_INLINE_ bool
weft_cancel_is_set_(const weft_cancel *c)
{
	if (c == NULL)
		return false;
	/* A1: what was done before it was set; pairs with R1. */
	if ((weft_load_acquire(&c->set_) & WEFT_CANCEL_SET_) != 0)
		return true;
	return (c->parent != NULL || c->deadline.ns != 0) && weft_cancel_is_set_above_(c);
}

WEFT_C_END_

#define weft_cancel_is_set(c) weft_cancel_is_set_(c)

#endif
