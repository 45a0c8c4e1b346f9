/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* drop_other.c: a drop function is for values of another type. */
/*
 * any: letters: drop must be: void letter_drop\(struct letter \*\)
 */
#include <weft/array_queue.h>

struct letter {
	char *text;
};

#ifdef RIGHT
static void
letter_drop(struct letter *l)
{
	free(l->text);
}
#else
static void
letter_drop(char *text)
{
	free(text);
}
#endif

WEFT_ARRAY_QUEUE(letters, struct letter, letter_drop);
