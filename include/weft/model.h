/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/model.h: words that a program may say to weft-model, which explores its executions. */
#ifndef WEFT_MODEL_H
#define WEFT_MODEL_H

#include "base.h"

WEFT_C_BEGIN_

/*
 * weft-model needs none of this: it takes ordinary C11 with threads,
 *
 *	weft-model run queue_test.c
 *
 * through every schedule and every outcome that the memory model allows. These say more,
 * where one wishes to. In an ordinary build they do nothing, and answer as is said below,
 * so that the same file runs both ways; there is nothing to link. `weft-model cc` defines
 * WEFT_MODEL.
 */
#ifdef WEFT_MODEL
unsigned weft_model_choose_(unsigned n);
void weft_model_assume_(bool truth);
void weft_model_note_(const char *text, uint64_t number);
#endif

/* One of 0 ... n-1: each is explored. Otherwise 0. */
WEFT_INLINE_ unsigned
weft_model_choose(unsigned n)
{
#ifdef WEFT_MODEL
	return weft_model_choose_(n);
#else
	(void)n;
	return 0;
#endif
}

/* Executions in which it is false are of no interest, and go no further. Otherwise nothing. */
WEFT_INLINE_ void
weft_model_assume(bool truth)
{
#ifdef WEFT_MODEL
	weft_model_assume_(truth);
#else
	(void)truth;
#endif
}

/* A line in the trace of a failure; the text must stay. Otherwise nothing. */
WEFT_INLINE_ void
weft_model_note(const char *text, uint64_t number)
{
#ifdef WEFT_MODEL
	weft_model_note_(text, number);
#else
	(void)text;
	(void)number;
#endif
}

/* Is this an exploration? */
WEFT_INLINE_ bool
weft_model_is_on(void)
{
	return WEFT_MODEL_;
}

WEFT_C_END_

#endif
