/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_try_loop.c: loops that try again and again are awaits, not endless loops. */
/* expect: exhaustive */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static sem_t items;
static int count, reads;

static void *
work(void *arg)
{
	while (pthread_mutex_trylock(&lock) != 0)
		sched_yield();
	count++;
	pthread_mutex_unlock(&lock);
	while (pthread_rwlock_trywrlock(&shared) != 0)
		;
	reads++;
	pthread_rwlock_unlock(&shared);
	sem_post(&items);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	sem_init(&items, 0, 0);
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, work, NULL);
	for (int i = 0; i < 2; i++)
		while (sem_trywait(&items) != 0)
			;
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(count == 2 && reads == 2);
	return 0;
}
