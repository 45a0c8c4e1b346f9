/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* twin_ms_queue.c: a Michael-Scott queue whose nodes are kept: two pushers and a popper. */
/* expect: exhaustive */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct node {
	_Atomic(struct node *) next;
	int value;
};

static struct node nodes[3];
static _Atomic(struct node *) head = &nodes[0], tail = &nodes[0];

static void *
push(void *arg)
{
	struct node *n = arg, *last, *next;

	n->value = (int)(n - nodes);
	for (;;) {
		last = atomic_load_explicit(&tail, memory_order_acquire);
		next = NULL;
		if (atomic_compare_exchange_strong_explicit(&last->next, &next, n,
			memory_order_release, memory_order_acquire))
			break;
		atomic_compare_exchange_strong_explicit(&tail, &last, next, memory_order_release,
		    memory_order_relaxed);
	}
	atomic_compare_exchange_strong_explicit(&tail, &last, n, memory_order_release,
	    memory_order_relaxed);
	return NULL;
}

static int
pop(void)
{
	struct node *first = atomic_load_explicit(&head, memory_order_acquire), *next;

	do {
		next = atomic_load_explicit(&first->next, memory_order_acquire);
		if (next == NULL)
			return 0;
	} while (!atomic_compare_exchange_strong_explicit(&head, &first, next, memory_order_acq_rel,
	    memory_order_acquire));
	return next->value;
}

int
main(void)
{
	pthread_t t[2];
	int a, b, c;

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, push, &nodes[i + 1]);
	a = pop();
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	b = pop();
	c = pop();
	assert(a == 0 ? b + c == 3 && b * c == 2 : a + b == 3 && c == 0);
	return 0;
}
