/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_detached.c: a detached thread's result is used as if it had been waited for. */
/* expect: race assert */
#include <assert.h>
#include <pthread.h>

static int result;

static void *
work(void *arg)
{
	result = 1;
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);
#ifdef RIGHT
	pthread_join(t, NULL);
#else
	pthread_detach(t);
#endif
	assert(result == 1);
	return 0;
}
