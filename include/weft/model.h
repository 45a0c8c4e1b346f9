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
/* One of 0 ... n-1: each is explored. Otherwise 0. */
WEFT_API unsigned weft_model_choose(unsigned n);
/* Executions in which it is false are of no interest, and go no further. */
WEFT_API void weft_model_assume(bool truth);
/* A line in the trace of a failure. The text must stay. */
WEFT_API void weft_model_note(const char *text, uint64_t number);
/* Is this an exploration? */
static inline bool
weft_model_is_on(void)
{
	return true;
}
#else
static inline unsigned
weft_model_choose(unsigned n)
{
	(void)n;
	return 0;
}

static inline void
weft_model_assume(bool truth)
{
	(void)truth;
}

static inline void
weft_model_note(const char *text, uint64_t number)
{
	(void)text;
	(void)number;
}

static inline bool
weft_model_is_on(void)
{
	return false;
}
#endif

WEFT_C_END_

#endif
