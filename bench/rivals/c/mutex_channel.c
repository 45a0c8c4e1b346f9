/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mutex_channel.c: a ring under one mutex and two condition variables, as C has it by itself. */
#include "../../channel_work.h"

struct channel {
	pthread_mutex_t lock;
	pthread_cond_t not_full, not_empty;
	item *slots;
	size_t head, tail, len, capacity;
	/* A rendezvous is a ring of one whose sender waits until its value is taken. */
	bool rendezvous;
	uint64_t sent, taken;
	pthread_cond_t was_taken;
};

static void
channel_open(struct channel *c, struct channel_kind kind)
{
	if (kind.capacity == CHANNEL_UNBOUNDED)
		bench_die("this channel is bounded");
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->not_full, NULL);
	pthread_cond_init(&c->not_empty, NULL);
	pthread_cond_init(&c->was_taken, NULL);
	c->rendezvous = kind.capacity == 0;
	c->capacity = c->rendezvous ? 1 : kind.capacity;
	c->slots = calloc(c->capacity, sizeof *c->slots);
	if (c->slots == NULL)
		bench_die("no memory");
}

/* Nobody is woken under the lock: whom it wakes would run into it. */
static inline void
channel_send(struct channel *c, item v)
{
	uint64_t mine = 0;

	pthread_mutex_lock(&c->lock);
	while (c->len == c->capacity)
		pthread_cond_wait(&c->not_full, &c->lock);
	c->slots[c->tail] = v;
	c->tail = c->tail + 1 == c->capacity ? 0 : c->tail + 1;
	c->len++;
	mine = ++c->sent;
	pthread_mutex_unlock(&c->lock);
	pthread_cond_signal(&c->not_empty);
	if (!c->rendezvous)
		return;
	pthread_mutex_lock(&c->lock);
	while (c->taken < mine)
		pthread_cond_wait(&c->was_taken, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

static inline void
channel_recv(struct channel *c, item *v)
{
	pthread_mutex_lock(&c->lock);
	while (c->len == 0)
		pthread_cond_wait(&c->not_empty, &c->lock);
	*v = c->slots[c->head];
	c->head = c->head + 1 == c->capacity ? 0 : c->head + 1;
	c->len--;
	c->taken++;
	pthread_mutex_unlock(&c->lock);
	pthread_cond_signal(&c->not_full);
	if (c->rendezvous)
		pthread_cond_broadcast(&c->was_taken);
}

static void
channel_close(struct channel *c)
{
	free(c->slots);
}

#include "../../channel_main.h"
