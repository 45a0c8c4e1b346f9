/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_no_memory.c: an allocation that is not looked at. */
/* expect: crash */
/* run: WEFT_MODEL_OPTIONS=--fail-memory */
#include <stdatomic.h>
#include <stdlib.h>

atomic_int *p;

int
main(void)
{
	p = malloc(sizeof *p);

#ifdef RIGHT
	if (p == NULL)
		return 1;
#endif
	atomic_store(p, 1);
	free(p);
	return 0;
}
