/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_out.c: a loop whose results go to an array of another type. */
/*
 * gcc: passing argument 2 of 'norms' from incompatible pointer type
 * clang: incompatible pointer types passing 'double \*' to parameter of type 'float \*'
 * g++: cannot convert 'double\*' to 'float\*'
 * clang++: no known conversion from 'double \*' to 'float \*' for 2nd argument
 */
#include <weft/par.h>

static float
norm(const float *v)
{
	return *v;
}
WEFT_PAR_MAP(norms, float, float, norm);

void into(float *f, double *d, const float *in);

void
into(float *f, double *d, const float *in)
{
	(void)f;
	(void)d;
#ifdef RIGHT
	norms(NULL, f, in, 1);
#else
	norms(NULL, d, in, 1);
#endif
}
