/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_push.c: whether a push found room is ignored. */
/*
 * gcc: ignoring return value of 'ring_push'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'bool ring_push
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/array_queue.h>

WEFT_ARRAY_QUEUE(ring, int);

int
give(ring *q)
{
#ifdef RIGHT
	return ring_push(q, 1) ? 0 : 1;
#else
	ring_push(q, 1);
	return 0;
#endif
}
