/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_dekker_one_fence.c: a store and a load need a full fence between them in both threads,
 * not in one.
 */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int wants[2];
static int entered;

static void *
left(void *arg)
{
	atomic_store_explicit(&wants[0], 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	if (!atomic_load_explicit(&wants[1], memory_order_relaxed))
		entered++;
	return arg;
}

static void *
right(void *arg)
{
	atomic_store_explicit(&wants[1], 1, memory_order_relaxed);
#ifdef RIGHT
	atomic_thread_fence(memory_order_seq_cst);
#else
	atomic_thread_fence(memory_order_acq_rel);
#endif
	if (!atomic_load_explicit(&wants[0], memory_order_relaxed))
		entered++;
	return arg;
}

int
main(void)
{
	pthread_t one, other;

	pthread_create(&one, NULL, left, NULL);
	pthread_create(&other, NULL, right, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(entered <= 1);
	return 0;
}
