/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_mutex.c: three threads under one mutex, in each of their six orders. */
/* expect: exhaustive 6 */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *
count_one(void *arg)
{
	assert(pthread_mutex_lock(&lock) == 0);
	count++;
	assert(pthread_mutex_unlock(&lock) == 0);
	return arg;
}

int
main(void)
{
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	assert(count == 3);
	assert(pthread_mutex_destroy(&lock) == 0);
	return 0;
}
