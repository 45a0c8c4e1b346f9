/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* push_pointer.c: a queue of values is given a pointer. */
/*
 * gcc: incompatible type for argument 2 of 'ring_push'
 * clang: to parameter of incompatible type 'struct event'; dereference with \*
 * g++: could not convert 'e' from 'event\*' to 'event'
 * clang++: no known conversion from 'struct event \*' to 'struct event' for 2nd argument
 */
#include <weft/array_queue.h>

struct event {
	int code;
};

WEFT_ARRAY_QUEUE(ring, struct event);

bool
give(ring *q, struct event *e)
{
#ifdef RIGHT
	return ring_push(q, *e);
#else
	return ring_push(q, e);
#endif
}
