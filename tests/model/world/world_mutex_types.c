/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_mutex_types.c: what mutexes of each type say to the thread that has them, and to others. */
/* expect: exhaustive 1 */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checked = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static void *
other(void *arg)
{
	struct timespec soon, after;

	assert(pthread_mutex_trylock(&plain) == EBUSY);
	assert(pthread_mutex_trylock(&recursive) == EBUSY);
	assert(pthread_mutex_trylock(&checked) == EBUSY);
	assert(pthread_mutex_unlock(&recursive) == EPERM);
	assert(pthread_mutex_unlock(&checked) == EPERM);
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec += 5;
	assert(pthread_mutex_timedlock(&plain, &soon) == ETIMEDOUT);
	clock_gettime(CLOCK_REALTIME, &after);
	assert(after.tv_sec >= soon.tv_sec);
	soon.tv_nsec = 1000000000;
	assert(pthread_mutex_timedlock(&plain, &soon) == EINVAL);
	return arg;
}

int
main(void)
{
	pthread_t t;

	assert(pthread_mutex_lock(&plain) == 0);
	assert(pthread_mutex_trylock(&plain) == EBUSY);
	assert(pthread_mutex_lock(&recursive) == 0);
	assert(pthread_mutex_lock(&recursive) == 0);
	assert(pthread_mutex_unlock(&recursive) == 0);
	assert(pthread_mutex_lock(&checked) == 0);
	assert(pthread_mutex_lock(&checked) == EDEADLK);
	pthread_create(&t, NULL, other, NULL);
	pthread_join(t, NULL);
	assert(pthread_mutex_unlock(&plain) == 0);
	assert(pthread_mutex_unlock(&recursive) == 0);
	assert(pthread_mutex_unlock(&checked) == 0);
	return 0;
}
