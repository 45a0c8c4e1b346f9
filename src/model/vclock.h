/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* vclock.h: vector clocks: of each thread, how many of its events are known. */
#ifndef WEFT_MODEL_VCLOCK_H
#define WEFT_MODEL_VCLOCK_H

#include <stdint.h>

/* One clock is 32 bytes: two registers of SSE2 or NEON, one of AVX2. */
enum { MAX_THREADS = 16 };

typedef uint16_t vclock __attribute__((vector_size(2 * MAX_THREADS)));

/* *into becomes the later of both, thread by thread. */
static inline void
vclock_join(vclock *into, const vclock *from)
{
	vclock later = (vclock)(*into > *from);

	*into = (*into & later) | (*from & ~later);
}

#endif
