/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_ignored_recv_n.c: how many values came is ignored. */
/*
 * gcc: ignoring return value of 'jobs_recv_n'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'size_t jobs_recv_n
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
	return jobs_recv_n(c, &j, 1) == 1;
#else
	jobs_recv_n(c, &j, 1);
	return true;
#endif
}
