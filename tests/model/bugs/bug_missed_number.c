/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_missed_number.c: a spinning thread waits for one number of a counter that may pass it by. */
/* expect: livelock deadlock */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int count;

static void *
count_two(void *arg)
{
	atomic_fetch_add(&count, 1);
	atomic_fetch_add(&count, 1);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, count_two, NULL);
#ifdef RIGHT
	while (atomic_load(&count) < 1)
		;
#else
	while (atomic_load(&count) != 1)
		;
#endif
	pthread_join(t, NULL);
	return 0;
}
