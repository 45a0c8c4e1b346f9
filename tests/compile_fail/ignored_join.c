/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_join.c: whether the threads failed is not looked at. */
/*
 * gcc: ignoring return value of 'weft_scope_join'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'weft_status weft_scope_join
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/scope.h>

void
wait_for(weft_scope *s)
{
#ifdef RIGHT
	weft_ignore(weft_scope_join(s));
#else
	weft_scope_join(s);
#endif
}
