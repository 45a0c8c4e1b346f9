/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* stress_lf_queue.c: the strictly lock-free queue. Its full is the weak one: monitor_queue.h. */
#include "chaos.h"

#include <stdlib.h>
#include <string.h>

#include <weft/lf_queue.h>

#include "fifo.h"

#define QUEUE(name, T)                                                                            \
	WEFT_LF_QUEUE(name, T);                                                                   \
	FIFO_ADAPT(name, T)                                                                       \
	FIFO_ADAPT_TRY_FORCE(name, T)
QUEUE(q1, unsigned char)
QUEUE(q8, uint64_t)
QUEUE(q24, struct fifo_24)
QUEUE(q64, struct fifo_64)
QUEUE(q200, struct fifo_200)

/* A batch is one push or pop after the other, so a short one has met full or empty. */
#define ROW(q)                                                                                    \
	FIFO_CALLS(q), .force_push = q##_do_force_push, .weak_full = true, .batch_tells = true

/* clang-format off: a table reads best as one. */
static const struct fifo fifos[] = {
	{ .name = "1", .size = 1, .is_thin = true, ROW(q1) },
	{ .name = "8", .size = 8, ROW(q8) },
	{ .name = "24", .size = 24, .is_thin = true, ROW(q24) },
	{ .name = "64", .size = 64, .is_thin = true, ROW(q64) },
	{ .name = "200", .size = 200, .is_thin = true, ROW(q200) },
};
/* clang-format on */

int
main(int argc, char **argv)
{
	return fifo_main(argc, argv, fifos, WEFT_COUNT(fifos));
}
