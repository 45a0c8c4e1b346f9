/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_rwlock_upgrade.c: two readers each wait for the other to go, to become the writer. */
/* expect: deadlock misuse */
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value;

static void *
raise_it(void *arg)
{
	pthread_rwlock_rdlock(&lock);
	if (value < 1) {
#ifdef RIGHT
		pthread_rwlock_unlock(&lock);
#endif
		pthread_rwlock_wrlock(&lock);
		if (value < 1)
			value++;
	}
	pthread_rwlock_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, raise_it, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
