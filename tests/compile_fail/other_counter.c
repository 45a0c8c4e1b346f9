/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* other_counter.c: a cell is added to as if it were a counter. */
/*
 * gcc: passing argument 1 of 'weft_counter_add' from incompatible pointer type
 * clang: incompatible pointer types passing 'weft_cell \*'
 * g++: cannot convert 'weft_cell\*' to 'weft_counter\*'
 * clang++: no known conversion from 'weft_cell \*'.* to 'weft_counter \*'
 */
#include <weft/counter.h>

void
count(weft_counter *requests, weft_cell *cell)
{
	(void)requests;
	(void)cell;
#ifdef RIGHT
	weft_counter_add(requests, 1);
#else
	weft_counter_add(cell, 1);
#endif
}
