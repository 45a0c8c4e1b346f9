/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* os_rseq.c: whether the C library has registered this process for restartable sequences. */
#include "os.h"

#include <weft/detail/rseq_inl.h>

#if WEFT_RSEQ_

/*
 * glibc 2.35 and later say so by two constants. They are declared here, and weakly, so that
 * the library builds and runs with any other C library too. A size of 0: the kernel has no
 * sequences, or the tunable glibc.pthread.rseq forbids them.
 */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned __rseq_size __attribute__((weak));

/*
 * weft_rseq_offset_ itself, which all others may take for a constant: by another name, since
 * it is written here, once, before they look.
 */
extern WEFT_API ptrdiff_t offset WEFT_LIBC_("weft_rseq_offset_");
ptrdiff_t offset;
static bool has_rseq;

__attribute__((constructor(101))) static void
look_for_rseq(void)
{
	if (&__rseq_offset == NULL || &__rseq_size == NULL || __rseq_size == 0)
		return;
	offset = __rseq_offset;
	has_rseq = true;
}

bool
weft_os_has_rseq(void)
{
	return has_rseq;
}

#else

bool
weft_os_has_rseq(void)
{
	return false;
}

#endif
