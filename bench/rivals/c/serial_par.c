/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* serial_par.c: the plain loops, on the caller's thread. */
#include "../../par_work.h"

static void
serial_map(uint64_t *out, const uint64_t *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = par_trivial(&in[i]);
}

static uint64_t
serial_sum(const uint64_t *in, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += in[i];
	return sum;
}

static void
serial_scan(uint64_t *out, const uint64_t *in, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += in[i];
		out[i] = sum;
	}
}

static void
serial_spend(uint64_t *out, const uint64_t *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = par_spend(&steps[i]);
}

static void
serial_rows(uint64_t *out, const uint64_t *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = par_row(&rows[i]);
}

static struct par_loops
par_open(int threads)
{
	struct par_loops l = { serial_map, serial_sum, serial_scan, serial_spend, serial_rows,
		NULL };

	(void)threads;
	return l;
}

#include "../../par_main.h"
