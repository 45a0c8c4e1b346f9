/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_combine.c: a reduce whose combine takes pointers. */
/*
 * any: sum_of: add must be: int add\(int, int\)
 */
#include <weft/par.h>

static int
itself(const int *x)
{
	return *x;
}

#ifdef RIGHT
static int
add(int a, int b)
{
	return a + b;
}
#else
static int
add(const int *a, const int *b)
{
	return *a + *b;
}
#endif
WEFT_PAR_REDUCE(sum_of, int, int, 0, itself, add);
