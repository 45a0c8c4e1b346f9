/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_system_call.c: a program that makes a system call of its own. */
/* expect: refused: system call */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

int
main(void)
{
	return syscall(SYS_socket, 1, 1, 0) < 0;
}
