/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_spin_own_lock.c: a thread tries for ever to lock what another never gives back. */
/* expect: livelock deadlock */
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *
work(void *arg)
{
	while (pthread_mutex_trylock(&lock) != 0)
		;
	count++;
#ifdef RIGHT
	pthread_mutex_unlock(&lock);
#endif
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, work, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return count != 2;
}
