/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* os.c: what the library asks of every system in the same way. */
#include "os.h"

/* 0: not asked yet. Any thread writes it, each the same after asking. */
static weft_atomic_u32 cpus;

unsigned
weft_os_cpus(void)
{
	/* relaxed: the number is all there is. */
	unsigned n = weft_load_relaxed(&cpus), quota;

	if (n != 0)
		return n;
	n = weft_os_cpus_allowed();
	quota = weft_os_cpus_quota("");
	if (quota != 0 && quota < n)
		n = quota;
	/* relaxed: as above. */
	weft_store_relaxed(&cpus, n);
	return n;
}

void
weft_os_cpus_pretend(unsigned n)
{
	/* relaxed: as in weft_os_cpus. */
	weft_store_relaxed(&cpus, n);
}
