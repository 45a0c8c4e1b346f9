/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_copy_other.c: a copy function of another shape. */
/*
 * any: letters: copy must be: void letter_copy\(char \* \*, char \* const \*\)
 */
#include <weft/broadcast.h>

static inline void
letter_drop(char **v)
{
	free(*v);
}

#ifdef RIGHT
static inline void
letter_copy(char **to, char *const *from)
{
	*to = *from;
}
#else
static inline void
letter_copy(char **to, char **from)
{
	*to = *from;
}
#endif

WEFT_BROADCAST(letters, char *, letter_drop, letter_copy);
