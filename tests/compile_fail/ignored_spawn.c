/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_spawn.c: whether there is a thread is not looked at. */
/*
 * gcc: ignoring return value of 'count_spawn'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'weft_status count_spawn
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/scope.h>

static weft_status
count_words(long *n)
{
	++*n;
	return WEFT_OK;
}
WEFT_THREAD(count, long, count_words);

void
start(weft_scope *s, long *n)
{
#ifdef RIGHT
	weft_ignore(count_spawn(s, n));
#else
	count_spawn(s, n);
#endif
}
