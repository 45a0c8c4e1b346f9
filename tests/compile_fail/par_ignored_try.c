/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_ignored_try.c: nobody looks whether a loop that may fail did. */
/*
 * gcc: ignoring return value of 'tries'
 * clang: ignoring return value of function declared with 'warn_unused_result'
 */
#include <weft/par.h>

static weft_status
even(size_t i)
{
	return i % 2 == 0 ? WEFT_OK : WEFT_INVALID;
}
WEFT_PAR_TRY_FOR(tries, even);

void run(void);

void
run(void)
{
#ifdef RIGHT
	weft_ignore(tries(NULL, 10, NULL));
#else
	tries(NULL, 10, NULL);
#endif
}
