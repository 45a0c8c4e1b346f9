/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* element.h: values as elements of 8 bytes or more, whose every word tells whose it is. */
#ifndef STRESS_ELEMENT_H
#define STRESS_ELEMENT_H

#include <string.h>

#include "harness.h"

/* The value first, then words that follow from it. size: a multiple of 8. */
static inline void
element_fill(void *element, size_t size, uint64_t value)
{
	memcpy(element, &value, 8);
	for (size_t at = 8; at < size; at += 8) {
		uint64_t word = dice_mix(value + at);

		memcpy((char *)element + at, &word, 8);
	}
}

/* The value in an element; a torn one fails the round. */
static inline uint64_t
element_read(struct stress *s, const void *element, size_t size)
{
	uint64_t value;

	memcpy(&value, element, 8);
	for (size_t at = 8; at < size; at += 8) {
		uint64_t word;

		memcpy(&word, (const char *)element + at, 8);
		if (word != dice_mix(value + at))
			stress_fail(s,
			    "torn value: of %zu bytes, those from %zu on belong to another "
			    "value than %#llx",
			    size, at, (unsigned long long)value);
	}
	return value;
}

#endif
