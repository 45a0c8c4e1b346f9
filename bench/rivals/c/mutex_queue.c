/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mutex_queue.c: the queue that everyone writes first: a mutex, two condition variables. */
#include "../../queue_work.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t not_full, not_empty;
	item *slots;
	size_t head, len, capacity;
};

static void
queue_open(struct queue *q, size_t capacity)
{
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->not_full, NULL);
	pthread_cond_init(&q->not_empty, NULL);
	q->capacity = capacity;
	q->slots = calloc(capacity, sizeof *q->slots);
	if (q->slots == NULL)
		bench_die("no memory");
}

/* Waits by itself while the queue is full, so it never returns false. */
static inline bool
queue_push(struct queue *q, item v)
{
	pthread_mutex_lock(&q->lock);
	while (q->len == q->capacity)
		pthread_cond_wait(&q->not_full, &q->lock);
	q->slots[(q->head + q->len++) % q->capacity] = v;
	pthread_mutex_unlock(&q->lock);
	pthread_cond_signal(&q->not_empty);
	return true;
}

static inline bool
queue_pop(struct queue *q, item *v)
{
	pthread_mutex_lock(&q->lock);
	while (q->len == 0)
		pthread_cond_wait(&q->not_empty, &q->lock);
	*v = q->slots[q->head];
	q->head = (q->head + 1) % q->capacity;
	q->len--;
	pthread_mutex_unlock(&q->lock);
	pthread_cond_signal(&q->not_full);
	return true;
}

static void
queue_close(struct queue *q)
{
	free(q->slots);
}

#include "../../queue_main.h"
