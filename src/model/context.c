/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* context.c: new stacks, and the thread pointer. */
#include "context.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "graph.h"

struct entry entry;

#if defined(__x86_64__)

#include <asm/prctl.h>

void *
context_new(char *stack_end, void (*function)(void))
{
	uintptr_t *top = (uintptr_t *)(void *)(stack_end - 64);

	/* A function begins with its return address on the stack: there is none. */
	*--top = 0;
	*--top = (uintptr_t)function;
	for (int i = 0; i < SAVED_REGISTERS; i++)
		*--top = 0;
	return top;
}

/* Linux lets programs write the register by themselves since 5.9, on most processors. */
static bool
may_write_fs(void)
{
	static int may = -1;

	if (may < 0)
		may = (getauxval(AT_HWCAP2) & 2) != 0;
	return may != 0;
}

uintptr_t
context_tls(void)
{
	uintptr_t tls;

	__asm__("movq %%fs:0, %0" : "=r"(tls));
	return tls;
}

void
context_set_tls(uintptr_t tls)
{
	if (may_write_fs())
		__asm__ volatile("wrfsbase %0" : : "r"(tls) : "memory");
	else if (syscall(SYS_arch_prctl, ARCH_SET_FS, tls) != 0)
		refuse("the kernel does not let the thread pointer be set");
}

#else

void *
context_new(char *stack_end, void (*function)(void))
{
	uintptr_t *top = (uintptr_t *)(void *)(stack_end - 64) - SAVED_REGISTERS;

	memset(top, 0, SAVED_REGISTERS * sizeof *top);
	/* x30, after x19 to x29: where context_switch returns to. */
	top[11] = (uintptr_t)function;
	return top;
}

uintptr_t
context_tls(void)
{
	uintptr_t tls;

	__asm__("mrs %0, tpidr_el0" : "=r"(tls));
	return tls;
}

void
context_set_tls(uintptr_t tls)
{
	__asm__ volatile("msr tpidr_el0, %0" : : "r"(tls) : "memory");
}

#endif
