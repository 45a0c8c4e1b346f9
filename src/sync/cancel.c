/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* cancel.c: tokens that ask to stop; parents and deadlines. */
#include <weft/cancel.h>

weft_cancel
weft_cancel_child(const weft_cancel *parent, weft_time deadline)
{
	weft_cancel c = { .parent = parent, .deadline = deadline };

	return c;
}

void
weft_cancel_set(weft_cancel *c)
{
	/* R1: what was done before; a read-modify-write, so that who sees it sees also what
	 * came before an earlier one; pairs with A1. */
	weft_swap_release(&c->set_, 1);
}

bool
weft_cancel_is_set_above_(const weft_cancel *c)
{
	/* The clock last: most are not set, and every token's word is cheaper to read. */
	for (const weft_cancel *at = c->parent; at != NULL; at = at->parent) {
		/* A1: as in weft_cancel_is_set_. */
		if (weft_load_acquire(&at->set_) != 0)
			return true;
	}
	for (; c != NULL; c = c->parent)
		if (c->deadline.ns != 0 && weft_time_is_past(c->deadline))
			return true;
	return false;
}

bool
(weft_cancel_is_set)(const weft_cancel *c)
{
	return weft_cancel_is_set_(c);
}
