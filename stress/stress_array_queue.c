/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* stress_array_queue.c: the bounded queue, by every call, at every size of element. */
#include "chaos.h"

#include <stdlib.h>
#include <string.h>

#include <weft/array_queue.h>

#include "fifo.h"

#define QUEUE(name, T)                                                                            \
	WEFT_ARRAY_QUEUE(name, T);                                                                \
	FIFO_ADAPT(name, T)                                                                       \
	FIFO_ADAPT_IS_FULL(name)                                                                  \
	FIFO_ADAPT_FORCE(name, T)
QUEUE(q1, unsigned char)
QUEUE(q8, uint64_t)
QUEUE(q24, struct fifo_24)
QUEUE(q64, struct fifo_64)
QUEUE(q200, struct fifo_200)
FIFO_ADAPT_TRY(q8, uint64_t)
FIFO_ADAPT_TRY(q64, struct fifo_64)

#define ROW(q)                                                                                    \
	FIFO_CALLS(q), .force_push = q##_do_force_push, .is_full = q##_do_is_full,                \
	    .batch_tells = true

/* clang-format off: a table reads best as one. */
static const struct fifo fifos[] = {
	{ .name = "1", .size = 1, .is_thin = true, ROW(q1) },
	{ .name = "8", .size = 8, ROW(q8) },
	{ .name = "24", .size = 24, .is_thin = true, ROW(q24) },
	{ .name = "64", .size = 64, .is_thin = true, ROW(q64) },
	{ .name = "200", .size = 200, .is_thin = true, ROW(q200) },
	{ .name = "8try", .size = 8, .is_thin = true, .make = q8_make, .drop = q8_unmake,
	    .push = q8_do_try_push, .pop = q8_do_try_pop },
	{ .name = "64try", .size = 64, .is_thin = true, .make = q64_make, .drop = q64_unmake,
	    .push = q64_do_try_push, .pop = q64_do_try_pop },
};
/* clang-format on */

int
main(int argc, char **argv)
{
	return fifo_main(argc, argv, fifos, WEFT_COUNT(fifos));
}
