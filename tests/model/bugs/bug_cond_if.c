/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_cond_if.c: a woken consumer does not look again: another has been quicker. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items;

static void *
consume(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef RIGHT
	while (items == 0)
#else
	if (items == 0)
#endif
		pthread_cond_wait(&changed, &lock);
	assert(items > 0);
	items--;
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, consume, NULL);
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&lock);
		items++;
		pthread_cond_signal(&changed);
		pthread_mutex_unlock(&lock);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
