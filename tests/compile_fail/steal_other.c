/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* steal_other.c: a thief takes a value of another type. */
/*
 * gcc: passing argument 2 of 'work_steal' from incompatible pointer type
 * clang: incompatible pointer types passing 'long \*' to parameter of type 'int \*'
 * g++: cannot convert 'long int\*' to 'int\*'
 * clang++: no known conversion from 'long \*' to 'int \*' for 2nd argument
 */
#include <weft/deque.h>

WEFT_DEQUE(work, int);

bool
thief(work *w, int *mine, long *other)
{
	(void)mine;
	(void)other;
#ifdef RIGHT
	return work_steal(w, mine) == WEFT_OK;
#else
	return work_steal(w, other) == WEFT_OK;
#endif
}
