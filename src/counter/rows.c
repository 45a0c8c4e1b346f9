/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* rows.c: making, summing and giving back the rows that counters and histograms add to. */
#include "rows.h"

#include <string.h>

#include "../base/memory.h"
#include "../base/os.h"

/*
 * rseq_inl.h says who may write which row. A row of a CPU is written by plain adds, each
 * one instruction on one aligned word, so an atomic load sees each wholly or not at all;
 * and what a thread added before it synchronised with a reader, the reader sees, since the
 * adds of one word are stores of one CPU, one after the other.
 */

static char *
row_at(const weft_rows_ *rows, size_t row)
{
	return (char *)(uintptr_t)(rows + 1) + (row << rows->shift);
}

static weft_atomic_u64 *
number_at(const weft_rows_ *rows, size_t row, size_t column)
{
	return (weft_atomic_u64 *)(void *)(row_at(rows, row) + column * sizeof(weft_atomic_u64));
}

weft_rows_ *
weft_rows_new_with_(uint32_t shift, uint32_t cpus, uint32_t shared)
{
	size_t bytes = sizeof(weft_rows_) + (((size_t)cpus + shared) << shift);
	weft_rows_ *rows;

	/* Big ones in pages: each then comes to lie near the CPU that first adds to it. */
	if (bytes > WEFT_PAGE)
		rows = weft_memory_pages_(NULL, bytes);
	else
		rows = weft_memory_alloc_(NULL, bytes, WEFT_LINE);
	if (rows == NULL)
		return NULL;
	if (bytes <= WEFT_PAGE)
		memset(rows, 0, bytes);
	rows->cpus = cpus;
	rows->shared = shared;
	rows->shift = shift;
	rows->bytes = bytes;
	return rows;
}

weft_rows_ *
weft_rows_new_(uint32_t shift, uint32_t most_shared)
{
	uint32_t cpus = weft_os_cpus_possible(), shared = 1;

	if (WEFT_MODEL_ || (WEFT_RSEQ_ && weft_os_has_rseq()))
		return weft_rows_new_with_(shift, cpus, 1);
	while (shared < cpus && shared < most_shared)
		shared *= 2;
	return weft_rows_new_with_(shift, 0, shared);
}

void
weft_rows_free_(weft_rows_ *rows)
{
	if (rows->bytes > WEFT_PAGE)
		weft_memory_pages_free_(NULL, rows, rows->bytes);
	else
		weft_memory_free_(NULL, rows, rows->bytes, WEFT_LINE);
}

/* Threads are numbered as they come, so the first few of them never meet. */
static uint32_t
thread_number(void)
{
	static weft_atomic_u32 given;
	static _Thread_local uint32_t mine;

	if (mine == 0)
		/* relaxed: any number will do. */
		mine = weft_fetch_add_relaxed(&given, 1) + 1;
	return mine;
}

weft_atomic_u64 *
weft_rows_shared_(weft_rows_ *rows, size_t column)
{
	uint32_t mine = rows->shared == 1 ? 0 : thread_number() & (rows->shared - 1);

	return number_at(rows, rows->cpus + mine, column);
}

uint64_t
weft_rows_sum_(const weft_rows_ *rows, size_t column)
{
	uint64_t sum = 0;

	for (size_t row = 0; row < (size_t)rows->cpus + rows->shared; row++)
		/* relaxed: a count; the caller's order is that of what it loaded before. */
		sum += weft_load_relaxed(number_at(rows, row, column));
	return sum;
}
