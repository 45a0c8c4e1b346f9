/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_publish_relaxed.c: the flag is stored relaxed: the data before it need not be seen. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define PUBLISH memory_order_release
#else
#define PUBLISH memory_order_relaxed
#endif

static int data;
static atomic_int ready;

static void *
write_it(void *arg)
{
	data = 42;
	atomic_store_explicit(&ready, 1, PUBLISH);
	return arg;
}

static void *
read_it(void *arg)
{
	if (atomic_load_explicit(&ready, memory_order_acquire))
		assert(data == 42);
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
