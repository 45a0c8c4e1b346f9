/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* local_wrong_make.c: values are made by a function for others. */
/*
 * any: scratch: scratch_make must be: void scratch_make\(struct buffer \*\)
 */
#include <weft/local.h>

struct buffer { char *text; size_t size; };

#ifdef RIGHT
static void
scratch_make(struct buffer *b)
{
	b->size = 4096;
}
#else
static void
scratch_make(char *text)
{
	*text = 0;
}
#endif
WEFT_LOCAL(scratch, struct buffer, scratch_make);
