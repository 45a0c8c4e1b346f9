/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* names.h: numbers of atomic objects: what replay.h does not say of them. */
#ifndef WEFT_MODEL_NAMES_H
#define WEFT_MODEL_NAMES_H

#include <stdint.h>

#include "replay.h"

struct location_name {
	uintptr_t address;
	enum sort sort;
	unsigned size;
};
const struct location_name *location_name_of(unsigned location);

/* The program's atomic object at the address, in this run: its number and size; or -1. */
int location_at(uintptr_t address, unsigned *size);
/* Its next life: the next location_of gives it another number. */
void location_ends(uintptr_t address);
/* Memory has the newest value of each of the program's atomics. */
void locations_to_memory(void);

#endif
