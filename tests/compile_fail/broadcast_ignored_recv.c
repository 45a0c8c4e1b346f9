/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_ignored_recv.c: nobody looks whether there was a value. */
/*
 * gcc: ignoring return value of 'prices_recv'
 * clang: ignoring return value of function declared with 'warn_unused_result'
 */
#include <weft/broadcast.h>

WEFT_BROADCAST(prices, double);

double next_of(prices_reader *r);

double
next_of(prices_reader *r)
{
	double v = 0;

#ifdef RIGHT
	weft_ignore(prices_recv(r, &v));
#else
	prices_recv(r, &v);
#endif
	return v;
}
