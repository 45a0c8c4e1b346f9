/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* loops.h: what the tests of loops share: sizes, options, threads, and random input. */
#ifndef WEFT_TESTS_LOOPS_H
#define WEFT_TESTS_LOOPS_H

#include "test.h"

#include <weft/par.h>

#define LOOPS_MAX (TEST_IS_SLOW ? 50021 : 1000003)
#define LOOPS_ROOM 1000003

/* Random, and the same each time; and what is written. */
extern uint64_t loops_in[LOOPS_ROOM], loops_other[LOOPS_ROOM], loops_out[LOOPS_ROOM];
extern uint64_t loops_expected[LOOPS_ROOM];

/* Fills loops_in and loops_other. */
void loops_fill(void);

/* Calls fn for each size (0, 1, 2, primes, 10^6) with each kind of options. */
void loops_try(void (*fn)(const weft_par_options *how, size_t n));
/* The same, for one size. */
void loops_try_n(size_t n, void (*fn)(const weft_par_options *how, size_t n));
/* Calls fn for pools of 1 to 16 threads; how is zeroed, but for the pool. */
void loops_try_threads(void (*fn)(weft_par_options how, unsigned threads));

/* loops_out is as loops_expected, up to n. */
void loops_assert_out(size_t n);

#endif
