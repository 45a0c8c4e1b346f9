/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_tagged_leak.c: blocks that only atomics, other blocks and marked pointers know of. */
/* expect: leak */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

struct node {
	struct node *next;
	atomic_uintptr_t marked;
};

static _Atomic(struct node *) list;

static void *
work(void *arg)
{
	struct node *n = malloc(sizeof *n);

	n->next = malloc(sizeof *n);
	n->next->next = NULL;
	atomic_init(&n->next->marked, 0);
	atomic_init(&n->marked, 0);
	atomic_store(&n->marked, (uintptr_t)malloc(8) | 1);
	atomic_store(&list, n);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);
	pthread_join(t, NULL);
#ifndef RIGHT
	atomic_store(&atomic_load(&list)->marked, 0);
#endif
	return 0;
}
