/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* spawn_other.c: a thread is given a ctx of another type. */
/*
 * gcc: passing argument 2 of 'count_spawn' from incompatible pointer type
 * clang: incompatible pointer types passing 'int \*' to parameter of type 'long \*'
 * g++: cannot convert 'int\*' to 'long int\*'
 * clang++: no known conversion from 'int \*' to 'long \*' for 2nd argument
 */
#include <weft/scope.h>

static weft_status
count_words(long *n)
{
	++*n;
	return WEFT_OK;
}
WEFT_THREAD(count, long, count_words);

bool
start(weft_scope *s, long *mine, int *other)
{
	(void)mine;
	(void)other;
#ifdef RIGHT
	return count_spawn(s, mine) == WEFT_OK;
#else
	return count_spawn(s, other) == WEFT_OK;
#endif
}
