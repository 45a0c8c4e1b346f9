/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_reuse.c: a stack whose nodes are freed and allocated again: ABA. */
/* expect: assert use-after-free race double-free livelock */
/* run: WEFT_MODEL_OPTIONS=--reuse */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* RIGHT: nobody pops while another thread frees. */
struct node {
	_Atomic(struct node *) next;
	atomic_int value;
};

static _Atomic(struct node *) top;
static struct node *spare;
static atomic_int taken;

static void
push(struct node *n, int value)
{
	struct node *old = atomic_load(&top);

	atomic_store(&n->value, value);
	do
		atomic_store(&n->next, old);
	while (!atomic_compare_exchange_weak(&top, &old, n));
}

static struct node *
pop(void)
{
	struct node *n = atomic_load(&top);

	while (n != NULL && !atomic_compare_exchange_weak(&top, &n, atomic_load(&n->next)))
		;
	return n;
}

static void *
taker(void *arg)
{
	struct node *n = pop();

	if (n != NULL)
		atomic_fetch_add(&taken, atomic_load(&n->value));
	return arg;
}

/* Takes two nodes off, and puts one back that may be where the first was. */
static void *
changer(void *arg)
{
	struct node *a = pop(), *b = pop();

	atomic_fetch_add(&taken, atomic_load(&a->value) + atomic_load(&b->value));
	free(a);
	a = malloc(sizeof *a);
	push(a, 4);
	spare = b;
	return arg;
}

int
main(void)
{
	pthread_t t[2];
	struct node *n;
	int left = 0;

	push(malloc(sizeof *n), 1);
	push(malloc(sizeof *n), 2);
	push(malloc(sizeof *n), 3);
	pthread_create(&t[0], NULL, taker, NULL);
#ifdef RIGHT
	pthread_join(t[0], NULL);
#endif
	pthread_create(&t[1], NULL, changer, NULL);
#ifndef RIGHT
	pthread_join(t[0], NULL);
#endif
	pthread_join(t[1], NULL);
	while ((n = pop()) != NULL)
		left += atomic_load(&n->value);
	left += atomic_load(&taken);
	assert(left == 10);
	exit(0);
}
