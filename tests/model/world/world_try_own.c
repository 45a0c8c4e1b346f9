/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_try_own.c: a try that succeeds is an effect: the next call is made in another state. */
/* expect: exhaustive 1 */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t items;

int
main(void)
{
	sem_init(&items, 0, 3);
	while (pthread_mutex_trylock(&lock) == 0)
		;
	while (sem_trywait(&items) == 0)
		;
	assert(pthread_mutex_unlock(&lock) == 0);
	return 0;
}
