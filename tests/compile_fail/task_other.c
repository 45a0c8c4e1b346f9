/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* task_other.c: a task is declared for a function that takes something else. */
/*
 * any: fib: fib_run must be: void fib_run\(struct fib \*\)
 */
#include <weft/pool.h>

struct fib {
	int n;
};

#ifdef RIGHT
void fib_run(struct fib *f);
#else
void fib_run(int *n);
#endif

WEFT_TASK(fib, struct fib, fib_run);

void
both(struct fib *a, struct fib *b)
{
	fib_join(a, b);
}
