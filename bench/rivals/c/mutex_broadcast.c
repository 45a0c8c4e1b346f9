/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mutex_broadcast.c: the broadcast that everyone writes first: a mutex, two condition variables. */
#include "../../broadcast_work.h"

struct broadcast {
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	uint64_t *slots;
	uint64_t sent;
	size_t capacity;
	struct reader *first;
};

struct reader {
	struct broadcast *from;
	struct reader *next;
	uint64_t read;
	char pad[BENCH_LINE];
};

static void
broadcast_open(struct broadcast *b, size_t capacity)
{
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->more, NULL);
	pthread_cond_init(&b->room, NULL);
	b->capacity = capacity;
	b->slots = calloc(capacity, sizeof *b->slots);
	if (b->slots == NULL)
		bench_die("no memory");
}

static void
broadcast_join(struct broadcast *b, struct reader *r)
{
	r->from = b;
	r->next = b->first;
	b->first = r;
}

static inline bool
broadcast_is_full(struct broadcast *b)
{
	for (struct reader *r = b->first; r != NULL; r = r->next)
		if (b->sent - r->read == b->capacity)
			return true;
	return false;
}

static inline void
broadcast_send(struct broadcast *b, uint64_t v)
{
	pthread_mutex_lock(&b->lock);
	while (broadcast_is_full(b))
		pthread_cond_wait(&b->room, &b->lock);
	b->slots[b->sent++ % b->capacity] = v;
	pthread_mutex_unlock(&b->lock);
	pthread_cond_broadcast(&b->more);
}

static inline uint64_t
broadcast_recv(struct reader *r)
{
	struct broadcast *b = r->from;
	bool was_full;
	uint64_t v;

	pthread_mutex_lock(&b->lock);
	while (b->sent == r->read)
		pthread_cond_wait(&b->more, &b->lock);
	was_full = b->sent - r->read == b->capacity;
	v = b->slots[r->read++ % b->capacity];
	pthread_mutex_unlock(&b->lock);
	if (was_full)
		pthread_cond_broadcast(&b->room);
	return v;
}

static void
broadcast_leave(struct reader *r)
{
	(void)r;
}

static void
broadcast_close(struct broadcast *b)
{
	free(b->slots);
}

#include "../../broadcast_main.h"
