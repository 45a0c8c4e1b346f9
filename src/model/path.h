/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* path.h: an execution as a line of text, from which it can be made again. */
#ifndef WEFT_MODEL_PATH_H
#define WEFT_MODEL_PATH_H

#include "graph.h"

/*
 * A path names the threads in the order in which they add operations, `a` being thread 0.
 * A number after a letter repeats it; `+n` then is the choice made: how far what is read
 * or where is written lies from the newest, or the answer of a CHOOSE; 0 is left out.
 * `a3bb+1` are three operations of thread 0, and two of thread 1, the second of which
 * takes the second newest.
 */
struct path {
	const char *rest;
	unsigned repeats, thread, choice;
};

void path_open(struct path *path, const char *text);
bool path_ended(const struct path *path);
/* The thread of the next operation; path_choice then says its choice, and goes on. */
unsigned path_thread(const struct path *path);
unsigned path_choice(struct path *path);

/* The path of these events of the graph, in that order, for free(). */
char *path_of_events(const uint16_t *events, unsigned n);

#endif
