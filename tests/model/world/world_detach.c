/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_detach.c: a detached thread may still run when main has returned. */
/* expect: exhaustive */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int count;

static void *
work(void *arg)
{
	atomic_fetch_add(&count, 1);
	return arg;
}

int
main(void)
{
	pthread_attr_t attr;
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);
	pthread_detach(t);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_create(&t, &attr, work, NULL);
	return 0;
}
