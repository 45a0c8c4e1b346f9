/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_futex.c: a program that requeues the sleepers of a futex. */
/* expect: refused: futex */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned from, to;

int
main(void)
{
	return syscall(SYS_futex, &from, FUTEX_REQUEUE_PRIVATE, 1, 1, &to, 0) < 0;
}
