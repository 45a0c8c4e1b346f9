/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_seqlock_no_fence.c: a seqlock's reader without its fence: the number is looked at again
 * too early.
 */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_uint number;
static atomic_int a, b;

static void *
write_both(void *arg)
{
	atomic_store_explicit(&number, 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&a, 1, memory_order_relaxed);
	atomic_store_explicit(&b, 1, memory_order_relaxed);
	atomic_store_explicit(&number, 2, memory_order_release);
	return arg;
}

static bool
try_read(int *x, int *y)
{
	unsigned before = atomic_load_explicit(&number, memory_order_acquire);

	if (before & 1)
		return false;
	*x = atomic_load_explicit(&a, memory_order_relaxed);
	*y = atomic_load_explicit(&b, memory_order_relaxed);
#ifdef RIGHT
	atomic_thread_fence(memory_order_acquire);
#endif
	return atomic_load_explicit(&number, memory_order_relaxed) == before;
}

int
main(void)
{
	pthread_t writer;
	int x, y;

	pthread_create(&writer, NULL, write_both, NULL);
	if (try_read(&x, &y))
		assert(x == y);
	pthread_join(writer, NULL);
	return 0;
}
