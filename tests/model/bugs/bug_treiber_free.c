/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_treiber_free.c: a stack's node is freed while another thread that is popping looks into
 * it.
 */
/* expect: use-after-free race */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct node {
	_Atomic(struct node *) next;
};

static _Atomic(struct node *) head;

static void
push(struct node *n)
{
	struct node *old = atomic_load(&head);

	do {
		atomic_store(&n->next, old);
	} while (!atomic_compare_exchange_strong(&head, &old, n));
}

static struct node *
pop(void)
{
	struct node *n = atomic_load(&head);

	while (n && !atomic_compare_exchange_strong(&head, &n, atomic_load(&n->next)))
		;
	return n;
}

static void *
take_one(void *arg)
{
	struct node *n = pop();

#ifdef RIGHT
	*(struct node **)arg = n; /* freed when nobody pops any more */
#else
	free(n);
#endif
	return arg;
}

int
main(void)
{
	struct node *taken[2] = { NULL, NULL };
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		push(malloc(sizeof(struct node)));
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, take_one, &taken[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < 2; i++)
		free(taken[i]);
	return 0;
}
