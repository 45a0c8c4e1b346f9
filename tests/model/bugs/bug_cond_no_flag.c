/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_cond_no_flag.c: a signal is not remembered: who waits for it without a flag may come too
 * late.
 */
/* expect: deadlock */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool ready;

static void *
waiter(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef RIGHT
	while (!ready)
#endif
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, waiter, NULL);
	pthread_mutex_lock(&lock);
	ready = true;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(t, NULL);
	return 0;
}
