/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_freed_too_early.c: the thread is given memory that is freed before it has run. */
/* expect: use-after-free race */
#include <pthread.h>
#include <stdlib.h>

static void *
use(void *arg)
{
	int *job = arg;

	*job += 1;
	return NULL;
}

int
main(void)
{
	int *job = malloc(sizeof *job);
	pthread_t t;

	*job = 1;
	pthread_create(&t, NULL, use, job);
#ifdef RIGHT
	pthread_join(t, NULL);
	free(job);
#else
	free(job);
	pthread_join(t, NULL);
#endif
	return 0;
}
