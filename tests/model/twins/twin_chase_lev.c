/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* twin_chase_lev.c: a Chase-Lev deque: four pushes, three takes, and three thieves. */
/* expect: exhaustive 54277 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { EMPTY = -1, ITEMS = 4, TAKES = 3, THIEVES = 3 };

static atomic_int top, bottom;
static atomic_int item[ITEMS];
static int got[TAKES + THIEVES];

static void
push(int x)
{
	int b = atomic_load_explicit(&bottom, memory_order_relaxed);

	atomic_store_explicit(&item[b], x, memory_order_relaxed);
	/* A fence, for a store by take is read by thieves, too. */
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&bottom, b + 1, memory_order_relaxed);
}

static int
take(void)
{
	int b = atomic_load_explicit(&bottom, memory_order_relaxed) - 1, t, x = EMPTY;

	atomic_store_explicit(&bottom, b, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	t = atomic_load_explicit(&top, memory_order_relaxed);
	if (t <= b) {
		x = atomic_load_explicit(&item[b], memory_order_relaxed);
		if (t < b)
			return x;
		if (!atomic_compare_exchange_strong(&top, &t, t + 1))
			x = EMPTY;
	}
	atomic_store_explicit(&bottom, b + 1, memory_order_relaxed);
	return x;
}

static void *
steal(void *arg)
{
	int t = atomic_load_explicit(&top, memory_order_acquire), b, x;

	atomic_thread_fence(memory_order_seq_cst);
	b = atomic_load_explicit(&bottom, memory_order_acquire);
	if (t < b) {
		x = atomic_load_explicit(&item[t], memory_order_relaxed);
		if (atomic_compare_exchange_strong(&top, &t, t + 1))
			*(int *)arg = x;
	}
	return NULL;
}

int
main(void)
{
	int times[ITEMS] = { 0 };
	pthread_t t[THIEVES];

	for (int i = 0; i < TAKES + THIEVES; i++)
		got[i] = EMPTY;
	for (int i = 0; i < THIEVES; i++)
		pthread_create(&t[i], NULL, steal, &got[TAKES + i]);
	for (int i = 0; i < ITEMS; i++)
		push(i);
	for (int i = 0; i < TAKES; i++)
		got[i] = take();
	for (int i = 0; i < THIEVES; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < TAKES + THIEVES; i++)
		assert(got[i] == EMPTY || ++times[got[i]] == 1);
	return 0;
}
