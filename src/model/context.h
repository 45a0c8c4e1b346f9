/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* context.h: stacks and registers of the machine, and how to go from one to another. */
#ifndef WEFT_MODEL_CONTEXT_H
#define WEFT_MODEL_CONTEXT_H

#include <stdint.h>

/*
 * The entry points of reads (context_<machine>.S) leave here what a function must keep for
 * its caller: the stack pointer and the registers. With the stack above it, this is all of
 * the caller's local state, so the call can be returned from once more.
 *
 *	x86_64:  rbx rbp r12 r13 r14 r15; the return address is on the stack
 *	aarch64: x19 ... x30, d8 ... d15
 */
#if defined(__x86_64__)
enum { SAVED_REGISTERS = 6 };
#elif defined(__aarch64__)
enum { SAVED_REGISTERS = 20 };
#else
#error "weft-model is written for x86-64 and aarch64"
#endif

struct entry {
	uintptr_t stack_pointer;
	uintptr_t registers[SAVED_REGISTERS];
};
extern struct entry entry;

/* Keeps the registers on this stack, its pointer in *save, and goes on where `to` says. */
void context_switch(void **save, void *to);
/* Likewise, but the call that was entered at `at` returns low and high there. */
void context_resume(void **save, const struct entry *at, uint64_t low, uint64_t high);
/* A stack of which context_switch begins `function`, which does not return. */
void *context_new(char *stack_end, void (*function)(void));

/* The thread pointer: where thread-local storage is. */
uintptr_t context_tls(void);
void context_set_tls(uintptr_t tls);

#endif
