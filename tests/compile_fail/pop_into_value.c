/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* pop_into_value.c: pop is given the variable, not its address. */
/*
 * gcc: incompatible type for argument 2 of 'ring_pop'
 * clang: to parameter of incompatible type 'struct event \*'; take the address with &
 * g++: cannot convert 'event' to 'event\*'
 * clang++: no known conversion from 'struct event' to 'struct event \*' for 2nd argument
 */
#include <weft/array_queue.h>

struct event {
	int code;
};

WEFT_ARRAY_QUEUE(ring, struct event);

bool
take(ring *q, struct event e)
{
#ifdef RIGHT
	return ring_pop(q, &e);
#else
	return ring_pop(q, e);
#endif
}
