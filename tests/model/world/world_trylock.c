/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_trylock.c: two try once: one of them first, and the other then, or too late. */
/* expect: exhaustive 4 */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *
try_once(void *arg)
{
	if (pthread_mutex_trylock(&lock) == 0) {
		count++;
		pthread_mutex_unlock(&lock);
		*(int *)arg = 1;
	}
	return NULL;
}

int
main(void)
{
	int had[2] = { 0, 0 };
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, try_once, &had[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(count == had[0] + had[1] && count >= 1);
	return 0;
}
