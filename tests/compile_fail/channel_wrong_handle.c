/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_wrong_handle.c: a channel of the same values, but another channel type. */
/*
 * gcc: passing argument 1 of 'jobs_close' from incompatible pointer type
 * clang: incompatible pointer types passing 'more_jobs \*'.* to parameter of type 'jobs \*'
 * g++: cannot convert 'more_jobs\*' to 'jobs\*'
 * clang++: no known conversion from 'more_jobs \*' to 'jobs \*' for 1st argument
 */
#include <weft/channel.h>

struct job {
	int id;
};

struct other {
	double price;
};

WEFT_CHANNEL(jobs, struct job);

WEFT_CHANNEL(more_jobs, struct job);

void
end(jobs *c, more_jobs *other)
{
	(void)c;
	(void)other;
#ifdef RIGHT
	jobs_close(c);
#else
	jobs_close(other);
#endif
}
