/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* system_call.c: syscall(): futex, membarrier, and what else can be answered. */
#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fiber.h"
#include "futex.h"
#include "object.h"

/* Calls that programs of many threads make; others are refused by their number. */
static const struct {
	long number;
	const char *name;
} refused[] = {
	{ SYS_read, "read" },
	{ SYS_write, "write" },
	{ SYS_ppoll, "ppoll" },
	{ SYS_pselect6, "pselect6" },
	{ SYS_epoll_pwait, "epoll_pwait" },
	{ SYS_eventfd2, "eventfd2" },
	{ SYS_pipe2, "pipe2" },
	{ SYS_socket, "socket" },
	{ SYS_clone, "clone" },
	{ SYS_execve, "execve" },
	{ SYS_kill, "kill" },
	{ SYS_tgkill, "tgkill" },
	{ SYS_mmap, "mmap" },
	{ SYS_getrandom, "getrandom" },
	{ SYS_clock_gettime, "clock_gettime" },
	{ SYS_nanosleep, "nanosleep" },
	{ SYS_set_robust_list, "set_robust_list" },
	{ SYS_sched_setaffinity, "sched_setaffinity" },
#ifdef SYS_rseq
	{ SYS_rseq, "rseq" },
#endif
#ifdef SYS_io_uring_setup
	{ SYS_io_uring_setup, "io_uring_setup" },
#endif
#ifdef SYS_futex_waitv
	{ SYS_futex_waitv, "futex_waitv" },
#endif
};

static void __attribute__((noreturn)) refuse_call(long number)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (refused[i].number == number)
			refuse("the system call %s by syscall() is not modelled", refused[i].name);
	refuse("system call %ld is not modelled", number);
}

/* An expedited membarrier is a fence of every thread (sc_axiom.c). */
static long
membarrier(int command)
{
	const struct op fence = { .kind = FENCE, .order = SEQ_CST, .a = FENCE_OF_ALL };

	switch (command) {
	case MEMBARRIER_CMD_QUERY:
		return MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_PRIVATE_EXPEDITED |
		    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
	case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
		return 0;
	case MEMBARRIER_CMD_GLOBAL:
	case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
		replay_op(&fence);
		return 0;
	default:
		refuse("membarrier: command %d is not modelled (PRIVATE_EXPEDITED and GLOBAL are)",
		    command);
	}
}

WRAPPED(long, syscall, long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!exploring)
		return syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	switch (number) {
	case SYS_futex:
		call_begins(CALLER, "sleeps at", (const void *)a[0]);
		return futex((const uint32_t *)a[0], (int)a[1], (uint32_t)a[2],
		    (const struct timespec *)a[3], (uint32_t)a[5]);
	case SYS_membarrier:
		call_begins(CALLER, "calls membarrier", NULL);
		return membarrier((int)a[0]);
	case SYS_sched_yield:
		return 0;
	case SYS_getpid:
	case SYS_getppid:
	case SYS_getuid:
		return syscall(number);
	case SYS_gettid:
		return getpid() + (long)running->id;
	default:
		refuse_call(number);
	}
}
