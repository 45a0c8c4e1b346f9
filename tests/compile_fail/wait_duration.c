/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* wait_duration.c: a wait is given a duration for a deadline. */
/*
 * gcc: incompatible type for argument 3 of 'weft_event_wait_until'
 * clang: to parameter of incompatible type 'weft_time'
 * g++: could not convert .* to 'weft_time'
 * clang++: no known conversion from .* to 'weft_time' for 3rd argument
 */
#include <weft/park.h>

bool
wait(weft_event *e)
{
	uint32_t seen = weft_event_look(e);

#ifdef RIGHT
	return weft_event_wait_until(e, seen, weft_after_ms(5));
#else
	return weft_event_wait_until(e, seen, WEFT_MS(5));
#endif
}
