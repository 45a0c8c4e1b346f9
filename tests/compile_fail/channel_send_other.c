/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_send_other.c: a value of another type is sent. */
/*
 * gcc: incompatible type for argument 2 of 'jobs_send'
 * clang: passing 'struct other' to parameter of incompatible type 'struct job'
 * g++: could not convert 'o' from 'other' to 'job'
 * clang++: no known conversion from 'struct other' to 'struct job' for 2nd argument
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
give(jobs *c, struct job j, struct other o)
{
	(void)j;
	(void)o;
#ifdef RIGHT
	return jobs_send(c, j);
#else
	return jobs_send(c, o);
#endif
}
