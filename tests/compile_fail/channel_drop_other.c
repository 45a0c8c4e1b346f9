/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_drop_other.c: a drop function of another shape: by value. */
/*
 * any: letters: drop must be: void letter_drop\(struct letter \*\)
 */
#include <weft/channel.h>

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
letter_drop(struct letter l)
{
	free(l.text);
}
#endif

WEFT_CHANNEL(letters, struct letter, letter_drop);
