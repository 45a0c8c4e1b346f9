/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* push_n_others.c: a batch is of another type. */
/*
 * gcc: passing argument 2 of 'ticks_push_n' from incompatible pointer type
 * clang: incompatible pointer types passing 'float \*' to parameter of type 'const double \*'
 * g++: cannot convert 'float\*' to 'const double\*'
 * clang++: no known conversion from 'float \*' to 'const double \*' for 2nd argument
 */
#include <weft/spsc_queue.h>

WEFT_SPSC_QUEUE(ticks, double);

size_t
give(ticks *q, double *right, float *wrong)
{
	(void)right;
	(void)wrong;
#ifdef RIGHT
	return ticks_push_n(q, right, 16);
#else
	return ticks_push_n(q, wrong, 16);
#endif
}
