/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_endless_plain.c: a thread that writes plain memory for ever. */
/* expect: refused: loop */
#include <stddef.h>

static volatile size_t ticks;

int
main(void)
{
	for (;;)
		ticks++;
}
