/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_keys.c: each thread has its own value, and the destructor gets it at the thread's end. */
/* expect: exhaustive 1 */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key, twice;
static int destroyed, rounds;

static void
destroy(void *value)
{
	assert(*(int *)value == 7);
	destroyed++;
	free(value);
}

/* Sets it anew, once: there is a second round. */
static void
set_again(void *value)
{
	if (++rounds == 1)
		pthread_setspecific(twice, value);
}

static void *
work(void *arg)
{
	int *mine = malloc(sizeof *mine);

	assert(pthread_getspecific(key) == NULL);
	*mine = 7;
	assert(pthread_setspecific(key, mine) == 0);
	assert(pthread_getspecific(key) == mine);
	pthread_setspecific(twice, mine);
	return arg;
}

int
main(void)
{
	int of_main = 1;
	pthread_t t;

	assert(pthread_key_create(&key, destroy) == 0 &&
	    pthread_key_create(&twice, set_again) == 0);
	assert(key != twice && pthread_setspecific(key, &of_main) == 0);
	pthread_create(&t, NULL, work, NULL);
	pthread_join(t, NULL);
	assert(destroyed == 1 && rounds == 2);
	assert(pthread_getspecific(key) == &of_main);
	assert(pthread_key_delete(key) == 0 && pthread_getspecific(key) == NULL);
	return 0;
}
