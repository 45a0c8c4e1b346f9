/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* atomic_increment.c: an atomic is incremented like an integer. */
/*
 * gcc: wrong type argument to increment
 * clang: cannot increment value of type 'weft_atomic_size'
 * g++: no 'operator\+\+\(int\)' declared for postfix
 * clang++: cannot increment value of type 'weft_atomic_size'
 */
#include <weft/atomic.h>

void
count(weft_atomic_size *n)
{
#ifdef RIGHT
	(void)weft_fetch_add_relaxed(n, 1);
#else
	(*n)++;
#endif
}
