/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_cond_spurious.c: a wait that is not in a loop, and a thread that wakes for no reason. */
/* expect: assert */
/* run: WEFT_MODEL_OPTIONS=--spurious */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *
waiter(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef RIGHT
	while (!ready)
#else
	if (!ready)
#endif
		pthread_cond_wait(&changed, &lock);
	assert(ready);
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
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(t, NULL);
	return 0;
}
