/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_trylock_ignored.c: what trylock says is not looked at. */
/* expect: race misuse */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *
count_one(void *arg)
{
#ifdef RIGHT
	if (pthread_mutex_trylock(&lock) != 0)
		pthread_mutex_lock(&lock);
#else
	pthread_mutex_trylock(&lock);
#endif
	count++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(count == 2);
	return 0;
}
