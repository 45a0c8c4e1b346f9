/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_ignored_commit.c: whether a commit came before the close is ignored. */
/*
 * gcc: ignoring return value of 'jobs_commit'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'weft_status jobs_commit
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
	return jobs_commit(c, 1) == WEFT_OK;
#else
	jobs_commit(c, 1);
	return true;
#endif
}
