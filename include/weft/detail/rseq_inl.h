/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/rseq_inl.h: numbers in a row for each CPU, and adding to those of one's own. */
#ifndef WEFT_DETAIL_RSEQ_INL_H
#define WEFT_DETAIL_RSEQ_INL_H

#include "../atomic.h"

/*
 * Restartable sequences (Linux 4.18, registered by glibc from 2.35 on): the kernel keeps
 * the number of the CPU that a thread runs on in the thread's own memory, and when it
 * takes the CPU away inside a sequence that the thread has announced, the thread goes on
 * at an abort address instead. So an ordinary add, without a lock prefix, to a number
 * that belongs to a CPU is whole: nobody else runs on that CPU between the look at its
 * number and the add.
 *
 * Is it there? Decided for each translation unit, and it matters to nobody else: what the
 * one form writes, the other only reads. ThreadSanitizer and the model checker cannot see
 * assembly, so they get the portable twin; a test may ask for it.
 */
#ifndef WEFT_RSEQ_
#if defined(__x86_64__) && defined(__LP64__) && defined(__linux__) && !WEFT_TSAN_
#define WEFT_RSEQ_ 1
#else
#define WEFT_RSEQ_ 0
#endif
#endif

/*
 * Rows of 64-bit numbers; column i of all rows together is number i. First one row for
 * each CPU, then a power of two of rows that threads share.
 *
 *	a CPU's row    written by the sequences of threads on that CPU only, by plain adds
 *	a shared row   written by atomic adds only
 *
 * Illegal: an atomic add to a CPU's row, or a plain one to a shared row: either loses adds.
 * Readers of both use atomic loads. The header never changes once others can see it.
 */
typedef struct weft_rows_ {
	uint32_t cpus;      /* rows of CPUs, from CPU 0 on; 0: there are no sequences here */
	uint32_t shared;    /* shared rows, a power of two                                 */
	uint32_t shift;     /* a row has 1 << shift bytes: whole lines                     */
	uint64_t bytes;     /* of all                                                      */
	char pad_[WEFT_LINE - 24];
} weft_rows_;

WEFT_ASSERT_(sizeof(weft_rows_) == WEFT_LINE, "the rows begin where a line begins");

/*
 * A test may put instructions into the middle of the sequence, to be interrupted there
 * more often. They may use r11.
 */
#ifndef WEFT_RSEQ_INJECT_
#define WEFT_RSEQ_INJECT_ ""
#endif

WEFT_C_BEGIN_

/*
 * Adds n to the column of this CPU's row, of rows with rows of CPUs and that shift; or
 * returns false and has changed nothing: the sequence was interrupted, or there is no row
 * for this CPU. The caller then adds to a shared row, so an add takes a bounded number of
 * steps, also under a debugger that interrupts each instruction. Orders nothing.
 */
#if WEFT_RSEQ_

/*
 * From the thread pointer to the thread's struct rseq; set before main, by a constructor of
 * the first priority. There are no rows of CPUs before it is.
 */
extern WEFT_API const ptrdiff_t weft_rseq_offset_;

/*
 * The thread's struct rseq, or some address where there is none. A constant of the thread,
 * which the compiler takes out of loops, if it is asked for outside of any condition: an
 * add in a loop is then three times as fast.
 */
WEFT_INLINE_ char *
weft_rseq_self_(void)
{
	return (char *)__builtin_thread_pointer() + weft_rseq_offset_;
}

/*
 * At the end the announcement must be withdrawn: the kernel would look at the description
 * once more when the thread next loses its CPU, and where code can be unloaded, it may be
 * gone by then. Code of an executable stays, so there it is left to the kernel.
 */
#if defined(__PIC__) && !defined(__PIE__)
#define WEFT_RSEQ_WITHDRAW_ "movq $0, 8(%[rseq])\n\t"
#else
#define WEFT_RSEQ_WITHDRAW_ ""
#endif

/* What the compiler is to take for changed. */
typedef struct weft_rseq_changed_ {
	char bytes_[1 << 20];
} weft_rseq_changed_;

/*
 * struct rseq: the CPU's number at 4 (far above any CPU's in a thread that could not be
 * registered), the address of the announced sequence at 8.
 *
 * The sequence is 1 to 2, and its last instruction is the only one that others see. Its
 * description lies in the group of the function that it is in, so that the linker drops
 * them together. The abort address follows the signature that the kernel asks for.
 */
WEFT_INLINE_ bool
weft_rseq_add_(char *rseq, weft_rows_ *rows, size_t column, unsigned shift, int64_t n)
{
	weft_rseq_changed_ *numbers = (weft_rseq_changed_ *)(void *)(rows + 1);

	/* clang-format off: an instruction a line. */
	__asm__ __volatile__ goto(
	    "leaq 3f(%%rip), %%rax\n\t"
	    "movq %%rax, 8(%[rseq])\n"
	    "1:\n\t"
	    "movl 4(%[rseq]), %%eax\n\t"
	    "cmpl %[cpus], %%eax\n\t"
	    "jae %l[not_here]\n\t" WEFT_RSEQ_INJECT_
	    "shlq %b[shift], %%rax\n\t"
	    "addq %[n], %c[header](%[first], %%rax)\n"
	    "2:\n\t" WEFT_RSEQ_WITHDRAW_
	    ".pushsection .data.rel.ro.weft_rseq, \"aw?\"\n\t"
	    ".balign 32\n"
	    "3:\n\t"
	    ".long 0, 0\n\t"
	    ".quad 1b, 2b - 1b, 4f\n\t"
	    ".popsection\n\t"
	    ".pushsection .text.unlikely.weft_rseq, \"ax?\"\n\t"
	    ".byte 0x0f, 0xb9, 0x3d\n\t"
	    ".long 0x53053053\n"
	    "4:\n\t"
	    "jmp %l[not_here]\n\t"
	    ".popsection"
	    : "+m"(*numbers)
	    : [rseq] "r"(rseq), [cpus] "m"(rows->cpus), [shift] "Jc"(shift),
	      [header] "i"(sizeof(weft_rows_)), [first] "r"((char *)rows + column * 8), [n] "er"(n)
	    : "rax", "r11", "cc"
	    : not_here);
	/* clang-format on */
	return true;
not_here:
	__asm__ __volatile__("" WEFT_RSEQ_WITHDRAW_ : : [rseq] "r"(rseq));
	return false;
}

#else

WEFT_INLINE_ char *
weft_rseq_self_(void)
{
	return NULL;
}

WEFT_INLINE_ bool
weft_rseq_add_(char *rseq, weft_rows_ *rows, size_t column, unsigned shift, int64_t n)
{
	weft_atomic_u64 *number = (weft_atomic_u64 *)(void *)(rows + 1) + column;

	(void)rseq;
	(void)shift;
	/* A model checker sees one CPU, and no sequence interrupted: an add is whole. */
	if (!WEFT_MODEL_ || rows->cpus == 0)
		return false;
	/* relaxed: an add orders nothing. */
	weft_fetch_add_relaxed(number, (uint64_t)n);
	return true;
}

#endif

WEFT_C_END_

#endif
