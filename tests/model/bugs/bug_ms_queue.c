/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_ms_queue.c: a Michael-Scott queue that links its nodes relaxed. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#ifdef RIGHT
#define LINK memory_order_release
#else
#define LINK memory_order_relaxed
#endif

struct node {
	_Atomic(struct node *) next;
	int value;
};

static struct node nodes[3];
static _Atomic(struct node *) head = &nodes[0], tail = &nodes[0];

static void
push(struct node *n)
{
	struct node *last, *next;

	for (;;) {
		last = atomic_load_explicit(&tail, memory_order_acquire);
		next = NULL;
		if (atomic_compare_exchange_strong_explicit(&last->next, &next, n, LINK,
			memory_order_acquire))
			break;
		atomic_compare_exchange_strong_explicit(&tail, &last, next, memory_order_release,
		    memory_order_relaxed);
	}
	atomic_compare_exchange_strong_explicit(&tail, &last, n, memory_order_release,
	    memory_order_relaxed);
}

static void *
push_one(void *arg)
{
	struct node *n = arg;

	n->value = 3;
	push(n);
	return NULL;
}

int
main(void)
{
	pthread_t t[2];
	struct node *first;

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, push_one, &nodes[i + 1]);
	first = atomic_load_explicit(&head, memory_order_relaxed);
	first = atomic_load_explicit(&first->next, memory_order_acquire);
	if (first != NULL)
		assert(first->value == 3);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
