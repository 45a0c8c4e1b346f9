/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* atomic_without_order.c: an atomic is read without its order. */
/*
 * gcc: incompatible types when returning type 'weft_atomic_size'
 * clang: returning 'weft_atomic_size'.* from a function with incompatible result type 'size_t'
 * g++: cannot convert 'weft_atomic_size' to 'size_t'
 * clang++: no viable conversion from returned value of type 'weft_atomic_size'
 */
#include <weft/atomic.h>

size_t
look(weft_atomic_size *tail)
{
#ifdef RIGHT
	return weft_load_acquire(tail);
#else
	return *tail;
#endif
}
