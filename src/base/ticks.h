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
#if WEFT_MODEL_
	return 0;
#elif defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	return (uint64_t)weft_os_now_ns();
#endif
}

/* How many there are in ns nanoseconds. Measured once, for a fifth of a millisecond. */
uint64_t weft_ticks_in_(uint64_t ns);
/* And the other way. */
uint64_t weft_ticks_ns_(uint64_t ticks);

#endif
