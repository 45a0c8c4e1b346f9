/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* chaos_workers.h: hooks of a pool, whose workers are delayed like other threads. */
#ifndef STRESS_CHAOS_WORKERS_H
#define STRESS_CHAOS_WORKERS_H

#include "chaos.h"

/* on_start: each worker draws from a seed of its own. */
static inline void
chaos_worker_begin(unsigned worker, void *seed)
{
	uint64_t first = *(const uint64_t *)seed;

	chaos_begin(first + worker, 1 + (uint32_t)(first % 200));
}

/* on_exit */
static inline void
chaos_worker_end(unsigned worker, void *seed)
{
	(void)worker;
	(void)seed;
	chaos_end();
}

#endif
