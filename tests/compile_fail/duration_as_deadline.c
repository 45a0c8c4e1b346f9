/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* duration_as_deadline.c: a duration is given where a moment is asked. */
/*
 * gcc: incompatible type for argument 1 of 'weft_sleep_until'
 * clang: passing '(int64_t|long)'.* to parameter of incompatible type 'weft_time'
 * g++: could not convert .* to 'weft_time'
 * clang++: no known conversion from '(int64_t|long)'.* to 'weft_time'
 */
#include <weft/time.h>

void
rest(void)
{
#ifdef RIGHT
	weft_sleep_until(weft_after_ns(WEFT_MS(5)));
#else
	weft_sleep_until(WEFT_MS(5));
#endif
}
