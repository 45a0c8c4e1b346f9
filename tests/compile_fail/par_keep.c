/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_keep.c: a filter whose function says a number. */
/*
 * any: positive: is_positive must be: bool is_positive\(int const \*\)
 */
#include <weft/par.h>

#ifdef RIGHT
static bool
#else
static int
#endif
is_positive(const int *x)
{
	return *x > 0;
}
WEFT_PAR_FILTER(positive, int, is_positive);
