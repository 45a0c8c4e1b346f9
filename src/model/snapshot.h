/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* snapshot.h: the program's writable memory, put back before each run. */
#ifndef WEFT_MODEL_SNAPSHOT_H
#define WEFT_MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void snapshot_take(void);
void snapshot_restore(void);
/* A fault at that address: was it a first write, which is now allowed? */
bool snapshot_fault(uintptr_t address);
/* The nth piece of writable memory; null: there are no more. */
const char *snapshot_piece(unsigned nth, size_t *size);

#endif
