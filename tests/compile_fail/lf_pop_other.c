/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* lf_pop_other.c: a value is popped from an lf_queue into one of another type. */
/*
 * gcc: passing argument 2 of 'ring_pop' from incompatible pointer type
 * clang: incompatible pointer types passing 'float \*' to parameter of type 'double \*'
 * g++: cannot convert 'float\*' to 'double\*'
 * clang++: no known conversion from 'float \*' to 'double \*' for 2nd argument
 */
#include <weft/lf_queue.h>

WEFT_LF_QUEUE(ring, double);

bool
take(ring *q, double *right, float *wrong)
{
	(void)right;
	(void)wrong;
#ifdef RIGHT
	return ring_pop(q, right);
#else
	return ring_pop(q, wrong);
#endif
}
