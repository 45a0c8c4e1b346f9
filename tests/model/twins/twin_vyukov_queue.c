/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* twin_vyukov_queue.c: a bounded queue, two producers and two consumers, two operations each. */
/* expect: exhaustive */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIZE = 4, EACH = 2 };

static struct {
	_Atomic size_t number;
	int value;
} cell[SIZE];
static _Atomic size_t head, tail;
static int got[4 * EACH];

static bool
push(int value)
{
	size_t t = atomic_load_explicit(&tail, memory_order_relaxed), number;

	for (;;) {
		number = atomic_load_explicit(&cell[t % SIZE].number, memory_order_acquire);
		if ((ptrdiff_t)(number - t) < 0)
			return false;
		if (number != t)
			t = atomic_load_explicit(&tail, memory_order_relaxed);
		else if (atomic_compare_exchange_strong_explicit(&tail, &t, t + 1,
			     memory_order_relaxed, memory_order_relaxed))
			break;
	}
	cell[t % SIZE].value = value;
	atomic_store_explicit(&cell[t % SIZE].number, t + 1, memory_order_release);
	return true;
}

static bool
pop(int *value)
{
	size_t h = atomic_load_explicit(&head, memory_order_relaxed), number;

	for (;;) {
		number = atomic_load_explicit(&cell[h % SIZE].number, memory_order_acquire);
		if ((ptrdiff_t)(number - (h + 1)) < 0)
			return false;
		if (number != h + 1)
			h = atomic_load_explicit(&head, memory_order_relaxed);
		else if (atomic_compare_exchange_strong_explicit(&head, &h, h + 1,
			     memory_order_relaxed, memory_order_relaxed))
			break;
	}
	*value = cell[h % SIZE].value;
	atomic_store_explicit(&cell[h % SIZE].number, h + SIZE, memory_order_release);
	return true;
}

static void *
produce(void *arg)
{
	for (int i = 0; i < EACH; i++)
		push((int)(intptr_t)arg * EACH + i + 1);
	return NULL;
}

static void *
consume(void *arg)
{
	for (int i = 0; i < EACH; i++)
		pop((int *)arg + i);
	return NULL;
}

int
main(void)
{
	pthread_t t[4];
	int times[2 * EACH + 1] = { 0 };

	for (size_t i = 0; i < SIZE; i++)
		atomic_store_explicit(&cell[i].number, i, memory_order_relaxed);
	for (intptr_t i = 0; i < 2; i++) {
		pthread_create(&t[i], NULL, produce, (void *)i);
		pthread_create(&t[2 + i], NULL, consume, &got[i * EACH]);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < 2 * EACH; i++)
		assert(++times[got[i]] == 1 || got[i] == 0);
	return 0;
}
