/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_duration_as_deadline.c: a duration stands where a moment is wanted. */
/*
 * gcc: incompatible type for argument 3 of 'jobs_recv_until'
 * clang: passing '(int64_t|long)'.* to parameter of incompatible type 'weft_time'
 * g++: could not convert
 * clang++: no known conversion from '(int64_t|long)'.* to 'weft_time'
 */
#include <weft/channel.h>

struct job {
	int id;
};

struct other {
	double price;
};

WEFT_CHANNEL(jobs, struct job);

weft_status
take(jobs *c, struct job *j)
{
#ifdef RIGHT
	return jobs_recv_until(c, j, weft_after_ms(5));
#else
	return jobs_recv_until(c, j, WEFT_MS(5));
#endif
}
