/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* size.c: how many threads a pool has when nobody says. */
#include "worker.h"

#include <stdlib.h>

#include "../base/os.h"

unsigned
weft_pool_size_(void)
{
	const char *text = getenv("WEFT_NUM_THREADS");
	char *end;
	unsigned long n;

	if (text == NULL || *text == 0)
		return weft_os_cpus();
	n = strtoul(text, &end, 10);
	if (*end != 0 || n == 0)
		return weft_os_cpus();
	return n < WEFT_POOL_THREADS_ ? (unsigned)n : WEFT_POOL_THREADS_;
}
