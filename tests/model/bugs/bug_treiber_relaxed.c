/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_treiber_relaxed.c: a node is pushed relaxed: whoever pops it may not see what is in it. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define PUSH memory_order_release
#else
#define PUSH memory_order_relaxed
#endif

struct node {
	struct node *next;
	int value;
};

static _Atomic(struct node *) head;
static struct node nodes[2];

static void
push(struct node *n)
{
	struct node *old = atomic_load_explicit(&head, memory_order_relaxed);

	do {
		n->next = old;
	} while (!atomic_compare_exchange_weak_explicit(&head, &old, n, PUSH,
	    memory_order_relaxed));
}

static void *
push_one(void *arg)
{
	struct node *n = arg;

	n->value = 5;
	push(n);
	return NULL;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, push_one, &nodes[i]);
	for (struct node *n = atomic_exchange(&head, NULL); n != NULL; n = n->next)
		assert(n->value == 5);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
