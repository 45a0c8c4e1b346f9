/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* scan.c: running sums, and packing, which is a running sum of how many are kept. */
#include "chain.h"

#include "../base/memory.h"
#include "marks.h"

void
weft_par_scan(const weft_par_options *how, size_t n, const weft_scan *scan, void *total, void *ctx)
{
	const weft_chain_work_ work = { .size = scan->size,
		.align = scan->align,
		.make = scan->make,
		.sum = scan->sum,
		.merge = scan->merge,
		.write = scan->write,
		.both = scan->write,
		.unit = 1 };

	if (n != 0)
		weft_chain_run_(how, n, &work, total, ctx);
}

typedef struct packing {
	const weft_pack *pack;
	void *ctx;
	uint64_t *marks;             /* of all; those of a block are written by who sums it */
	size_t n;
} packing;

static void
make_count(void *acc, void *ctx)
{
	(void)ctx;
	*(size_t *)acc = 0;
}

static void
add_count(void *into, const void *next, void *ctx)
{
	(void)ctx;
	*(size_t *)into += *(const size_t *)next;
}

static bool
make_marks(void *ctx)
{
	packing *p = ctx;

	p->marks = weft_marks_alloc_(p->n);
	return p->marks != NULL;
}

static void
mark_block(void *acc, size_t begin, size_t end, void *ctx)
{
	const packing *p = ctx;
	uint64_t *marks = p->marks + begin / 64;

	p->pack->mark(begin, end, marks, p->ctx);
	*(size_t *)acc += weft_marks_count_(marks, end - begin);
}

static void
place_block(void *acc, size_t begin, size_t end, void *ctx)
{
	const packing *p = ctx;
	const uint64_t *marks = p->marks + begin / 64;
	size_t *at = acc;

	p->pack->place(begin, end, marks, *at, SIZE_MAX, p->ctx);
	*at += weft_marks_count_(marks, end - begin);
}

static void
mark_and_place(void *acc, size_t begin, size_t end, void *ctx)
{
	const packing *p = ctx;
	size_t *at = acc;

	while (begin < end) {
		uint64_t marks[WEFT_MARKS_STEP_ / 64];
		size_t next = end - begin > WEFT_MARKS_STEP_ ? begin + WEFT_MARKS_STEP_ : end;

		p->pack->mark(begin, next, marks, p->ctx);
		p->pack->place(begin, next, marks, *at, SIZE_MAX, p->ctx);
		*at += weft_marks_count_(marks, next - begin);
		begin = next;
	}
}

size_t
weft_par_pack(const weft_par_options *how, size_t n, const weft_pack *pack, void *ctx)
{
	static const weft_chain_work_ work = { .size = sizeof(size_t),
		.align = alignof(size_t),
		.make = make_count,
		.sum = mark_block,
		.merge = add_count,
		.write = place_block,
		.both = mark_and_place,
		.prepare = make_marks,
		.unit = 64 };
	packing p = { .pack = pack, .ctx = ctx, .n = n };
	weft_par_options any = { 0 };
	size_t count = 0;

	if (n == 0)
		return 0;
	if (how != NULL)
		any = *how;
	/* Counts are the same, however they are added up. */
	any.ordered = false;
	weft_chain_run_(&any, n, &work, &count, &p);
	if (p.marks != NULL)
		weft_marks_free_(p.marks, n);
	return count;
}
