/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_arm_other.c: an arm receives into a variable of another type. */
/*
 * gcc: passing argument 2 of 'jobs_recv_arm' from incompatible pointer type
 * clang: incompatible pointer types passing 'struct other \*' to parameter of type
 * g++: cannot convert 'other\*' to 'job\*'
 * clang++: no known conversion from 'struct other \*' to 'struct job \*' for 2nd argument
 */
#include <weft/channel.h>

struct job {
	int id;
};

struct other {
	double price;
};

WEFT_CHANNEL(jobs, struct job);

weft_arm
arm_of(jobs *c, struct job *j, struct other *o)
{
	(void)j;
	(void)o;
#ifdef RIGHT
	return jobs_recv_arm(c, j);
#else
	return jobs_recv_arm(c, o);
#endif
}
