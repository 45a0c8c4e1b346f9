/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* verdict.h: what a run may come to, and how it is told. */
#ifndef WEFT_MODEL_VERDICT_H
#define WEFT_MODEL_VERDICT_H

#include <stdint.h>

/* The bugs that are looked for; their words stand first in the report (verdict.c). */
enum bug {
	BUG_ASSERT,
	BUG_RACE,
	BUG_DEADLOCK,	/* a lost wake-up, too */
	BUG_LIVELOCK,
	BUG_USE_AFTER_FREE,
	BUG_OVERFLOW,
	BUG_DOUBLE_FREE,
	BUG_LEAK,
	BUG_MISUSE,	/* of a mutex, a thread, ... */
	BUG_SIGNAL,	/* a crash */
};

/* How a run ended. BLOCKED: it goes on in another execution, if at all. */
enum ending { RUN_COMPLETE, RUN_BLOCKED, RUN_BUG };

struct verdict {
	enum ending ending;
	enum bug bug;
	char text[512];		/* one sentence; thread numbers as "thread 2" */
	uint16_t threads;	/* that have a part in it, one bit each; 0: all */
};
/* Of the run of now. */
extern struct verdict verdict;

const char *bug_word(enum bug bug);

/* Ends the run; called on the stack of a thread of the program, they do not return. */
__attribute__((noreturn, format(printf, 2, 3))) void fail(enum bug bug, const char *format, ...);
__attribute__((noreturn)) void end_run(enum ending ending);

#endif
