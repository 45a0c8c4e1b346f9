/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* counter_work.h: the work of every counter cell: `add-N`, N threads that add 1. */
#ifndef BENCH_COUNTER_WORK_H
#define BENCH_COUNTER_WORK_H

#include "bench.h"

/*
 * A program includes this, says what its counter is, and includes counter_main.h:
 *
 *	void counter_add(int me)       thread `me` adds 1
 *	uint64_t counter_sum(void)     when all have added
 *
 * All of these are C, so there is no twin.
 */
#define COUNTER_THREADS 64

#endif
