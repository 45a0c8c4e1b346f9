/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_semaphore_lost.c: one way out does not give the semaphore back. */
/* expect: deadlock */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

static sem_t one;
static atomic_int closed;

static void *
use(void *arg)
{
	sem_wait(&one);
	if (atomic_load(&closed)) {
#ifdef RIGHT
		sem_post(&one);
#endif
		return arg;
	}
	sem_post(&one);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	sem_init(&one, 0, 1);
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, use, NULL);
	atomic_store(&closed, 1);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	sem_destroy(&one);
	return 0;
}
