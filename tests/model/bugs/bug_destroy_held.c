/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_destroy_held.c: a lock is destroyed while a thread holds it. */
/* expect: misuse */
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int done;

static void *
work(void *arg)
{
	pthread_mutex_lock(&lock);
	atomic_store(&done, 1);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);
#ifdef RIGHT
	pthread_join(t, NULL);
	pthread_mutex_destroy(&lock);
#else
	while (!atomic_load(&done))
		;
	pthread_mutex_destroy(&lock);
	pthread_join(t, NULL);
#endif
	return 0;
}
