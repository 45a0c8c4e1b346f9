/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_cancel.c: tokens, through every execution. */
#include <weft/cancel.h>

#include <assert.h>

#include "../src/sync/watched.h"
#include "support/script.h"

static weft_cancel token, child;
/* Plain: what is not published is a race. */
static unsigned data;
static weft_atomic_u32 called;

static void
init(const struct script *s)
{
	(void)s;
	child = weft_cancel_child(&token, WEFT_FOREVER);
}

static void
hook(void)
{
	/* relaxed: only counted. */
	weft_fetch_add_relaxed(&called, 1);
}

static void
act(unsigned row, char letter)
{
	(void)row;
	switch (letter) {
	case 's':
		data++;
		weft_cancel_set(&token);
		break;
	case 'q':
		if (weft_cancel_is_set(&token))
			assert(data == 1);
		break;
	case 'c':
		if (weft_cancel_is_set(&child))
			assert(data == 1);
		break;
	case 'w':
		weft_cancel_watch_(&token, hook);
		break;
	case 'E':
		assert(weft_cancel_is_set(&child) && data == 1);
		/* relaxed: after the join. */
		assert(weft_load_relaxed(&called) <= 1);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/* s sets the token, q asks it, c its child; w watches it; E: at the end it is set. */
static const struct script scripts[] = {
	{ "ask", 0, .threads = { "s", "q" }, .after = "E" },
	{ "child", 0, .threads = { "s", "c" }, .after = "E" },
	{ "watch", 0, .threads = { "s", "w" }, .after = "E" },
	{ "watch-2", 0, .threads = { "s", "wq", "wc" }, .after = "E" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
