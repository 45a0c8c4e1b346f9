/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* number_as_deadline.c: a bare number is given where a moment is asked. */
/*
 * gcc: incompatible type for argument 1 of 'weft_time_is_past'
 * clang: passing 'int' to parameter of incompatible type 'weft_time'
 * g++: could not convert '5000' from 'int' to 'weft_time'
 * clang++: no known conversion from 'int' to 'weft_time' for 1st argument
 */
#include <weft/time.h>

bool
late(weft_time deadline)
{
#ifdef RIGHT
	return weft_time_is_past(deadline);
#else
	(void)deadline;
	return weft_time_is_past(5000);
#endif
}
