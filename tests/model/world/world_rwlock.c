/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * world_rwlock.c: two readers and a writer: six orders of the readers, and where the writer
 * fits.
 */
/* expect: exhaustive 14 */
#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int a, b;

static void *
read_both(void *arg)
{
	assert(pthread_rwlock_rdlock(&lock) == 0);
	assert(a == b);
	assert(pthread_rwlock_unlock(&lock) == 0);
	return arg;
}

static void *
write_both(void *arg)
{
	assert(pthread_rwlock_wrlock(&lock) == 0);
	a++;
	b++;
	assert(pthread_rwlock_unlock(&lock) == 0);
	return arg;
}

int
main(void)
{
	pthread_t t[3];

	pthread_create(&t[0], NULL, read_both, NULL);
	pthread_create(&t[1], NULL, read_both, NULL);
	pthread_create(&t[2], NULL, write_both, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	assert(pthread_rwlock_destroy(&lock) == 0);
	return 0;
}
