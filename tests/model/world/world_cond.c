/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_cond.c: one waits and one signals: the waiter comes first, or last. */
/* expect: exhaustive 2 */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *
waiter(void *arg)
{
	pthread_mutex_lock(&lock);
	while (!ready)
		assert(pthread_cond_wait(&changed, &lock) == 0);
	ready = 2;
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, waiter, NULL);
	pthread_mutex_lock(&lock);
	ready = 1;
	assert(pthread_cond_signal(&changed) == 0);
	pthread_mutex_unlock(&lock);
	pthread_join(t, NULL);
	assert(ready == 2);
	assert(pthread_cond_destroy(&changed) == 0);
	return 0;
}
