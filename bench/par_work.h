/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_work.h: the work of every cell of loops: map, sum, scan, uneven items, the Mandelbrot set. */
#ifndef BENCH_PAR_WORK_H
#define BENCH_PAR_WORK_H

#include "team.h"

/*
 *	map-N        out[i] = par_trivial(&in[i]) for N items
 *	sum-N        the sum of N items
 *	scan-N       out[i] = in[0] + … + in[i], out of place
 *	pareto, pareto-sorted, giant-first, giant-last
 *	             out[i] = par_spend(&steps[i]): items of very different lengths
 *	mandelbrot   out[y] = par_row(&rows[y])
 *	callers-N    N threads from outside the team, each with map-4k of its own
 *
 * A program includes this, fills in what it can do, and includes par_main.h:
 *
 *	struct par_loops par_open(int threads)
 *
 * Its team is pinned, and made, when that returns; the caller pins itself afterwards.
 * A call is through a pointer in all programs. twin: rivals/rust/src/par.rs
 */
struct par_loops {
	void (*map)(uint64_t *out, const uint64_t *in, size_t n);
	uint64_t (*sum)(const uint64_t *in, size_t n);
	void (*scan)(uint64_t *out, const uint64_t *in, size_t n);
	void (*spend)(uint64_t *out, const uint64_t *steps, size_t n);
	void (*rows)(uint64_t *out, const uint64_t *rows, size_t n);
	void (*enter)(void);    /* by each caller of callers-N, at first; may be NULL */
};

/* Two instructions, which gcc, clang and rustc all vectorise: gcc leaves 2 * v + 1 as it is. */
static inline uint64_t
par_trivial(const uint64_t *v)
{
	return (*v ^ UINT64_C(0x9e3779b97f4a7c15)) + 1;
}

static inline uint64_t
par_spend(const uint64_t *steps)
{
	return team_steps(*steps, *steps);
}

#define PAR_SIDE 512            /* pixels a row, and rows */
#define PAR_LIMIT 256           /* iterations a pixel, at most */

/* How many iterations the pixels of a row take until they leave the circle of radius 2. */
static inline uint64_t
par_row(const uint64_t *row)
{
	double ci = -1.25 + 2.5 * (double)*row / PAR_SIDE;
	uint64_t sum = 0;

	for (int px = 0; px < PAR_SIDE; px++) {
		double cr = -2.0 + 2.5 * (double)px / PAR_SIDE;
		double r = 0, i = 0;
		int n = 0;

		while (n < PAR_LIMIT && r * r + i * i <= 4.0) {
			double next = r * r - i * i + cr;

			i = 2 * r * i + ci;
			r = next;
			n++;
		}
		sum += (uint64_t)n;
	}
	return sum;
}

#define PAR_ITEMS 16384
#define PAR_MEAN 450            /* steps of the items beside the giant */

/* Lengths by a Pareto distribution of index 1, cut off, so that divisions are enough. */
static inline uint64_t
par_pareto(uint64_t i)
{
	return UINT64_C(4194304) / (16 + team_number(i) % 65536);
}

/* The items of an uneven work; false: it is none. */
static inline bool
par_uneven(uint64_t *steps, const char *work)
{
	uint64_t giant = (uint64_t)PAR_ITEMS * PAR_MEAN;
	bool sorted = strcmp(work, "pareto-sorted") == 0;

	for (size_t i = 0; i < PAR_ITEMS; i++)
		steps[i] = PAR_MEAN;
	if (strcmp(work, "giant-first") == 0) {
		steps[0] = giant;
	} else if (strcmp(work, "giant-last") == 0) {
		steps[PAR_ITEMS - 1] = giant;
	} else if (strcmp(work, "pareto") == 0 || sorted) {
		for (size_t i = 0; i < PAR_ITEMS; i++)
			steps[i] = par_pareto(i);
		if (sorted)
			qsort(steps, PAR_ITEMS, sizeof *steps, team_order);
	} else {
		return false;
	}
	return true;
}

#endif
