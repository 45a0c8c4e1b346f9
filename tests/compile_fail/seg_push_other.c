/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* seg_push_other.c: a value of another type is pushed to a seg_queue. */
/*
 * gcc: incompatible type for argument 2 of 'inbox_push'
 * clang: to parameter of incompatible type 'struct letter'
 * g++: could not convert .* to 'letter'
 * clang++: no known conversion from 'const char \*' to 'struct letter' for 2nd argument
 */
#include <weft/seg_queue.h>

struct letter {
	const char *text;
};

WEFT_SEG_QUEUE(inbox, struct letter);

bool
give(inbox *q, const char *text)
{
	struct letter l = { text };

	(void)l;
#ifdef RIGHT
	return inbox_push(q, l);
#else
	return inbox_push(q, text);
#endif
}
