/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_foreign_unlock.c: a thread unlocks what another has locked. */
/* expect: misuse */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *
unlock(void *arg)
{
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *
lock_and_unlock(void *arg)
{
	pthread_mutex_lock(&lock);
	return unlock(arg);
}

int
main(void)
{
	pthread_t t;

	pthread_mutex_lock(&lock);
#ifdef RIGHT
	pthread_create(&t, NULL, lock_and_unlock, NULL);
	pthread_mutex_unlock(&lock);
#else
	(void)lock_and_unlock;
	pthread_create(&t, NULL, unlock, NULL);
#endif
	pthread_join(t, NULL);
	return 0;
}
