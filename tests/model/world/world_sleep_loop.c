/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_sleep_loop.c: a loop that sleeps until a flag is set is an await, not an endless loop. */
/* expect: exhaustive */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

static atomic_int flag;

static void *
set(void *arg)
{
	atomic_store(&flag, 1);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, set, NULL);
	while (!atomic_load(&flag)) {
		usleep(10);
		sched_yield();
	}
	pthread_join(t, NULL);
	return 0;
}
