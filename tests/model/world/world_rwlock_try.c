/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_rwlock_try.c: what a rwlock says to those who only try, and to a reader who comes again. */
/* expect: exhaustive 1 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_rwlock_t lock;

static void *
try_while_read(void *arg)
{
	struct timespec soon = { 0, 0 };

	assert(pthread_rwlock_trywrlock(&lock) == EBUSY);
	assert(pthread_rwlock_timedwrlock(&lock, &soon) == ETIMEDOUT);
	assert(pthread_rwlock_tryrdlock(&lock) == 0);
	assert(pthread_rwlock_unlock(&lock) == 0);
	return arg;
}

static void *
try_while_written(void *arg)
{
	assert(pthread_rwlock_trywrlock(&lock) == EBUSY);
	assert(pthread_rwlock_tryrdlock(&lock) == EBUSY);
	return arg;
}

static void
run(void *(*function)(void *))
{
	pthread_t t;

	pthread_create(&t, NULL, function, NULL);
	pthread_join(t, NULL);
}

int
main(void)
{
	pthread_rwlock_init(&lock, NULL);
	assert(pthread_rwlock_rdlock(&lock) == 0);
	assert(pthread_rwlock_rdlock(&lock) == 0);
	run(try_while_read);
	assert(pthread_rwlock_unlock(&lock) == 0);
	assert(pthread_rwlock_trywrlock(&lock) == EBUSY);
	assert(pthread_rwlock_unlock(&lock) == 0);
	assert(pthread_rwlock_wrlock(&lock) == 0);
	run(try_while_written);
	assert(pthread_rwlock_unlock(&lock) == 0);
	pthread_rwlock_destroy(&lock);
	return 0;
}
