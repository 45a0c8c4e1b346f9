/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/random.h: random streams that do not depend on the number of threads. */
#ifndef WEFT_RANDOM_H
#define WEFT_RANDOM_H

#include "base.h"
#include "detail/linked_inl.h"

WEFT_C_BEGIN_

/*
 * A counter-based generator (Philox 4x32, 10 rounds): stream i of a seed is the same sequence
 * wherever and whenever it is drawn, on any machine. Give each item of a loop the stream of
 * its index, and the loop's answer has the same bits for any number of threads.
 *
 *	weft_random r = weft_random_stream(seed, i);
 *	double noise = weft_random_normal(&r);
 *
 * No two streams of a seed share a block of bits: there are 2^64 streams of 2^64 numbers.
 * A plain value, for one thread at a time: copy it to repeat it. A zeroed one is stream 0
 * of seed 0. Not for secrets.
 */
typedef struct weft_random {
	uint64_t seed, stream, at;   /* at: how many 64-bit numbers were drawn        */
	uint32_t left_[4];           /* the block of the last one, if half is left    */
} weft_random;

/* That stream of that seed, from its beginning. */
WEFT_API weft_random weft_random_stream(uint64_t seed, uint64_t stream);

/* 64 bits. */
WEFT_API uint64_t weft_random_u64(weft_random *r);
/* In [0, below), each equally likely; 0 aborts. */
WEFT_API uint64_t weft_random_below(weft_random *r, uint64_t below);
/* In [0, 1), 53 bits. */
WEFT_API double weft_random_unit(weft_random *r);
/* Mean 0, standard deviation 1. */
WEFT_API double weft_random_normal(weft_random *r);
/* Puts 0 ... n-1 into out, each order equally likely. */
WEFT_API void weft_random_permutation(weft_random *r, size_t *out, size_t n);

WEFT_C_END_

#endif
