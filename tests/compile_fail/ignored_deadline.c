/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_deadline.c: whether the deadline came first is ignored. */
/*
 * gcc: ignoring return value of 'weft_latch_wait_until'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * c++: ignoring return value of
 */
#include <weft/latch.h>

void
wait(weft_latch *l)
{
#ifdef RIGHT
	while (!weft_latch_wait_until(l, weft_after_ms(5)))
		;
#else
	weft_latch_wait_until(l, weft_after_ms(5));
#endif
}
