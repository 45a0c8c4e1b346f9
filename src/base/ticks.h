/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ticks.h: a clock that is cheap enough to be asked between pieces of work. Private. */
#ifndef WEFT_SRC_TICKS_H
#define WEFT_SRC_TICKS_H

#include "os.h"

/*
 * Ticks of the processor's own counter where it has one that runs evenly, else nanoseconds.
 * Two threads may differ by some microseconds: use it for decisions, not for results. Under
 * weft-model time stands still.
 */
WEFT_INLINE_ uint64_t
weft_ticks_(void)
{
	return WEFT_MODEL_ ? 0 : weft_os_ticks();
}

/* How many there are in ns nanoseconds. Measured once, for a fifth of a millisecond. */
uint64_t weft_ticks_in_(uint64_t ns);
/* And the other way. */
uint64_t weft_ticks_ns_(uint64_t ticks);

#endif
