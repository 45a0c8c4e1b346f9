/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* context_x86_64.S: switching stacks, and the entry points of reads, on x86-64. */

	.text

	.macro	function name
	.globl	\name
	.type	\name, @function
\name:
	endbr64
	.endm

	.macro	keep_registers
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	.endm

	.hidden	context_switch
	function context_switch
	keep_registers
	movq	%rsi, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.size	context_switch, . - context_switch

	.hidden	context_resume
	function context_resume
	keep_registers
	movq	%rdx, %rax
	movq	%rcx, %rdx
	movq	(%rsi), %rsp
	movq	8(%rsi), %rbx
	movq	16(%rsi), %rbp
	movq	24(%rsi), %r12
	movq	32(%rsi), %r13
	movq	40(%rsi), %r14
	movq	48(%rsi), %r15
	ret
	.size	context_resume, . - context_resume

/* The arguments stay where they are; r11 is free at the beginning of a function. */
	.macro	entry_point name, to
	.hidden	\to
	function \name
	leaq	entry(%rip), %r11
	movq	%rsp, (%r11)
	movq	%rbx, 8(%r11)
	movq	%rbp, 16(%r11)
	movq	%r12, 24(%r11)
	movq	%r13, 32(%r11)
	movq	%r14, 40(%r11)
	movq	%r15, 48(%r11)
	jmp	\to
	.size	\name, . - \name
	.endm

	.hidden	entry
#include "context_entries.S"

	.section .note.GNU-stack, "", @progbits
