/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_seqlock_writer.c: a seqlock's writer without its fence: the data is written before the
 * number is odd.
 */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_uint number;
static atomic_int a, b;

static void *
write_both(void *arg)
{
	atomic_store_explicit(&number, 1, memory_order_relaxed);
#ifdef RIGHT
	atomic_thread_fence(memory_order_release);
#endif
	atomic_store_explicit(&a, 1, memory_order_relaxed);
	atomic_store_explicit(&b, 1, memory_order_relaxed);
	atomic_store_explicit(&number, 2, memory_order_release);
	return arg;
}

int
main(void)
{
	pthread_t writer;
	unsigned before, after;
	int x, y;

	pthread_create(&writer, NULL, write_both, NULL);
	do {
		before = atomic_load_explicit(&number, memory_order_acquire);
		x = atomic_load_explicit(&a, memory_order_relaxed);
		y = atomic_load_explicit(&b, memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		after = atomic_load_explicit(&number, memory_order_relaxed);
	} while (before != after || (before & 1));
	assert(x == y);
	pthread_join(writer, NULL);
	return 0;
}
