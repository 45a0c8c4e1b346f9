/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* verdict.c: what a run came to. */
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>

#include "fiber.h"
#include "retry.h"

struct verdict verdict;

const char *
bug_word(enum bug bug)
{
	switch (bug) {
	case BUG_ASSERT: return "assert";
	case BUG_RACE: return "data race";
	case BUG_DEADLOCK: return "deadlock";
	case BUG_LIVELOCK: return "livelock";
	case BUG_USE_AFTER_FREE: return "use after free";
	case BUG_OVERFLOW: return "overflow";
	case BUG_DOUBLE_FREE: return "double free";
	case BUG_LEAK: return "leak";
	case BUG_MISUSE: return "misuse";
	default: return "crash";
	}
}

void
end_run(enum ending ending)
{
	verdict.ending = ending;
	fiber_leave();
	__builtin_unreachable();
}

void
fail(enum bug bug, const char *format, ...)
{
	va_list args;

	/* What a trial comes upon is found again where it is done in earnest. */
	retry_end_trial();
	verdict.bug = bug;
	va_start(args, format);
	vsnprintf(verdict.text, sizeof verdict.text, format, args);
	va_end(args);
	end_run(RUN_BUG);
}
