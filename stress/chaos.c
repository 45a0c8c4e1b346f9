/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* chaos.c: the delays between atomics. */
#include "chaos.h"

#include <sched.h>
#include <unistd.h>

#include <weft/atomic.h>

_Thread_local struct chaos chaos_self;

void
chaos_begin(uint64_t seed, uint32_t gap)
{
	chaos_self.dice.state = seed;
	chaos_self.gap = gap;
	chaos_self.left = gap ? dice_below(&chaos_self.dice, 2 * gap) : 0;
}

void
chaos_end(void)
{
	chaos_self.gap = 0;
}

void
chaos_delay(void)
{
	struct dice *d = &chaos_self.dice;
	uint32_t what = dice_below(d, 100);

	if (what < 80) {
		for (uint32_t n = dice_below(d, 80); n > 0; n--)
			weft_pause();
	} else if (what < 98) {
		sched_yield();
	} else {
		usleep(dice_below(d, 100));
	}
	chaos_self.left = dice_below(d, 2 * chaos_self.gap);
}
