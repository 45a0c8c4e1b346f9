/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_vyukov_queue.c: a bounded queue with a number in each cell, where a push shows its cell
 * relaxed.
 */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef RIGHT
#define SHOW memory_order_release
#else
#define SHOW memory_order_relaxed
#endif
enum { SIZE = 2 };

static struct {
	atomic_uint number;
	int value;
} cell[SIZE];
static atomic_uint head, tail;

static bool
push(int value)
{
	unsigned t = atomic_load_explicit(&tail, memory_order_relaxed);

	for (;;) {
		unsigned number =
		    atomic_load_explicit(&cell[t % SIZE].number, memory_order_acquire);

		if ((int)(number - t) < 0)
			return false;
		if (number != t)
			t = atomic_load_explicit(&tail, memory_order_relaxed);
		else if (atomic_compare_exchange_strong_explicit(&tail, &t, t + 1,
			     memory_order_relaxed, memory_order_relaxed))
			break;
	}
	cell[t % SIZE].value = value;
	atomic_store_explicit(&cell[t % SIZE].number, t + 1, SHOW);
	return true;
}

static bool
pop(int *value)
{
	unsigned h = atomic_load_explicit(&head, memory_order_relaxed);

	if (atomic_load_explicit(&cell[h % SIZE].number, memory_order_acquire) != h + 1)
		return false;
	*value = cell[h % SIZE].value;
	atomic_store_explicit(&head, h + 1, memory_order_relaxed); /* the only consumer */
	atomic_store_explicit(&cell[h % SIZE].number, h + SIZE, memory_order_release);
	return true;
}

static void *
produce(void *arg)
{
	push((int)(intptr_t)arg);
	return NULL;
}

int
main(void)
{
	pthread_t t[2];
	int got;

	for (unsigned i = 0; i < SIZE; i++)
		atomic_store_explicit(&cell[i].number, i, memory_order_relaxed);
	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, produce, (void *)(i + 1));
	if (pop(&got))
		assert(got == 1 || got == 2);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
