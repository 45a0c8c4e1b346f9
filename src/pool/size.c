/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* size.c: how many threads a pool has when nobody says. */
#include "worker.h"

#include <stdlib.h>
#include <string.h>

#include "../base/os.h"

/* As many cores as may be used, no more than the CPUs' worth of time that is granted. */
static unsigned
cores(const char *root)
{
	unsigned n = weft_os_cores(root), most = weft_os_cpus();

	return n < most ? n : most;
}

/* 0: it is none. */
static unsigned
number(const char *text)
{
	unsigned n = 0;

	for (; *text != 0; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		if (n < WEFT_POOL_THREADS_)
			n = n * 10 + (unsigned)(*text - '0');
	}
	return n < WEFT_POOL_THREADS_ ? n : WEFT_POOL_THREADS_;
}

unsigned
weft_pool_size_of_(const char *text, const char *root)
{
	if (text != NULL && strcmp(text, "physical") == 0)
		return cores(root);
	return text != NULL && number(text) != 0 ? number(text) : weft_os_cpus();
}

unsigned
weft_pool_size_(void)
{
	return weft_pool_size_of_(getenv("WEFT_NUM_THREADS"), "");
}
