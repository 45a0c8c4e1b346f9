/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_spsc_relaxed_tail.c: a ring of one producer and one consumer whose tail is stored relaxed. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define SHOW memory_order_release
#else
#define SHOW memory_order_relaxed
#endif
enum { SIZE = 2, ITEMS = 3 };

static int ring[SIZE];
static atomic_uint head, tail;

static void *
produce(void *arg)
{
	for (unsigned i = 0; i < ITEMS; i++) {
		while (i - atomic_load_explicit(&head, memory_order_acquire) == SIZE)
			;
		ring[i % SIZE] = (int)i;
		atomic_store_explicit(&tail, i + 1, SHOW);
	}
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, produce, NULL);
	for (unsigned i = 0; i < ITEMS; i++) {
		while (atomic_load_explicit(&tail, memory_order_acquire) == i)
			;
		assert(ring[i % SIZE] == (int)i);
		atomic_store_explicit(&head, i + 1, memory_order_release);
	}
	pthread_join(t, NULL);
	return 0;
}
