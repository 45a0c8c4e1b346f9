/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* twin_mcs_lock.c: an MCS lock, three threads. */
/* expect: exhaustive 30 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 3 };

struct node {
	_Atomic(struct node *) next;
	atomic_int waits;
};

static _Atomic(struct node *) tail;
static struct node nodes[THREADS];
static int count;

static void *
count_one(void *arg)
{
	struct node *me = arg, *before, *last = me, *next;

	atomic_store_explicit(&me->waits, 1, memory_order_relaxed);
	before = atomic_exchange_explicit(&tail, me, memory_order_acq_rel);
	if (before != NULL) {
		atomic_store_explicit(&before->next, me, memory_order_release);
		while (atomic_load_explicit(&me->waits, memory_order_acquire))
			;
	}
	count++;
	if (atomic_compare_exchange_strong_explicit(&tail, &last, NULL, memory_order_release,
		memory_order_relaxed))
		return NULL;
	while ((next = atomic_load_explicit(&me->next, memory_order_acquire)) == NULL)
		;
	atomic_store_explicit(&next->waits, 0, memory_order_release);
	return NULL;
}

int
main(void)
{
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, count_one, &nodes[i]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	assert(count == THREADS);
	return 0;
}
