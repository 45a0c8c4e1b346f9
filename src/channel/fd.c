/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fd.c: a descriptor by which a channel joins an event loop. */
#include "core.h"

void
weft_channel_fd_fini_(weft_channel *c)
{
	(void)c;
}
