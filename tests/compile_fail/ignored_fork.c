/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_fork.c: what was forked cannot be unforked: nobody kept it. */
/*
 * gcc: ignoring return value of 'fib_fork'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/pool.h>

struct fib {
	int n;
};

void fib_run(struct fib *f);

WEFT_TASK(fib, struct fib, fib_run);

void
start(struct fib *a)
{
#ifdef RIGHT
	weft_fork f = fib_fork(a);

	fib_unfork(f, a);
#else
	fib_fork(a);
#endif
}
