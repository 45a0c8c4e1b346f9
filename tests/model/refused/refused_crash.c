/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_crash.c: a thread that follows a null pointer. */
/* expect: refused: thread */
#include <pthread.h>
#include <stddef.h>

static int *volatile nothing;

static void *
work(void *arg)
{
	*nothing = 1;
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);
	pthread_join(t, NULL);
	return 0;
}
