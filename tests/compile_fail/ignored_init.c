/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_init.c: whether init succeeded is ignored. */
/*
 * gcc: ignoring return value of 'ring_init'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'weft_status ring_init
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/array_queue.h>

WEFT_ARRAY_QUEUE(ring, int);

void
begin(ring *q)
{
#ifdef RIGHT
	weft_must(ring_init(q, 64));
#else
	ring_init(q, 64);
#endif
}
