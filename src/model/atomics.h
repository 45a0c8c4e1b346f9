/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* atomics.h: atomic operations of the program, from any address of any size. */
#ifndef WEFT_MODEL_ATOMICS_H
#define WEFT_MODEL_ATOMICS_H

#include <stdbool.h>
#include <stdint.h>

#include "op.h"

/* Orders are the compiler's: __ATOMIC_RELAXED and so on. Before main they just do it. */
word model_load(uintptr_t address, unsigned size, int order);
void model_store(uintptr_t address, unsigned size, word value, int order);
word model_rmw(uintptr_t address, unsigned size, enum rmw rmw, word operand, int order);
/* Returns the value found. expected_at: where the caller has the expected one, or 0. */
word model_cas(uintptr_t address, unsigned size, word expected, word wanted, int order, int failure,
    uintptr_t expected_at);
void model_fence(int order);

/* Volatile objects are relaxed atomics; the access itself follows the call. */
void model_volatile_read(uintptr_t address, unsigned size);
void model_volatile_write(uintptr_t address, unsigned size);

#endif
