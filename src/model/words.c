/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* words.c: what weft/model.h lets a program say. */
#define WEFT_MODEL
#include <weft/model.h>

#include "export.h"
#include "record.h"
#include "retry.h"

EXPORT unsigned
weft_model_choose_(unsigned n)
{
	ARRIVE();
	if (!exploring)
		return 0;
	effect();
	running->doing = "chooses";
	return replay_choose(n);
}

EXPORT void
weft_model_assume_(bool truth)
{
	ARRIVE();
	if (exploring && !truth)
		replay_give_up();
}

EXPORT void
weft_model_note_(const char *text, uint64_t number)
{
	ARRIVE();
	if (!exploring)
		return;
	effect();
	record_note(text, number);
}
