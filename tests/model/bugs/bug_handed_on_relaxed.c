/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_handed_on_relaxed.c: the one in the middle hands on relaxed what it has seen: the chain
 * breaks there.
 */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define SEE memory_order_acquire
#else
#define SEE memory_order_relaxed
#endif

static int data;
static atomic_int first, second;

static void *
begin(void *arg)
{
	data = 1;
	atomic_store_explicit(&first, 1, memory_order_release);
	return arg;
}

static void *
hand_on(void *arg)
{
	if (atomic_load_explicit(&first, SEE))
		atomic_store_explicit(&second, 1, memory_order_release);
	return arg;
}

static void *
end(void *arg)
{
	if (atomic_load_explicit(&second, memory_order_acquire))
		assert(data == 1);
	return arg;
}

int
main(void)
{
	void *(*part[])(void *) = { begin, hand_on, end };
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, part[i], NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return 0;
}
