/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_chase_lev.c: a Chase-Lev deque whose owner takes without the fence: one item goes to two
 * threads.
 */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { EMPTY = -1, ITEMS = 2 };

static atomic_int top, bottom;
static atomic_int item[4];

static void
push(int x)
{
	int b = atomic_load_explicit(&bottom, memory_order_relaxed);

	atomic_store_explicit(&item[b], x, memory_order_relaxed);
	atomic_store_explicit(&bottom, b + 1, memory_order_release);
}

static int
take(void)
{
	int b = atomic_load_explicit(&bottom, memory_order_relaxed) - 1, t, x = EMPTY;

	atomic_store_explicit(&bottom, b, memory_order_relaxed);
#ifdef RIGHT
	atomic_thread_fence(memory_order_seq_cst);
#endif
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

static int
steal(void)
{
	int t = atomic_load_explicit(&top, memory_order_acquire), b, x;

	atomic_thread_fence(memory_order_seq_cst);
	b = atomic_load_explicit(&bottom, memory_order_acquire);
	if (t >= b)
		return EMPTY;
	x = atomic_load_explicit(&item[t], memory_order_relaxed);
	return atomic_compare_exchange_strong(&top, &t, t + 1) ? x : EMPTY;
}

static void *
thief(void *arg)
{
	int *got = arg;

	got[0] = steal();
	got[1] = steal();
	return NULL;
}

int
main(void)
{
	int got[4], times[ITEMS] = { 0 };
	pthread_t t;

	for (int i = 0; i < ITEMS; i++)
		push(i);
	pthread_create(&t, NULL, thief, got);
	got[2] = take();
	got[3] = take();
	pthread_join(t, NULL);
	for (int i = 0; i < 4; i++)
		if (got[i] != EMPTY)
			times[got[i]]++;
	for (int i = 0; i < ITEMS; i++)
		assert(times[i] <= 1);
	return 0;
}
