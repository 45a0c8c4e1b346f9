/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_body_ctx.c: a loop whose function changes the context that all threads share. */
/*
 * any: marks: mark must be: void mark\(size_t, int const \*\)
 */
#include <weft/par.h>

#ifdef RIGHT
static void
mark(size_t i, const int *last)
{
	(void)i;
	(void)last;
}
#else
static void
mark(size_t i, int *last)
{
	*last = (int)i;
}
#endif
WEFT_PAR_FOR(marks, mark, int);
