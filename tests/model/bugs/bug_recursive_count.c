/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_recursive_count.c: a recursive lock is unlocked once too few. */
/* expect: deadlock */
#include <pthread.h>

static pthread_mutex_t lock;
static int count;

static void *
count_one(void *arg)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_lock(&lock);
	count++;
	pthread_mutex_unlock(&lock);
#ifdef RIGHT
	pthread_mutex_unlock(&lock);
#endif
	return arg;
}

int
main(void)
{
	pthread_mutexattr_t attr;
	pthread_t t[2];

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&lock, &attr);
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	pthread_mutex_destroy(&lock);
	return 0;
}
