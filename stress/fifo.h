/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fifo.h: stress for any queue: histories for the monitors, and long runs that count. */
#ifndef STRESS_FIFO_H
#define STRESS_FIFO_H

#include "harness.h"

#include <weft/base.h>

/* A queue of one element size, by untyped calls. What is NULL it does not have. */
struct fifo {
	const char *name;
	size_t size;               /* of an element: 1, or a multiple of 8 up to FIFO_SIZE */
	bool is_unbounded;
	bool is_spsc;              /* one producer, one consumer */
	bool weak_full;            /* see monitor_queue.h */
	bool is_thin;              /* fewer capacities and shapes: others cover the rest */
	bool batch_tells;          /* a short batch has met full or empty after its last value */
	void *(*make)(size_t capacity);
	void (*drop)(void *q);
	weft_status (*push)(void *q, const void *v);       /* OK, FULL, BUSY, NO_MEMORY */
	weft_status (*pop)(void *q, void *v);              /* OK, EMPTY, BUSY */
	size_t (*push_n)(void *q, const void *vs, size_t n);
	size_t (*pop_n)(void *q, void *vs, size_t n);
	/* False: nothing happened. */
	bool (*force_push)(void *q, const void *v, void *old, bool *had);
	bool (*is_empty)(void *q);
	bool (*is_full)(void *q);
};

#define FIFO_SIZE 200
#define FIFO_BATCH 8               /* values in a batch, at most */

/* Makes the cases (each queue, capacity and shape, monitored and counted) and runs them. */
int fifo_main(int argc, char **argv, const struct fifo *fifos, size_t n);

/*
 * The adaptors of a typed queue named `name`, of elements of type T; made(q, capacity)
 * is its init. WEFT_ARRAY_QUEUE(name, T) and the like come before.
 */
#define FIFO_ADAPT(name, T)                                                                       \
	WEFT_GEN_ void *name##_make(size_t capacity)                                              \
	{                                                                                         \
		name *q = malloc(sizeof(*q));                                                     \
		if (q == NULL || name##_init(q, capacity) != WEFT_OK)                             \
			abort();                                                                  \
		return q;                                                                         \
	}                                                                                         \
	FIFO_ADAPT_CALLS(name, T)
#define FIFO_ADAPT_UNBOUNDED(name, T)                                                             \
	WEFT_GEN_ void *name##_make(size_t capacity)                                              \
	{                                                                                         \
		name *q = malloc(sizeof(*q));                                                     \
		(void)capacity;                                                                   \
		if (q == NULL || name##_init(q) != WEFT_OK)                                       \
			abort();                                                                  \
		return q;                                                                         \
	}                                                                                         \
	FIFO_ADAPT_CALLS(name, T)
#define FIFO_ADAPT_CALLS(name, T)                                                                 \
	WEFT_GEN_ void name##_unmake(void *q) { name##_fini(q); free(q); }                        \
	WEFT_GEN_ weft_status name##_do_push(void *q, const void *v)                              \
	{ T t; memcpy(&t, v, sizeof(t)); return name##_push(q, t) ? WEFT_OK : WEFT_FULL; }        \
	WEFT_GEN_ weft_status name##_do_pop(void *q, void *v)                                     \
	{ T t; bool is = name##_pop(q, &t); if (is) memcpy(v, &t, sizeof(t));                     \
	  return is ? WEFT_OK : WEFT_EMPTY; }                                                     \
	WEFT_GEN_ size_t name##_do_push_n(void *q, const void *vs, size_t n)                      \
	{ return name##_push_n(q, (T const *)vs, n); }                                            \
	WEFT_GEN_ size_t name##_do_pop_n(void *q, void *vs, size_t n)                             \
	{ return name##_pop_n(q, (T *)vs, n); }                                                   \
	WEFT_GEN_ bool name##_do_is_empty(void *q) { return name##_is_empty(q); }
#define FIFO_ADAPT_IS_FULL(name)                                                                  \
	WEFT_GEN_ bool name##_do_is_full(void *q) { return name##_is_full(q); }
#define FIFO_ADAPT_FORCE(name, T)                                                                 \
	WEFT_GEN_ bool name##_do_force_push(void *q, const void *v, void *old, bool *had)         \
	{                                                                                         \
		T t, o;                                                                           \
		bool evicted;                                                                     \
		memcpy(&t, v, sizeof(t));                                                         \
		name##_force_push(q, t, &o, &evicted);                                            \
		if (evicted)                                                                      \
			memcpy(old, &o, sizeof(o));                                               \
		*had = evicted;                                                                   \
		return true;                                                                      \
	}
#define FIFO_ADAPT_TRY_FORCE(name, T)                                                             \
	WEFT_GEN_ bool name##_do_force_push(void *q, const void *v, void *old, bool *had)         \
	{                                                                                         \
		T t, o;                                                                           \
		bool is;                                                                          \
		memcpy(&t, v, sizeof(t));                                                         \
		is = name##_force_push(q, t, &o, had);                                            \
		if (*had)                                                                         \
			memcpy(old, &o, sizeof(o));                                               \
		return is;                                                                        \
	}
#define FIFO_ADAPT_TRY(name, T)                                                                   \
	WEFT_GEN_ weft_status name##_do_try_push(void *q, const void *v)                          \
	{ T t; memcpy(&t, v, sizeof(t)); return name##_try_push(q, t); }                          \
	WEFT_GEN_ weft_status name##_do_try_pop(void *q, void *v)                                 \
	{ T t; weft_status s = name##_try_pop(q, &t); if (s == WEFT_OK) memcpy(v, &t, sizeof(t)); \
	  return s; }

/* What every adapted queue has, in a table's row. */
#define FIFO_CALLS(name)                                                                          \
	.make = name##_make, .drop = name##_unmake, .push = name##_do_push, .pop = name##_do_pop, \
	.push_n = name##_do_push_n, .pop_n = name##_do_pop_n, .is_empty = name##_do_is_empty

/* Elements of every size, aligned as their first word is. */
struct fifo_24 {
	uint64_t words[3];
};
struct fifo_64 {
	uint64_t words[8];
};
struct fifo_200 {
	uint64_t words[25];
};

#endif
