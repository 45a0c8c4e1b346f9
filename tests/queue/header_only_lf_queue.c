/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* header_only_lf_queue.c: an lf_queue over the program's own memory, without the library. */
#include "header_only.h"

#include <weft/lf_queue.h>

enum { PRODUCERS = 2, CONSUMERS = 2 };

WEFT_LF_QUEUE(jobs, struct job);

alignas(64) static unsigned char memory[WEFT_LF_QUEUE_BYTES(struct job, CAPACITY)];

#include "header_only_main.h"
