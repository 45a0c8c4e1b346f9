/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* raw_handle.c: the untyped queue is given to a typed function. */
/*
 * gcc: passing argument 1 of 'ring_push' from incompatible pointer type
 * clang: incompatible pointer types passing 'weft_array_queue \*'.* to parameter of type 'ring \*'
 * g++: cannot convert 'weft_array_queue\*' to 'ring\*'
 * clang++: no known conversion from 'weft_array_queue \*' to 'ring \*' for 1st argument
 */
#include <weft/array_queue.h>

WEFT_ARRAY_QUEUE(ring, int);

bool
give(ring *q)
{
#ifdef RIGHT
	return ring_push(q, 1);
#else
	return ring_push(&q->raw, 1);
#endif
}
