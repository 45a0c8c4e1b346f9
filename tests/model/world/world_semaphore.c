/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_semaphore.c: a semaphore of one is a mutex. */
/* expect: exhaustive 6 */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t one;
static int count;

static void *
count_one(void *arg)
{
	assert(sem_wait(&one) == 0);
	count++;
	assert(sem_post(&one) == 0);
	return arg;
}

int
main(void)
{
	pthread_t t[3];
	int value;

	assert(sem_init(&one, 0, 1) == 0);
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	assert(count == 3 && sem_getvalue(&one, &value) == 0 && value == 1);
	assert(sem_destroy(&one) == 0);
	return 0;
}
