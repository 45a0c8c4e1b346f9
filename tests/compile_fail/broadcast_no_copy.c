/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_no_copy.c: values that are dropped, and nothing that makes each reader's own. */
/*
 * any: letters: what is dropped must be copied for each reader: WEFT_BROADCAST\(letters,
 */
#include <weft/broadcast.h>

static inline void
letter_drop(char **v)
{
	free(*v);
}

static inline void
letter_copy(char **to, char *const *from)
{
	*to = *from;
}

#ifdef RIGHT
WEFT_BROADCAST(letters, char *, letter_drop, letter_copy);
#else
WEFT_BROADCAST(letters, char *, letter_drop);
#endif

/* So that the right one has a user. */
void letter_copies(char **to, char *const *from);
void
letter_copies(char **to, char *const *from)
{
	letter_copy(to, from);
}
