/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* pop_into_other.c: a value is popped into one of another type. */
/*
 * gcc: passing argument 2 of 'ring_pop' from incompatible pointer type
 * clang: incompatible pointer types passing 'struct other \*' to parameter of type
 * g++: cannot convert 'other\*' to 'event\*'
 * clang++: no known conversion from 'struct other \*' to 'struct event \*' for 2nd
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
take(ring *q, struct event *e, struct other *o)
{
	(void)e;
	(void)o;
#ifdef RIGHT
	return ring_pop(q, e);
#else
	return ring_pop(q, o);
#endif
}
