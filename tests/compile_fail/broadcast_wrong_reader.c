/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_wrong_reader.c: a reader of one broadcast is given to another. */
/*
 * gcc: passing argument 2 of 'prices_subscribe' from incompatible pointer type
 * clang: incompatible pointer types passing 'names_reader \*'
 * g++: cannot convert 'names_reader\*' to 'prices_reader\*'
 * clang++: no known conversion from 'names_reader \*' to 'prices_reader \*' for 2nd argument
 */
#include <weft/broadcast.h>

WEFT_BROADCAST(prices, double);
WEFT_BROADCAST(names, const char *);

void
join(prices *b)
{
#ifdef RIGHT
	static prices_reader r;
#else
	static names_reader r;
#endif

	prices_subscribe(b, &r);
}
