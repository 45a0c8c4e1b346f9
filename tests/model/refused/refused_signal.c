/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_signal.c: a program that catches signals. */
/* expect: refused: signal */
#include <signal.h>

static void
on_interrupt(int number)
{
	(void)number;
}

int
main(void)
{
	signal(SIGINT, on_interrupt);
	return 0;
}
