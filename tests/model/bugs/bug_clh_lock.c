/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_clh_lock.c: a CLH lock spins relaxed on its predecessor: what that did is not seen. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#ifdef RIGHT
#define WATCH memory_order_acquire
#else
#define WATCH memory_order_relaxed
#endif

struct node {
	atomic_int held;
};

static struct node nodes[3];
static _Atomic(struct node *) tail = &nodes[2];
static int count;

static void *
count_one(void *arg)
{
	struct node *me = &nodes[(intptr_t)arg], *before;

	atomic_store_explicit(&me->held, 1, memory_order_relaxed);
	before = atomic_exchange_explicit(&tail, me, memory_order_acq_rel);
	while (atomic_load_explicit(&before->held, WATCH))
		;
	count++;
	atomic_store_explicit(&me->held, 0, memory_order_release);
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
