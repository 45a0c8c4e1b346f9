/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* wrapped.h: atomics behind functions of one line each, as atomic.h has them. */
#ifndef WRAPPED_H
#define WRAPPED_H

#include <stdatomic.h>

#define INLINED static inline __attribute__((always_inline))

INLINED int
get_acquire(atomic_int *x)
{
	return atomic_load_explicit(x, memory_order_acquire);
}

INLINED void
set_release(atomic_int *x, int value)
{
	atomic_store_explicit(x, value, memory_order_release);
}

#endif
