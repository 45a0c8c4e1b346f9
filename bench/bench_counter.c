/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_counter.c: weft's counter. */
#include "counter_work.h"

#include <weft/counter.h>

static weft_counter counter;

static inline void
counter_add(int me)
{
	(void)me;
	weft_counter_add(&counter, 1);
}

static uint64_t
counter_sum(void)
{
	uint64_t sum = (uint64_t)weft_counter_sum(&counter);

	weft_counter_fini(&counter);
	return sum;
}

#include "counter_main.h"
