/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* wrong_handle.c: a queue of another name is used. */
/*
 * gcc: passing argument 1 of 'ring_push' from incompatible pointer type
 * clang: incompatible pointer types passing 'other_ring \*'.* to parameter of type 'ring \*'
 * g++: cannot convert 'other_ring\*' to 'ring\*'
 * clang++: no known conversion from 'other_ring \*' to 'ring \*' for 1st argument
 */
#include <weft/array_queue.h>

WEFT_ARRAY_QUEUE(ring, int);
WEFT_ARRAY_QUEUE(other_ring, int);

bool
give(ring *q, other_ring *other)
{
	(void)q;
	(void)other;
#ifdef RIGHT
	return ring_push(q, 1);
#else
	return ring_push(other, 1);
#endif
}
