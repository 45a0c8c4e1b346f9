/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_untyped.c: a result of the untyped functions is ignored. */
/*
 * gcc: ignoring return value of 'weft_array_queue_pop'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * c++: ignoring return value of
 */
#include <weft/array_queue.h>

int
take(weft_array_queue *q, int *v)
{
#ifdef RIGHT
	return weft_array_queue_pop(q, v) ? *v : 0;
#else
	weft_array_queue_pop(q, v);
	return *v;
#endif
}
