/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_cond_shared.c: full and empty wait on one condition: a signal may wake the wrong side. */
/* expect: deadlock */
#include <pthread.h>

enum { ROOM = 1 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed[2] = { PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER };
static int items;
#ifdef RIGHT
enum { NOT_FULL, NOT_EMPTY };
#else
enum { NOT_FULL, NOT_EMPTY = 0 };
#endif

static void *
produce(void *arg)
{
	pthread_mutex_lock(&lock);
	while (items == ROOM)
		pthread_cond_wait(&changed[NOT_FULL], &lock);
	items++;
	pthread_cond_signal(&changed[NOT_EMPTY]);
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *
consume(void *arg)
{
	pthread_mutex_lock(&lock);
	while (items == 0)
		pthread_cond_wait(&changed[NOT_EMPTY], &lock);
	items--;
	pthread_cond_signal(&changed[NOT_FULL]);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	void *(*part[])(void *) = { consume, consume, produce };
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, part[i], NULL);
	produce(NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return 0;
}
