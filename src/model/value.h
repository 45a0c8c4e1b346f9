/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* value.h: values of up to 16 bytes in memory. */
#ifndef WEFT_MODEL_VALUE_H
#define WEFT_MODEL_VALUE_H

#include <stdint.h>
#include <string.h>

#include "op.h"

/* Both machines have the lowest byte first. */
static inline word
value_at(uintptr_t address, unsigned size)
{
	word value = 0;

	memcpy(&value, (const void *)address, size);
	return value;
}

static inline void
value_set(uintptr_t address, unsigned size, word value)
{
	memcpy((void *)address, &value, size);
}

#endif
