/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* local_other.c: the value of a local is taken for one of another type. */
/*
 * gcc: initialization of 'int \*' from incompatible pointer type
 * clang: incompatible pointer types initializing 'int \*' with an expression of type 'long \*'
 * g++: cannot convert 'long int\*' to 'int\*'
 * clang++: cannot initialize a variable of type 'int \*' with an rvalue of type 'long \*'
 */
#include <weft/local.h>

WEFT_LOCAL(counts, long);

bool
count(counts *c)
{
#ifdef RIGHT
	long *mine = counts_get(c);
#else
	int *mine = counts_get(c);
#endif
	return mine != NULL;
}
