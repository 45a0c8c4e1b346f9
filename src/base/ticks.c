/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ticks.c: how long a tick is. */
#include "ticks.h"

/* Long enough for one part in a thousand; bench/bench_pool.c asks no more. */
#define MEASURE_NS 200000

/* Ticks in 1,024 nanoseconds; 0: not measured yet. Whoever measures it writes it. */
static weft_atomic_u64 rate;

static uint64_t
measure(void)
{
	int64_t from = weft_os_now_ns(), now = from;
	uint64_t first = weft_ticks_(), ticks;

	while (now - from < MEASURE_NS)
		now = weft_os_now_ns();
	ticks = weft_ticks_() - first;
	return (ticks << 10) / (uint64_t)(now - from) + 1;
}

static uint64_t
ticks_in_1024(void)
{
	/* relaxed: two that come first measure about the same. */
	uint64_t r = weft_load_relaxed(&rate);

	if (WEFT_UNLIKELY_(r == 0)) {
		r = WEFT_MODEL_ ? 1024 : measure();
		/* relaxed: as above. */
		weft_store_relaxed(&rate, r);
	}
	return r;
}

uint64_t
weft_ticks_in_(uint64_t ns)
{
	return ns * ticks_in_1024() >> 10;
}

uint64_t
weft_ticks_ns_(uint64_t ticks)
{
	return (ticks << 10) / ticks_in_1024();
}
