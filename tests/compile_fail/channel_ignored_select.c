/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_ignored_select.c: which arm of a select won is ignored. */
/*
 * gcc: ignoring return value of 'weft_select'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'int weft_select
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/channel.h>

int
wait_for(weft_arm *arms, size_t n)
{
#ifdef RIGHT
	return weft_select(arms, n);
#else
	weft_select(arms, n);
	return 0;
#endif
}
