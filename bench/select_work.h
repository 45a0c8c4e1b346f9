/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* select_work.h: the work of every select cell: one thread and many channels; four producers. */
#ifndef BENCH_SELECT_WORK_H
#define BENCH_SELECT_WORK_H

#include "bench.h"

/*
 *	N-ready      N channels with a value each; an operation takes one of them, and sends
 *	             the next value where it came from
 *	1-of-N       N empty channels; an operation sends to one of them, and takes it
 *	Np           N producers, each with a channel of its own, and one thread that takes
 *
 * All channels are for 64 values of u64. twin: rivals/rust/src/select.rs
 */
#define SELECT_CAPACITY 64
/* Which channel is next in 1-of-N: this many on. A prime, so that all have their turn. */
#define SELECT_STRIDE 7919

struct select_kind {
	int ready;              /* N-ready */
	int of;                 /* 1-of-N  */
	int producers;          /* Np      */
};

static inline struct select_kind
select_read_work(const char *work)
{
	struct select_kind k = { 0, 0, 0 };
	bool one_of = strncmp(work, "1-of-", 5) == 0;
	char *end = NULL;
	int n = (int)strtol(work + (one_of ? 5 : 0), &end, 10);

	if (n > 0 && one_of && strcmp(end, "") == 0)
		k.of = n;
	else if (n > 0 && strcmp(end, "-ready") == 0)
		k.ready = n;
	else if (n > 0 && 64 % n == 0 && strcmp(end, "p") == 0)
		k.producers = n;
	else
		bench_die("no such work: N-ready, 1-of-N or Np");
	return k;
}

#endif
