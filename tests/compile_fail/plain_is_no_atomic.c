/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* plain_is_no_atomic.c: an atomic operation is asked of a plain variable. */
/*
 * c: member reference base type 'size_t'|request for member 'value_' in something not a structure
 * g++: request for member 'value_' in
 * clang++: member reference base type
 */
#include <weft/atomic.h>

#ifdef RIGHT
static weft_atomic_size n;
#else
static size_t n;
#endif

size_t
look(void)
{
	return weft_load_acquire(&n);
}
