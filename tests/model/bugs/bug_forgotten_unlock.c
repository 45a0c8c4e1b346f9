/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_forgotten_unlock.c: the way out of an error leaves the lock taken. */
/* expect: deadlock */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int places = 1;

static void *
take_place(void *arg)
{
	pthread_mutex_lock(&lock);
	if (places == 0) {
#ifdef RIGHT
		pthread_mutex_unlock(&lock);
#endif
		return arg;
	}
	places--;
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, take_place, NULL);
	take_place(NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
