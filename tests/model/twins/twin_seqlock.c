/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* twin_seqlock.c: a seqlock: a writer of two rounds, two readers that read until it is right. */
/* expect: exhaustive 9 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_uint number;
static atomic_int a, b;

static void *
read_both(void *arg)
{
	unsigned before, after;
	int x, y;

	do {
		before = atomic_load_explicit(&number, memory_order_acquire);
		x = atomic_load_explicit(&a, memory_order_relaxed);
		y = atomic_load_explicit(&b, memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		after = atomic_load_explicit(&number, memory_order_relaxed);
	} while (before != after || (before & 1));
	assert(x == y);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, read_both, NULL);
	for (unsigned round = 0; round < 2; round++) {
		atomic_store_explicit(&number, 2 * round + 1, memory_order_relaxed);
		atomic_thread_fence(memory_order_release);
		atomic_store_explicit(&a, (int)round, memory_order_relaxed);
		atomic_store_explicit(&b, (int)round, memory_order_relaxed);
		atomic_store_explicit(&number, 2 * round + 2, memory_order_release);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
