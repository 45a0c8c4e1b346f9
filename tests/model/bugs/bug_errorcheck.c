/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_errorcheck.c: an errorcheck lock says that it is held already; nobody listens, and it is
 * unlocked within.
 */
/* expect: race */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static int count;

static void
count_one(void)
{
	int held = pthread_mutex_lock(&lock);

	count++;
#ifdef RIGHT
	if (held == EDEADLK)
		return;
#endif
	(void)held;
	pthread_mutex_unlock(&lock);
}

static void *
count_two(void *arg)
{
	pthread_mutex_lock(&lock);
	count_one();
	count++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, count_two, NULL);
	count_one();
	pthread_join(t, NULL);
	assert(count == 3);
	return 0;
}
