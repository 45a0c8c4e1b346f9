/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_empty_value.c: a channel of a type that has no size. */
/*
 * c: jobs: its values have no size: struct nothing is empty
 */
#include <weft/channel.h>

struct nothing {
#ifdef RIGHT
	char c;
#endif
};

WEFT_CHANNEL(jobs, struct nothing);
