/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_send_other.c: a value of another type is sent to a broadcast. */
/*
 * gcc: incompatible type for argument 2 of 'prices_send'
 * clang: to parameter of incompatible type 'struct price'
 * g++: could not convert .* to 'price'
 * clang++: no known conversion from 'double' to 'struct price' for 2nd argument
 */
#include <weft/broadcast.h>

struct price {
	double value;
};

WEFT_BROADCAST(prices, struct price);

weft_status
tell(prices *b, double value)
{
	struct price p = { value };

	(void)p;
#ifdef RIGHT
	return prices_send(b, p);
#else
	return prices_send(b, value);
#endif
}
