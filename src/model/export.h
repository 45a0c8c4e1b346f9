/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* export.h: what programs under test call, and where they call from. */
#ifndef WEFT_MODEL_EXPORT_H
#define WEFT_MODEL_EXPORT_H

#include <stdint.h>

#include "fiber.h"
#include "replay.h"
#include "shadow.h"

#define EXPORT __attribute__((visibility("default")))

/* The program has called the checker; `caller` is where it goes on. */
static inline void
model_arrive(void *caller)
{
	replay_hooks++;
	if (exploring) {
		running->caller = (uintptr_t)caller;
		running->doing = NULL;
		running->object = 0;
	}
}
#define ARRIVE() model_arrive(__builtin_return_address(0))

/* A function of ours is about to write plain memory for the program. */
static inline void
model_will_write(uintptr_t address, size_t size)
{
	if (exploring)
		plain_access(address, size, true);
}

#endif
