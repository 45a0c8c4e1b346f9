/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_stack_race.c: threads share a variable of main's stack. */
/* expect: race */
#include <pthread.h>
#include <stddef.h>

static void *
work(void *arg)
{
	++*(int *)arg;
	return NULL;
}

int
main(void)
{
	pthread_t t;
	int shared = 0;

	pthread_create(&t, NULL, work, &shared);
#ifdef RIGHT
	pthread_join(t, NULL);
	shared++;
	return shared == 2 ? 0 : 1;
#else
	shared++;
	pthread_join(t, NULL);
	return shared;
#endif
}
