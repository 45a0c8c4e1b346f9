/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* plugin.c: code that adds to a counter, and can be unloaded. */
#include <weft/counter.h>

__attribute__((visibility("default"))) void plugin_add(weft_counter *c);

void
plugin_add(weft_counter *c)
{
	for (int i = 0; i < 1000; i++)
		weft_counter_add(c, 1);
}
