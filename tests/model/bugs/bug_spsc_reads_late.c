/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_spsc_reads_late.c: a ring's consumer gives the slot back before it has read it. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { ITEMS = 2 };

static int slot;
static atomic_uint head, tail;

static void *
produce(void *arg)
{
	for (unsigned i = 0; i < ITEMS; i++) {
		while (atomic_load_explicit(&head, memory_order_acquire) != i)
			;
		slot = (int)i;
		atomic_store_explicit(&tail, i + 1, memory_order_release);
	}
	return arg;
}

int
main(void)
{
	pthread_t t;
	int got;

	pthread_create(&t, NULL, produce, NULL);
	for (unsigned i = 0; i < ITEMS; i++) {
		while (atomic_load_explicit(&tail, memory_order_acquire) == i)
			;
#ifdef RIGHT
		got = slot;
		atomic_store_explicit(&head, i + 1, memory_order_release);
#else
		atomic_store_explicit(&head, i + 1, memory_order_release);
		got = slot;
#endif
		assert(got == (int)i);
	}
	pthread_join(t, NULL);
	return 0;
}
