/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* search.h: the exploration of all execution graphs of a program. */
#ifndef WEFT_MODEL_SEARCH_H
#define WEFT_MODEL_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "graph.h"

/*
 * A front end owns the threads: litmus.c those of a table, replay.c those of compiled C.
 * It asks search_add to append each thread's next operation to the graph, and is told the
 * value read; the search keeps what might have been otherwise in mind. When all threads
 * have ended or cannot go on, search_next turns the graph into the next one to extend.
 *
 *	search_begin(threads);
 *	do
 *		... extend the graph until no thread can go on ...
 *	while (search_next());
 *
 * Which thread goes next must follow from the graph alone: the lowest that can.
 */
void search_begin(unsigned threads);
word search_add(unsigned thread, const struct op *op);
bool search_next(void);

/* How it went, since the program began. */
struct search_statistics {
	uint64_t events;	/* added */
	uint64_t revisits;	/* writes given to reads that were there before them */
	uint64_t dead;		/* graphs given up because two RMWs read one write */
	uint64_t deepest;	/* graphs set aside at a time */
};
extern struct search_statistics search_statistics;

#endif
