/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_volatile_flag.c: volatile is not atomic: it orders nothing, and the flag itself is a race. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
static atomic_int ready;
#else
static volatile int ready;
#endif
static int data;

static void *
write_it(void *arg)
{
	data = 1;
	ready = 1;
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, write_it, NULL);
	if (ready)
		assert(data == 1);
	pthread_join(t, NULL);
	return 0;
}
