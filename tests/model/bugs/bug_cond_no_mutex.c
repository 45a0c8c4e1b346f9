/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_cond_no_mutex.c: the flag is set and signalled without the mutex, between the waiter's
 * look and its sleep.
 */
/* expect: deadlock race */
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int ready;

static void *
waiter(void *arg)
{
	pthread_mutex_lock(&lock);
	while (!atomic_load(&ready))
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, waiter, NULL);
#ifdef RIGHT
	pthread_mutex_lock(&lock);
	atomic_store(&ready, 1);
	pthread_mutex_unlock(&lock);
#else
	atomic_store(&ready, 1);
#endif
	pthread_cond_signal(&changed);
	pthread_join(t, NULL);
	return 0;
}
