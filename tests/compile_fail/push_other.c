/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* push_other.c: a value of another type is pushed. */
/*
 * gcc: incompatible type for argument 2 of 'ring_push'
 * clang: passing 'struct other' to parameter of incompatible type 'struct event'
 * g++: could not convert 'o' from 'other' to 'event'
 * clang++: no known conversion from 'struct other' to 'struct event' for 2nd argument
 */
#include <weft/array_queue.h>

struct event {
	int code;
};

struct other {
	double price;
};

WEFT_ARRAY_QUEUE(ring, struct event);

bool
give(ring *q, struct event e, struct other o)
{
	(void)e;
	(void)o;
#ifdef RIGHT
	return ring_push(q, e);
#else
	return ring_push(q, o);
#endif
}
