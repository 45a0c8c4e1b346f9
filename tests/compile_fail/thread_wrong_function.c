/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* thread_wrong_function.c: a thread's function that says nothing of how it went. */
/*
 * any: count: count_words must be: weft_status count_words\(struct text \*\)
 */
#include <weft/scope.h>

struct text { const char *from; long words; };

#ifdef RIGHT
static weft_status
count_words(struct text *t)
{
	t->words++;
	return WEFT_OK;
}
#else
static void
count_words(struct text *t)
{
	t->words++;
}
#endif
WEFT_THREAD(count, struct text, count_words);
