/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* chaos.h: include it before anything of weft, and every atomic of weft's may be delayed. */
#ifndef STRESS_CHAOS_H
#define STRESS_CHAOS_H

#if defined(WEFT_ATOMIC_H)
#error "chaos.h comes before weft's headers, or its delays do not reach their atomics"
#endif

#include "dice.h"

/*
 * Each thread draws, from its own seed, after how many atomics the next delay comes and
 * what it is: some pauses, giving the CPU away, rarely a sleep. So whatever can happen
 * between two atomics of one thread, sooner or later does. gap 0: none, and cheap.
 */
struct chaos {
	uint32_t left;        /* atomics until the next delay */
	uint32_t gap;         /* their mean number            */
	struct dice dice;
};

extern _Thread_local struct chaos chaos_self;

void chaos_begin(uint64_t seed, uint32_t gap);
void chaos_end(void);
void chaos_delay(void);

static inline void
chaos_step(void)
{
	if (chaos_self.gap != 0 && chaos_self.left-- == 0)
		chaos_delay();
}

#define WEFT_ATOMIC_STEP_() chaos_step()

#endif
