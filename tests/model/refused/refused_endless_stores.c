/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_endless_stores.c: a thread that stores for ever. */
/* expect: refused: operations */
#include <pthread.h>
#include <stdatomic.h>

static atomic_uint ticks;

static void *
tick(void *arg)
{
	for (;;)
		atomic_fetch_add(&ticks, 1);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, tick, NULL);
	pthread_join(t, NULL);
	return 0;
}
