/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_spin_lock.c: test-and-set without acquire: the section begins before the lock is taken. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define TAKE memory_order_acquire
#else
#define TAKE memory_order_relaxed
#endif

static atomic_flag lock = ATOMIC_FLAG_INIT;
static int count;

static void *
count_one(void *arg)
{
	while (atomic_flag_test_and_set_explicit(&lock, TAKE))
		;
	count++;
	atomic_flag_clear_explicit(&lock, memory_order_release);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(count == 2);
	return 0;
}
