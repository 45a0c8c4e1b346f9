/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_mcs_lock.c: an MCS lock is handed over relaxed: the successor does not see what was done
 * under it.
 */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#ifdef RIGHT
#define HAND_OVER memory_order_release
#else
#define HAND_OVER memory_order_relaxed
#endif

struct node {
	_Atomic(struct node *) next;
	atomic_int waits;
};

static _Atomic(struct node *) tail;
static struct node nodes[2];
static int count;

static void
lock(struct node *me)
{
	struct node *before;

	atomic_store_explicit(&me->waits, 1, memory_order_relaxed);
	before = atomic_exchange_explicit(&tail, me, memory_order_acq_rel);
	if (before == NULL)
		return;
	atomic_store_explicit(&before->next, me, memory_order_release);
	while (atomic_load_explicit(&me->waits, memory_order_acquire))
		;
}

static void
unlock(struct node *me)
{
	struct node *last = me, *next;

	if (atomic_compare_exchange_strong_explicit(&tail, &last, NULL, memory_order_release,
		memory_order_relaxed))
		return;
	while ((next = atomic_load_explicit(&me->next, memory_order_acquire)) == NULL)
		;
	atomic_store_explicit(&next->waits, 0, HAND_OVER);
}

static void *
count_one(void *arg)
{
	struct node *me = &nodes[(intptr_t)arg];

	lock(me);
	count++;
	unlock(me);
	return NULL;
}

int
main(void)
{
	pthread_t t[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(count == 2);
	return 0;
}
