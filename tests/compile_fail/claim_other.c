/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* claim_other.c: what a queue lends is taken for another type. */
/*
 * gcc: initialization of 'struct other \*' from incompatible pointer type
 * clang: incompatible pointer types initializing 'struct other \*' with an expression
 * g++: cannot convert 'event\*' to 'other\*' in initialization
 * clang++: cannot initialize a variable of type 'struct other \*' with an rvalue
 */
#include <weft/spsc_queue.h>

struct event {
	int code;
};

struct other {
	double price;
};

WEFT_SPSC_QUEUE(frames, struct event);

bool
look(frames *q)
{
#ifdef RIGHT
	struct event *first = frames_claim(q, NULL);
#else
	struct other *first = frames_claim(q, NULL);
#endif

	return first != NULL;
}
