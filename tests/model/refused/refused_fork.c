/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_fork.c: a program that forks. */
/* expect: refused: fork */
#include <unistd.h>

int
main(void)
{
	return fork() == 0;
}
