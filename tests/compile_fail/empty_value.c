/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* empty_value.c: a queue of a type that has no size. */
/*
 * c: ring: its values have no size: struct nothing is empty
 */
#include <weft/array_queue.h>

struct nothing {
#ifdef RIGHT
	char c;
#endif
};

WEFT_ARRAY_QUEUE(ring, struct nothing);
