/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_poll.c: a program that waits for the world outside, in a thread. */
/* expect: refused: poll */
#include <poll.h>
#include <pthread.h>

static void *
wait_outside(void *arg)
{
	poll(NULL, 0, 1000);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, wait_outside, NULL);
	pthread_join(t, NULL);
	return 0;
}
