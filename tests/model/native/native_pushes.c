/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_pushes.c: a stack onto which threads push: each order is one execution, and no more. */
/* expect: exhaustive 90 */
/* options: -O1 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct node {
	struct node *next;
};

static struct node nodes[6];
static _Atomic(struct node *) top;

/* The link is written before each CAS: a round that fails leaves nothing behind. */
static void
push(struct node *n)
{
	struct node *old = atomic_load_explicit(&top, memory_order_relaxed);

	do
		n->next = old;
	while (!atomic_compare_exchange_weak_explicit(&top, &old, n, memory_order_release,
	    memory_order_relaxed));
}

static void *
work(void *arg)
{
	push(&nodes[2 * (size_t)arg]);
	push(&nodes[2 * (size_t)arg + 1]);
	return arg;
}

int
main(void)
{
	pthread_t t[3];
	int n = 0;

	for (size_t i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, work, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	for (struct node *p = atomic_load(&top); p != NULL; p = p->next)
		n++;
	assert(n == 6);
	return 0;
}
