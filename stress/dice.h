/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* dice.h: the stress programs' own random numbers (SplitMix64), one small state a thread. */
#ifndef STRESS_DICE_H
#define STRESS_DICE_H

#include <stdbool.h>
#include <stdint.h>

/* Kept apart from weft/random.h: a test must not draw its bad luck from what it tests. */
struct dice {
	uint64_t state;
};

static inline uint64_t
dice_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static inline uint64_t
dice_u64(struct dice *d)
{
	d->state += 0x9e3779b97f4a7c15u;
	return dice_mix(d->state);
}

/* In [0, below). The bias of the remainder is far below what a test could notice. */
static inline uint32_t
dice_below(struct dice *d, uint32_t below)
{
	return (uint32_t)((dice_u64(d) >> 32) * below >> 32);
}

/* True once in n, on average. */
static inline bool
dice_once_in(struct dice *d, uint32_t n)
{
	return dice_below(d, n) == 0;
}

#endif
