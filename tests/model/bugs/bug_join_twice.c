/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_join_twice.c: a thread is joined by two others. */
/* expect: misuse */
#include <pthread.h>

static pthread_t first;

static void *
work(void *arg)
{
	return arg;
}

static void *
wait_for_it(void *arg)
{
#ifndef RIGHT
	pthread_join(first, NULL);
#endif
	return arg;
}

int
main(void)
{
	pthread_t second;

	pthread_create(&first, NULL, work, NULL);
	pthread_create(&second, NULL, wait_for_it, NULL);
	pthread_join(second, NULL);
	pthread_join(first, NULL);
	return 0;
}
