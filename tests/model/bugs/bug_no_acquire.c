/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_no_acquire.c: the flag is loaded relaxed: the data behind it may be older. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define LOOK memory_order_acquire
#else
#define LOOK memory_order_relaxed
#endif

static int data;
static atomic_int ready;

static void *
write_it(void *arg)
{
	data = 42;
	atomic_store_explicit(&ready, 1, memory_order_release);
	return arg;
}

int
main(void)
{
	pthread_t writer;

	pthread_create(&writer, NULL, write_it, NULL);
	while (!atomic_load_explicit(&ready, LOOK))
		;
	assert(data == 42);
	pthread_join(writer, NULL);
	return 0;
}
