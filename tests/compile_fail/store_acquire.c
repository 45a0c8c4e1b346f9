/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* store_acquire.c: a store is asked for an order that it cannot have. */
/*
 * gcc: implicit declaration of function 'weft_store_acquire'
 * clang: (implicit declaration of|call to undeclared) function 'weft_store_acquire'
 * g++: 'weft_store_acquire' was not declared in this scope
 * clang++: use of undeclared identifier 'weft_store_acquire'
 */
#include <weft/atomic.h>

void
publish(weft_atomic_size *tail)
{
#ifdef RIGHT
	weft_store_release(tail, 1);
#else
	weft_store_acquire(tail, 1);
#endif
}
