/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* drop_by_value.c: a drop function takes the value itself. */
/*
 * any: names: drop must be: void free_name\(char \* \*\)
 */
#include <weft/spsc_queue.h>

#ifdef RIGHT
static void
free_name(char **name)
{
	free(*name);
}
#else
static void
free_name(char *name)
{
	free(name);
}
#endif

WEFT_SPSC_QUEUE(names, char *, free_name);
