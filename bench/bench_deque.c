/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_deque.c: weft's deque. */
#include "deque_work.h"

#include <weft/deque.h>

WEFT_DEQUE(work, uint64_t);

struct deque {
	work d;
};

static void
deque_open(struct deque *d)
{
	weft_must(work_init(&d->d));
}

static inline void
deque_push(struct deque *d, uint64_t v)
{
	if (!work_push(&d->d, v))
		bench_die("no memory");
}

static inline bool
deque_pop(struct deque *d, uint64_t *v)
{
	return work_pop(&d->d, v);
}

static inline enum deque_took
deque_steal(struct deque *d, uint64_t *v)
{
	weft_status s = work_steal(&d->d, v);

	return s == WEFT_OK ? DEQUE_TOOK : s == WEFT_EMPTY ? DEQUE_EMPTY : DEQUE_LOST;
}

static inline size_t
deque_len(struct deque *d)
{
	return work_len(&d->d);
}

static void
deque_close(struct deque *d)
{
	work_fini(&d->d);
}

#include "deque_main.h"
