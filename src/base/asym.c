/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* asym.c: the heavy half of the asymmetric barrier. */
#include <weft/detail/asym_inl.h>

#include "os.h"

weft_atomic_u32 weft_asym_word_;
weft_atomic_u32 weft_asym_mode_;

bool
weft_asym_is_cheap_(void)
{
	bool there = !WEFT_ASYM_TWIN_ && weft_os_has_membarrier();

	/* relaxed: it says that the registration is done, and the kernel orders that itself; read
	 * first, so that the line stays with those who read it often. */
	if (there && weft_load_relaxed(&weft_asym_mode_) == 0)
		/* relaxed: as above. */
		weft_store_relaxed(&weft_asym_mode_, 1);
	return there;
}

void
weft_asym_heavy_(void)
{
	/* A light half that still takes the twin is a full barrier by itself, where membarrier
	 * counts: that is on a machine, not in the C standard's model. */
	if (weft_asym_is_cheap_() && weft_os_membarrier())
		return;
	/* A1, R1: the twin: the later one sees what was before the earlier; pairs with A1, R1. */
	weft_fetch_add_acq_rel(&weft_asym_word_, 1);
}
