/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_drain_other.c: what drains takes values of another type. */
/*
 * gcc: passing argument 2 of 'jobs_drain' from incompatible pointer type
 * clang: incompatible (function )?pointer types passing
 * g++: invalid conversion from 'void \(\*\)\(other\*, void\*\)' to 'void \(\*\)\(job\*, void\*\)'
 * clang++: no matching function for call to 'jobs_drain'
 */
#include <weft/channel.h>

struct job {
	int id;
};

struct other {
	double price;
};

WEFT_CHANNEL(jobs, struct job);

void see_job(struct job *j, void *ctx);
void see_other(struct other *o, void *ctx);

size_t
empty(jobs *c)
{
#ifdef RIGHT
	return jobs_drain(c, see_job, NULL);
#else
	return jobs_drain(c, see_other, NULL);
#endif
}
