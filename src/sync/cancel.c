/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* cancel.c: tokens that ask to stop; parents and deadlines. */
#include "watched.h"

weft_cancel
weft_cancel_child(const weft_cancel *parent, weft_time deadline)
{
	weft_cancel c = { .parent = parent, .deadline = deadline };

	return c;
}

/* What a set token calls that somebody waited for; written before the first is WATCHED. */
static weft_atomic_ptr hook_set;

typedef union hook {
	void (*call)(void);
	void *word;
} hook;

void
weft_cancel_set(weft_cancel *c)
{
	hook h;

	/* A2, R1: the hook; and what was done before, by a read-modify-write, so that who sees
	 * it sees also what came before an earlier one; pairs with R3, A1. */
	if (weft_swap_acq_rel(&c->set_, WEFT_CANCEL_SET_) != WEFT_CANCEL_WATCHED_)
		return;
	/* relaxed: A2 has it. After the swap the token may be gone: it is not looked at. */
	h.word = weft_load_relaxed(&hook_set);
	h.call();
}

void
weft_cancel_watch_(const weft_cancel *c, void (*call)(void))
{
	/* Whoever waits for a token writes to it, though nobody may set it through this name. */
	union { const weft_cancel *in; weft_cancel *out; } p = { c };
	hook h = { call };
	uint32_t seen = 0;

	/* relaxed: R3 publishes it; all write the same. */
	weft_store_relaxed(&hook_set, h.word);
	/* R3: the hook; pairs with A2. */
	(void)!weft_cas_release(&p.out->set_, &seen, WEFT_CANCEL_WATCHED_);
}

bool
weft_cancel_is_set_above_(const weft_cancel *c)
{
	/* The clock last: most are not set, and every token's word is cheaper to read. */
	for (const weft_cancel *at = c->parent; at != NULL; at = at->parent) {
		/* A1: as in weft_cancel_is_set_. */
		if ((weft_load_acquire(&at->set_) & WEFT_CANCEL_SET_) != 0)
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
