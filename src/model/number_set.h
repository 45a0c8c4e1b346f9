/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* number_set.h: a set of 64-bit numbers. */
#ifndef WEFT_MODEL_NUMBER_SET_H
#define WEFT_MODEL_NUMBER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroes are an empty set. */
struct number_set {
	uint64_t *slots;	/* open addressing; 0 is a free slot */
	size_t n, room;		/* slots taken; all slots, a power of two */
	bool has_zero;
};

/* False: it was there already. */
bool number_set_add(struct number_set *s, uint64_t number);
bool number_set_has(const struct number_set *s, uint64_t number);
/* The next number from *at on, which begins at 0, in no order. False: no more. */
bool number_set_next(const struct number_set *s, size_t *at, uint64_t *number);
size_t number_set_size(const struct number_set *s);
/* Empty again; the memory stays. */
void number_set_clear(struct number_set *s);

#endif
