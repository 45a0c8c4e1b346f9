/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_write_as_reader.c: a counter is raised under the lock of readers. */
/* expect: race */
#include <assert.h>
#include <pthread.h>

#ifdef RIGHT
#define LOCK pthread_rwlock_wrlock
#else
#define LOCK pthread_rwlock_rdlock
#endif

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int reads;

static void *
note_a_read(void *arg)
{
	LOCK(&lock);
	reads++;
	pthread_rwlock_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, note_a_read, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(reads == 2);
	return 0;
}
