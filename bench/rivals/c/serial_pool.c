/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* serial_pool.c: the same calls without any pool, on the caller's thread. */
#include "../../pool_work.h"

__attribute__((noinline)) static uint64_t
serial_fib(uint64_t n)
{
	return n < 2 ? n : serial_fib(n - 1) + serial_fib(n - 2);
}

static void
serial_group(struct pool_piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pool_do(&pieces[i]);
}

static void
serial_pair(struct pool_piece *a, struct pool_piece *b)
{
	pool_do(a);
	pool_do(b);
}

static struct pool_calls
pool_open(int threads)
{
	struct pool_calls c = { serial_fib, serial_pair, serial_group };

	(void)threads;
	return c;
}

#include "../../pool_main.h"
