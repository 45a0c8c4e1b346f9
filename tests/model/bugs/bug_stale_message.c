/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_stale_message.c: both messages are atomic, yet the second may be seen without the first. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define LOOK memory_order_acquire
#else
#define LOOK memory_order_relaxed
#endif

static atomic_int first, second;

static void *
write_both(void *arg)
{
	atomic_store_explicit(&first, 1, memory_order_relaxed);
	atomic_store_explicit(&second, 1, memory_order_release);
	return arg;
}

static void *
read_both(void *arg)
{
	int b = atomic_load_explicit(&second, LOOK);
	int a = atomic_load_explicit(&first, memory_order_relaxed);

	assert(a >= b);
	return arg;
}

int
main(void)
{
	pthread_t writer, reader;

	pthread_create(&writer, NULL, write_both, NULL);
	pthread_create(&reader, NULL, read_both, NULL);
	pthread_join(writer, NULL);
	pthread_join(reader, NULL);
	return 0;
}
