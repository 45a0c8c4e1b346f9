/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* header_only_spsc_queue.c: an spsc_queue over the program's own memory, without the library. */
#include "header_only.h"

#include <weft/spsc_queue.h>

enum { PRODUCERS = 1, CONSUMERS = 1 };

WEFT_SPSC_QUEUE(jobs, struct job);

alignas(64) static unsigned char memory[WEFT_SPSC_QUEUE_BYTES(struct job, CAPACITY)];

#include "header_only_main.h"
