/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* philox.h: what the tests see of the generator. Private. */
#ifndef WEFT_SRC_PHILOX_H
#define WEFT_SRC_PHILOX_H

#include <weft/random.h>

/* The block of that number: the function that all else is made of. */
void weft_random_block_(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4]);

#endif
