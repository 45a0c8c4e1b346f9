/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_spin.c: a spin lock of pthreads, and what it says to those who try. */
/* expect: exhaustive 2 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static pthread_spinlock_t lock;
static int count;

static void *
count_one(void *arg)
{
	pthread_spin_lock(&lock);
	count++;
	assert(pthread_spin_trylock(&lock) == EBUSY);
	pthread_spin_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
	pthread_create(&t, NULL, count_one, NULL);
	count_one(NULL);
	pthread_join(t, NULL);
	assert(count == 2);
	pthread_spin_destroy(&lock);
	return 0;
}
