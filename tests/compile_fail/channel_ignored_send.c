/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_ignored_send.c: whether a value was sent is ignored. */
/*
 * gcc: ignoring return value of 'jobs_send'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'weft_status jobs_send
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/channel.h>

struct job {
	int id;
};

struct other {
	double price;
};

WEFT_CHANNEL(jobs, struct job);

bool
do_it(jobs *c, struct job j)
{
	(void)j;
#ifdef RIGHT
	return jobs_send(c, j) == WEFT_OK;
#else
	jobs_send(c, j);
	return true;
#endif
}
