/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_relock.c: a function locks what its caller has locked. */
/* expect: deadlock misuse */
#define _GNU_SOURCE
#include <pthread.h>

#ifdef RIGHT
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
#else
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#endif
static int count;

static void *
count_one(void *arg)
{
	pthread_mutex_lock(&lock);
	count++;
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *
count_two(void *arg)
{
	pthread_mutex_lock(&lock);
	count_one(NULL);
	count_one(NULL);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, count_one, NULL);
	count_two(NULL);
	pthread_join(t, NULL);
	return 0;
}
