/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_system.c: a program that runs another. */
/* expect: refused: system */
#include <stdlib.h>

int
main(void)
{
	return system("true");
}
