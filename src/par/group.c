/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * group.c: partition, flat map and group. They must know the whole count before the first
 * item is placed, so they go over all blocks twice: count, then place.
 */
#include "cut.h"
#include "marks.h"

#include "../base/memory.h"

#include <string.h>

#define FEW_BLOCKS 128       /* their counts are on the stack */
#define PARTS_A_THREAD 4     /* of a group: each has a row of counts */

/* Two passes over blocks, and what each block counted: in the second, where it begins. */
typedef struct passes {
	weft_cut_ blocks;
	size_t *counts;              /* [blocks.count], each of its block */
	size_t few[FEW_BLOCKS];
	const void *how_to;
	void *ctx;
	uint64_t *marks;
	size_t kept;
} passes;

/* Without memory there is one block. */
static void
passes_init(passes *p, const weft_par_options *how, size_t n, size_t unit)
{
	weft_cut_init_(&p->blocks, how, 0, n, weft_cut_size_(how, n, unit), 2);
	/* Counts are the same, however they are added up. */
	p->blocks.how.ordered = false;
	p->counts = p->few;
	p->marks = NULL;
	if (p->blocks.count <= FEW_BLOCKS)
		return;
	p->counts = weft_memory_alloc_(NULL, p->blocks.count * sizeof(size_t), alignof(size_t));
	if (p->counts != NULL)
		return;
	weft_cut_init_(&p->blocks, how, 0, n, n, 2);
	p->blocks.how.ordered = false;
	p->counts = p->few;
}

static void
passes_fini(passes *p)
{
	if (p->counts != p->few)
		weft_memory_free_(NULL, p->counts, p->blocks.count * sizeof(size_t),
		    alignof(size_t));
}

static weft_status
pass_over(passes *p, void (*piece)(void *acc, size_t begin, size_t end, void *ctx))
{
	const weft_range_work_ work = { .piece = piece };

	return weft_range_run_(&p->blocks.how, p->blocks.count, &work, NULL, p);
}

/* Counts become places; what they come to. */
static size_t
add_up(passes *p)
{
	size_t sum = 0;

	for (size_t i = 0; i < p->blocks.count; i++) {
		size_t count = p->counts[i];

		p->counts[i] = sum;
		sum += count;
	}
	p->blocks.pass++;
	return sum;
}

static void
flat_count(void *acc, size_t begin, size_t end, void *ctx)
{
	passes *p = ctx;
	const weft_flat_map *flat = p->how_to;

	(void)acc;
	for (; begin < end; begin++)
		p->counts[begin] = flat->count(weft_cut_begin_(&p->blocks, begin),
		    weft_cut_end_(&p->blocks, begin), p->ctx);
}

static void
flat_place(void *acc, size_t begin, size_t end, void *ctx)
{
	passes *p = ctx;
	const weft_flat_map *flat = p->how_to;

	(void)acc;
	for (; begin < end; begin++)
		flat->place(weft_cut_begin_(&p->blocks, begin),
		    weft_cut_end_(&p->blocks, begin), p->counts[begin], p->ctx);
}

size_t
weft_par_flat_map(const weft_par_options *how, size_t n, size_t room, const weft_flat_map *flat,
    void *ctx)
{
	size_t all = 0;
	passes p;

	if (n == 0)
		return 0;
	p.how_to = flat;
	p.ctx = ctx;
	passes_init(&p, how, n, 1);
	if (pass_over(&p, flat_count) == WEFT_OK) {
		all = add_up(&p);
		if (all <= room && all != 0)
			weft_ignore(pass_over(&p, flat_place));
	}
	passes_fini(&p);
	return all;
}

static void
partition_mark(void *acc, size_t begin, size_t end, void *ctx)
{
	passes *p = ctx;
	const weft_pack *pack = p->how_to;

	(void)acc;
	for (; begin < end; begin++) {
		size_t first = weft_cut_begin_(&p->blocks, begin);
		size_t last = weft_cut_end_(&p->blocks, begin);

		pack->mark(first, last, p->marks + first / 64, p->ctx);
		p->counts[begin] = weft_marks_count_(p->marks + first / 64, last - first);
	}
}

static void
partition_place(void *acc, size_t begin, size_t end, void *ctx)
{
	passes *p = ctx;
	const weft_pack *pack = p->how_to;

	(void)acc;
	for (; begin < end; begin++) {
		size_t first = weft_cut_begin_(&p->blocks, begin), at = p->counts[begin];

		/* The others before this block: all before it, but for those kept. */
		pack->place(first, weft_cut_end_(&p->blocks, begin), p->marks + first / 64, at,
		    p->kept + first - at, p->ctx);
	}
}

/* Without memory for marks: each range is marked twice. */
static size_t
partition_alone(const weft_pack *pack, size_t n, void *ctx)
{
	uint64_t marks[WEFT_MARKS_STEP_ / 64];
	size_t kept = 0, at = 0;

	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t begin = 0; begin < n; begin += WEFT_MARKS_STEP_) {
			size_t len = n - begin > WEFT_MARKS_STEP_ ? WEFT_MARKS_STEP_ : n - begin;

			pack->mark(begin, begin + len, marks, ctx);
			if (pass == 0) {
				kept += weft_marks_count_(marks, len);
			} else {
				pack->place(begin, begin + len, marks, at, kept + begin - at, ctx);
				at += weft_marks_count_(marks, len);
			}
		}
	return kept;
}

size_t
weft_par_partition(const weft_par_options *how, size_t n, const weft_pack *pack, void *ctx)
{
	uint64_t *marks = n != 0 ? weft_marks_alloc_(n) : NULL;
	size_t kept = 0;
	passes p;

	if (marks == NULL)
		return partition_alone(pack, n, ctx);
	p.how_to = pack;
	p.ctx = ctx;
	passes_init(&p, how, n, 64);
	p.marks = marks;
	if (pass_over(&p, partition_mark) == WEFT_OK) {
		p.kept = kept = add_up(&p);
		weft_ignore(pass_over(&p, partition_place));
	}
	passes_fini(&p);
	weft_marks_free_(marks, n);
	return kept;
}

typedef struct grouping {
	weft_cut_ parts;
	const weft_group *group;
	void *ctx;
	size_t *rows, groups;        /* [parts.count][groups]: counts, then places */
} grouping;

static void
group_count(void *acc, size_t begin, size_t end, void *ctx)
{
	grouping *g = ctx;

	(void)acc;
	for (; begin < end; begin++) {
		size_t *row = g->rows + begin * g->groups;

		memset(row, 0, g->groups * sizeof *row);
		g->group->count(row, weft_cut_begin_(&g->parts, begin),
		    weft_cut_end_(&g->parts, begin), g->ctx);
	}
}

static void
group_place(void *acc, size_t begin, size_t end, void *ctx)
{
	grouping *g = ctx;

	(void)acc;
	for (; begin < end; begin++)
		g->group->place(g->rows + begin * g->groups, weft_cut_begin_(&g->parts, begin),
		    weft_cut_end_(&g->parts, begin), g->ctx);
}

/* Group by group, and part by part in each: that keeps the order. */
static void
group_add_up(grouping *g, size_t *starts)
{
	size_t sum = 0;

	for (size_t i = 0; i < g->groups; i++) {
		starts[i] = sum;
		for (size_t part = 0; part < g->parts.count; part++) {
			size_t *place = g->rows + part * g->groups + i, count = *place;

			*place = sum;
			sum += count;
		}
	}
	starts[g->groups] = sum;
	g->parts.pass++;
}

static weft_status
group_run(grouping *g, size_t *starts)
{
	const weft_range_work_ count = { .piece = group_count }, place = { .piece = group_place };
	weft_status s = weft_range_run_(&g->parts.how, g->parts.count, &count, NULL, g);

	if (s == WEFT_OK) {
		group_add_up(g, starts);
		s = weft_range_run_(&g->parts.how, g->parts.count, &place, NULL, g);
	}
	return s;
}

/*
 * No row but what the caller gave: as the items of group i are placed, starts[i + 1] goes from
 * where it starts to where it ends, which is what is asked for.
 */
static void
group_alone(const weft_group *group, size_t n, size_t *starts, size_t groups, void *ctx)
{
	size_t *at = starts + 1, sum = 0;

	memset(starts, 0, (groups + 1) * sizeof *starts);
	group->count(at, 0, n, ctx);
	for (size_t i = 0; i < groups; i++) {
		size_t count = at[i];

		at[i] = sum;
		sum += count;
	}
	group->place(at, 0, n, ctx);
}

/* Each part has a row: no more of them than the items pay for. */
static size_t
parts_worth(const weft_par_options *how, size_t n, size_t groups)
{
	size_t parts = (size_t)weft_range_threads_(how) * PARTS_A_THREAD;
	size_t most = n / 4 / (groups != 0 ? groups : 1);

	if (weft_range_threads_(how) == 1 && (how == NULL || how->cancel == NULL))
		return 1;
	return parts < most ? parts : most;
}

void
weft_par_group(const weft_par_options *how, size_t n, size_t *starts, size_t groups,
    const weft_group *group, void *ctx)
{
	size_t parts = parts_worth(how, n, groups), size = 0;
	grouping g = { .group = group, .ctx = ctx, .groups = groups };

	if (n == 0) {
		memset(starts, 0, (groups + 1) * sizeof *starts);
		return;
	}
	if (parts >= 2) {
		weft_cut_init_(&g.parts, how, 0, n, weft_cut_clamp_(how, n / parts + 1), 2);
		g.parts.how.ordered = false;
		size = g.parts.count * groups * sizeof(size_t);
		g.rows = weft_memory_alloc_(NULL, size, WEFT_LINE);
	}
	if (g.rows == NULL) {
		group_alone(group, n, starts, groups, ctx);
		return;
	}
	if (group_run(&g, starts) != WEFT_OK)
		memset(starts, 0, (groups + 1) * sizeof *starts);
	weft_memory_free_(NULL, g.rows, size, WEFT_LINE);
}
