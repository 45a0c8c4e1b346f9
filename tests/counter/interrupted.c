/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* interrupted.c: a counter's add that spends most of its time inside the sequence. */
#define WEFT_RSEQ_INJECT_                                                                         \
	"movl $400, %%r11d\n"                                                                     \
	"5:\n\t"                                                                                  \
	"decl %%r11d\n\t"                                                                         \
	"jnz 5b\n\t"
#include <weft/counter.h>

void interrupted_add(weft_counter *c, int64_t n);

void
interrupted_add(weft_counter *c, int64_t n)
{
	weft_counter_add(c, n);
}
