/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_cancel.c: a program that cancels a thread. */
/* expect: refused: cancel */
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

	pthread_create(&t, NULL, work, NULL);
	pthread_cancel(t);
	pthread_join(t, NULL);
	return 0;
}
