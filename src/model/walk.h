/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* walk.h: one execution at a time, by chance or along a given path. */
#ifndef WEFT_MODEL_WALK_H
#define WEFT_MODEL_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "graph.h"

/*
 * Where the exhaustive search remembers what might have been otherwise, a walk decides:
 * which thread goes next, what it reads, where its write is placed. It only goes
 * forwards, so a blocking operation is not added before it can pass, and any thread may
 * be the next. Every execution that the model allows can come of a walk, in the order of
 * program order and reads-from.
 */

/* Threads and choices by chance. */
void walk_randomly(uint64_t seed);
/*
 * Probabilistic concurrency testing (Burckhardt and others, 2010): threads have
 * priorities, and `changes` times in a run the one that runs falls to the lowest. A bug
 * that needs that many changes is found in a run with a probability that has a bound.
 */
void walk_by_priority(uint64_t seed, unsigned changes);
/*
 * All walks in which a thread is left, though it could go on, at most so many times: one
 * after another, while walk_again says that there is one more. Different walks may come
 * to one graph.
 */
void walk_by_preemptions(unsigned most);
bool walk_again(void);
/* Along a path that path_of_events wrote; the text must stay. */
void walk_along(const char *path);

/* Is there more of the path to go along? */
bool walk_is_led(void);
/* A walk begins: an empty graph of so many threads. */
void walk_begin(unsigned threads);
/* May the thread's blocking operation pass now? Others always may. */
bool walk_can_add(unsigned thread, const struct op *op);
/* Which of these threads, one bit each and at least one, adds its operation next? */
unsigned walk_thread(uint16_t ready);
/* As search_add. */
word walk_add(unsigned thread, const struct op *op);

#endif
