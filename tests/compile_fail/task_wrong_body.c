/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* task_wrong_body.c: the body of a task takes something else. */
/*
 * any: fib: fib_run must be: void fib_run\(struct fib \*\)
 */
#include <weft/pool.h>

struct fib {
	int n;
};

#ifdef RIGHT
static void fib_run(struct fib *f);
#else
static void fib_run(int *n);
#endif

WEFT_TASK(fib, struct fib, fib_run);

#ifdef RIGHT
static void
fib_run(struct fib *f)
{
	f->n++;
}
#else
static void
fib_run(int *n)
{
	++*n;
}
#endif

void
run(struct fib *a)
{
	fib_join(a, a);
}
