/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* range.h: a range of items, worked off by as many threads as are idle. Private. */
#ifndef WEFT_SRC_RANGE_H
#define WEFT_SRC_RANGE_H

#include <weft/par.h>

/*
 * A range being worked off. It begins as one part; parts of it are split off while others
 * are idle, and merged again, neighbour with neighbour, when both are done. Each item is in
 * one piece, unless the limit or a cancel leaves it out.
 */
typedef struct weft_range_work_ {
	/*
	 * The items begin ... end-1, into acc (NULL when acc_size is 0). In one part, pieces
	 * come in order, one at a time; parts run at the same time.
	 */
	void (*piece)(void *acc, size_t begin, size_t end, void *ctx);
	/* Of the accumulator of a part that has been split off; NULL when acc_size is 0. */
	void (*make)(void *acc, void *ctx);
	/* left covers the items right before those of right; both are done. right is spent. */
	void (*merge)(void *left, void *right, void *ctx);
	size_t acc_size, acc_align;
	size_t grain;                /* no piece is smaller but the last; 0: how->grain, else 1 */
	bool fixed;                  /* as a fixed tree, the same for any number of threads     */
	/*
	 * May be NULL. Items from *limit on need not be done: looked at before each piece.
	 * Only ever lowered, by weft_range_limit_.
	 */
	weft_atomic_u64 *limit;
} weft_range_work_;

/*
 * acc: made by the caller, holds the whole at the end. how may be NULL; how->ordered makes
 * the tree fixed. WEFT_OK; or WEFT_CANCELLED: how->cancel was set before all was done, and
 * some pieces were left out. It cannot fail otherwise: where there is no memory or no
 * thread, there are fewer parts. What was done before it happens before each piece, and
 * all pieces happen before it returns.
 */
weft_status weft_range_run_(const weft_par_options *how, size_t n, const weft_range_work_ *work,
    void *acc, void *ctx);

/* Lowers *limit to i, if it is higher. */
void weft_range_limit_(weft_atomic_u64 *limit, size_t i);

/*
 * How many threads may take part in a loop of `how`, here and now: at least 1. For cutting
 * work that needs two passes (scan, pack, group).
 */
unsigned weft_range_threads_(const weft_par_options *how);

#endif
