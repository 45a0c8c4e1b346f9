/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* shadow.h: plain memory: who read and wrote each byte, and was it ordered. */
#ifndef WEFT_MODEL_SHADOW_H
#define WEFT_MODEL_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A plain access of the running thread: fails the run on a race, or a wrong address. */
void plain_access(uintptr_t address, size_t size, bool writes);
/* An atomic one, against the plain ones. */
void atomic_access(uintptr_t address, size_t size, bool writes);

#endif
