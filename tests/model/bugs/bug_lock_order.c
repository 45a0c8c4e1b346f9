/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_lock_order.c: two locks are taken in both orders. */
/* expect: deadlock */
#include <pthread.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void
with(pthread_mutex_t *first, pthread_mutex_t *second)
{
	pthread_mutex_lock(first);
	pthread_mutex_lock(second);
	total++;
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}

static void *
there(void *arg)
{
	with(&a, &b);
	return arg;
}

static void *
back(void *arg)
{
#ifdef RIGHT
	with(&a, &b);
#else
	with(&b, &a);
#endif
	return arg;
}

int
main(void)
{
	pthread_t one, other;

	pthread_create(&one, NULL, there, NULL);
	pthread_create(&other, NULL, back, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return total != 2;
}
