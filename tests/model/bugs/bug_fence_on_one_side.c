/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_fence_on_one_side.c: the writer has its fence, the reader has none. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static int data;
static atomic_int ready;

static void *
write_it(void *arg)
{
	data = 7;
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&ready, 1, memory_order_relaxed);
	return arg;
}

static void *
read_it(void *arg)
{
	if (!atomic_load_explicit(&ready, memory_order_relaxed))
		return arg;
#ifdef RIGHT
	atomic_thread_fence(memory_order_acquire);
#endif
	assert(data == 7);
	return arg;
}

int
main(void)
{
	pthread_t writer, reader;

	pthread_create(&writer, NULL, write_it, NULL);
	pthread_create(&reader, NULL, read_it, NULL);
	pthread_join(writer, NULL);
	pthread_join(reader, NULL);
	return 0;
}
