/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_merge.c: a fold whose merge does not say what it takes. */
/*
 * any: sums: add must be: void add\(double \*into, double \*spent\)
 */
#include <weft/par.h>

static void
zero(double *sum)
{
	*sum = 0;
}

static void
step(double *sum, const float *x)
{
	*sum += (double)*x;
}

#ifdef RIGHT
static void
add(double *into, double *spent)
#else
static void
add(double *into, const float *spent)
#endif
{
	*into += (double)*spent;
}
WEFT_PAR_FOLD(sums, double, float, zero, step, add);
