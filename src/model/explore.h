/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* explore.h: the program is run again and again, until all its executions are known. */
#ifndef WEFT_MODEL_EXPLORE_H
#define WEFT_MODEL_EXPLORE_H

#include <stdint.h>

enum outcome { FOUND_NOTHING, FOUND_BUG, OUT_OF_LIMITS };

struct exploration {
	uint64_t complete, blocked;	/* runs that came to their end; that did not */
	double seconds;
	const char *bounded_by;		/* why some executions were left out, or null */
	const char *stopped_by;		/* OUT_OF_LIMITS: "the time limit", ... */
};
extern struct exploration exploration;

/* Once, before the first exploration. */
void explore_set_up(void);
/* `main` is what thread 0 runs; at_end, if not null, is called after each complete run. */
enum outcome explore(void *(*main)(void *), void *argument, void (*at_end)(void));
/* The same exploration from the beginning. */
enum outcome explore_again(void);
/* One run along a walk (walk.h), whatever the mode is; the verdict says what came of it. */
void explore_walk(void);
/* Explores, reports and ends the process. */
__attribute__((noreturn)) void explore_program(void *(*main)(void *), void *argument);

#endif
