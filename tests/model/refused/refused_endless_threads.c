/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_endless_threads.c: a program that starts threads for ever. */
/* expect: refused: threads */
#include <pthread.h>

static void *
work(void *arg)
{
	return arg;
}

int
main(void)
{
	pthread_t t;

	for (;;) {
		pthread_create(&t, NULL, work, NULL);
		pthread_join(t, NULL);
	}
}
