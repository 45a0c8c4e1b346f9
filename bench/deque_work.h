/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* deque_work.h: the work of every deque cell: `owner` alone; `steal-N`, with N thieves. */
#ifndef BENCH_DEQUE_WORK_H
#define BENCH_DEQUE_WORK_H

#include "bench.h"

/*
 * A program includes this, says what its deque is, and includes deque_main.h:
 *
 *	struct deque                                  the deque, of uint64_t
 *	void deque_open(struct deque *)
 *	void deque_push(struct deque *, uint64_t)     the owner
 *	bool deque_pop(struct deque *, uint64_t *)    the owner; false: empty
 *	enum deque_took deque_steal(struct deque *, uint64_t *)
 *	size_t deque_len(struct deque *)              the owner
 *	void deque_close(struct deque *)
 *
 * twin: rivals/rust/src/deque.rs
 */
enum deque_took { DEQUE_TOOK, DEQUE_EMPTY, DEQUE_LOST };

/* The owner pushes so many, then looks at how many are there. */
#define DEQUE_BURST 64
/* And waits while there are more: memory is not what is measured. */
#define DEQUE_BOUND 1024
/* How deep the owner's own pushes and pops go. */
#define DEQUE_DEPTH 16

#endif
