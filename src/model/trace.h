/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* trace.h: a run on paper, a column a thread. */
#ifndef WEFT_MODEL_TRACE_H
#define WEFT_MODEL_TRACE_H

#include <stdio.h>

#include "graph.h"

/* A line of the trace: what a thread did, where, and what else is to be said of it. */
struct trace_line {
	unsigned thread;
	char text[120];
	char place[128];
};

/* Prints them in order, with a heading; threads that do nothing get no column. */
void trace_print(FILE *out, const struct trace_line *lines, size_t n);

#endif
