/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* oracle_urcu.c: wfcqueue of liburcu. */
#include <stdlib.h>
#include <urcu/wfcqueue.h>

#include "oracle.h"

struct node {
	struct cds_wfcq_node link;
	uint64_t value;
};

struct queue {
	struct __cds_wfcq_head head;
	struct cds_wfcq_tail tail;
};

static void *
make(size_t capacity)
{
	struct queue *q = malloc(sizeof *q);

	(void)capacity;
	if (q == NULL)
		abort();
	__cds_wfcq_init(&q->head, &q->tail);
	return q;
}

static bool
push(void *arg, uint64_t v)
{
	struct queue *q = arg;
	struct node *n = malloc(sizeof *n);

	if (n == NULL)
		abort();
	cds_wfcq_node_init(&n->link);
	n->value = v;
	cds_wfcq_enqueue(&q->head, &q->tail, &n->link);
	return true;
}

static bool
pop(void *arg, uint64_t *v)
{
	struct queue *q = arg;
	struct node *n = (struct node *)__cds_wfcq_dequeue_blocking(&q->head, &q->tail);

	if (n == NULL)
		return false;
	*v = n->value;
	free(n);
	return true;
}

static void
unmake(void *arg)
{
	uint64_t v;

	while (pop(arg, &v))
		;
	free(arg);
}

static const struct subject wfcqueue = {
	.name = "wfcqueue",
	.make = make,
	.unmake = unmake,
	.push = push,
	.pop = pop,
};

const struct subject *const oracle = &wfcqueue;
