/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_asym.c: the asymmetric barrier where there is no membarrier, through every execution. */
#include <weft/detail/asym_inl.h>

#include <assert.h>

#include "support/script.h"

static weft_atomic_u32 wrote[ANSWER_ROWS], missed[ANSWER_ROWS];

static void
init(const struct script *s)
{
	(void)s;
}

static void
look(unsigned row)
{
	/* relaxed: the barrier orders it. */
	bool other = weft_load_relaxed(&wrote[3 - row]) != 0;

	/* relaxed: read after the join. */
	weft_store_relaxed(&missed[row], !other);
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 'l':
		/* relaxed: the barrier orders it. */
		weft_store_relaxed(&wrote[row], 1);
		weft_asym_light_();
		look(row);
		break;
	case 'h':
		/* relaxed: as above. */
		weft_store_relaxed(&wrote[row], 1);
		weft_asym_heavy_();
		look(row);
		break;
	case 'E':
		/* relaxed: after the join. */
		assert(weft_load_relaxed(&missed[1]) == 0 || weft_load_relaxed(&missed[2]) == 0);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/* l writes, passes the light half and looks; h the heavy one; E: one of the two saw the other. */
static const struct script scripts[] = {
	{ "twin", 0, .threads = { "l", "h" }, .after = "E" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
