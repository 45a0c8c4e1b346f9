/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* context_aarch64.S: switching stacks, and the entry points of reads, on aarch64. */

	.text

	.macro	function name
	.globl	\name
	.type	\name, %function
\name:
	.endm

/* The registers in the order of struct entry. */
	.macro	store_registers base, from
	stp	x19, x20, [\base, \from]
	stp	x21, x22, [\base, \from + 16]
	stp	x23, x24, [\base, \from + 32]
	stp	x25, x26, [\base, \from + 48]
	stp	x27, x28, [\base, \from + 64]
	stp	x29, x30, [\base, \from + 80]
	stp	d8, d9, [\base, \from + 96]
	stp	d10, d11, [\base, \from + 112]
	stp	d12, d13, [\base, \from + 128]
	stp	d14, d15, [\base, \from + 144]
	.endm

	.macro	load_registers base, from
	ldp	x19, x20, [\base, \from]
	ldp	x21, x22, [\base, \from + 16]
	ldp	x23, x24, [\base, \from + 32]
	ldp	x25, x26, [\base, \from + 48]
	ldp	x27, x28, [\base, \from + 64]
	ldp	x29, x30, [\base, \from + 80]
	ldp	d8, d9, [\base, \from + 96]
	ldp	d10, d11, [\base, \from + 112]
	ldp	d12, d13, [\base, \from + 128]
	ldp	d14, d15, [\base, \from + 144]
	.endm

	.macro	keep_registers
	sub	sp, sp, 160
	store_registers sp, 0
	mov	x9, sp
	str	x9, [x0]
	.endm

	.hidden	context_switch
	function context_switch
	keep_registers
	mov	sp, x1
	load_registers sp, 0
	add	sp, sp, 160
	ret
	.size	context_switch, . - context_switch

	.hidden	context_resume
	function context_resume
	keep_registers
	mov	x10, x1
	mov	x0, x2
	mov	x1, x3
	ldr	x9, [x10]
	mov	sp, x9
	load_registers x10, 8
	ret
	.size	context_resume, . - context_resume

	.macro	entry_point name, to
	.hidden	\to
	function \name
	adrp	x16, entry
	add	x16, x16, :lo12:entry
	mov	x17, sp
	str	x17, [x16]
	store_registers x16, 8
	b	\to
	.size	\name, . - \name
	.endm

	.hidden	entry
#include "context_entries.S"

	.section .note.GNU-stack, "", %progbits
