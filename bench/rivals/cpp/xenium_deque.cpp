// SPDX-License-Identifier: MIT OR Apache-2.0
// xenium_deque.cpp: xenium::chase_work_stealing_deque. It holds pointers: the value is in one.
#include "../../deque_work.h"

#include <xenium/chase_work_stealing_deque.hpp>

struct deque {
	xenium::chase_work_stealing_deque<uint64_t> *d;
};

static void
deque_open(struct deque *d)
{
	d->d = new xenium::chase_work_stealing_deque<uint64_t>();
}

static inline void
deque_push(struct deque *d, uint64_t v)
{
	if (!d->d->try_push(reinterpret_cast<uint64_t *>(v)))
		bench_die("no room");
}

static inline bool
deque_pop(struct deque *d, uint64_t *v)
{
	uint64_t *p;

	if (!d->d->try_pop(p))
		return false;
	*v = reinterpret_cast<uint64_t>(p);
	return true;
}

static inline enum deque_took
deque_steal(struct deque *d, uint64_t *v)
{
	uint64_t *p;

	if (!d->d->try_steal(p))
		return DEQUE_EMPTY;     /* or lost: it does not say which */
	*v = reinterpret_cast<uint64_t>(p);
	return DEQUE_TOOK;
}

static inline size_t
deque_len(struct deque *d)
{
	return d->d->size();
}

static void
deque_close(struct deque *d)
{
	delete d->d;
}

#include "../../deque_main.h"
