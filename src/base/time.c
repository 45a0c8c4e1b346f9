/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* time.c: moments of the monotonic clock. */
#include <weft/time.h>

#include "os.h"

weft_time
weft_now(void)
{
	weft_time t = { weft_os_now_ns() };

	return t;
}

weft_time
weft_after_ns(int64_t ns)
{
	weft_time t = weft_now();

	/* The clock counts from boot: only a long way ahead can overflow. */
	t.ns = ns > INT64_MAX - t.ns ? INT64_MAX : t.ns + ns;
	return t;
}

void
weft_sleep_until(weft_time t)
{
	weft_os_sleep_until(t.ns);
}
