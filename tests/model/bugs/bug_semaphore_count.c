/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_semaphore_count.c: a semaphore that begins with two lets two in. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

#ifdef RIGHT
enum { AT_FIRST = 1 };
#else
enum { AT_FIRST = 2 };
#endif

static sem_t free_places;
static int count;

static void *
count_one(void *arg)
{
	sem_wait(&free_places);
	count++;
	sem_post(&free_places);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	sem_init(&free_places, 0, AT_FIRST);
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(count == 2);
	sem_destroy(&free_places);
	return 0;
}
