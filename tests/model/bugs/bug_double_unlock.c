/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_double_unlock.c: a lock is unlocked twice. */
/* expect: misuse */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *
count_one(void *arg)
{
	pthread_mutex_lock(&lock);
	count++;
#ifndef RIGHT
	if (count == 2)
		pthread_mutex_unlock(&lock);
#endif
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, count_one, NULL);
	count_one(NULL);
	pthread_join(t, NULL);
	return 0;
}
