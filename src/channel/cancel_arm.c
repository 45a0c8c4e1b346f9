/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * cancel_arm.c: a token as an arm.
 *
 * All who wait for tokens are in one list, behind a gate. To set a token is a swap, and only
 * where that finds that somebody may wait for it (WATCHED, src/sync/watched.h) is the list gone
 * through: those are claimed, or told, whose token, or one above it, is set.
 *
 * A token may be set in a signal handler, which may have interrupted the thread that has the
 * gate: so whoever sets one never waits for the gate. It leaves WORK there, and who has the
 * gate goes through the list once more before it opens it.
 *
 *	word: TAKEN    by who joins, leaves, or goes through the list
 *	      WORK     legal only with TAKEN: the list is to be gone through once more
 *
 * That nobody is missed: docs/design/cancel.md.
 */
#include "waiter.h"

#include "../sync/watched.h"

#define TAKEN 1u
#define WORK 2u

static struct {
	weft_atomic_u32 word;
	weft_waiters_ list;     /* by who has the gate; `value` of each is its token */
} gate;

static const weft_cancel *
token_of(const weft_waiter_ *w)
{
	return w->value;
}

/* But for deadlines, of which each thread knows itself. */
static bool
is_asked(const weft_cancel *c)
{
	for (; c != NULL; c = c->parent)
		/* relaxed: the gate orders it after the set of which WORK tells; who is woken
		 * looks again. */
		if ((weft_load_relaxed(&c->set_) & WEFT_CANCEL_SET_) != 0)
			return true;
	return false;
}

static void
tell_those_asked(void)
{
	weft_waiter_ *w, *next;

	for (w = gate.list.first; w != NULL; w = next) {
		next = w->next;
		if (!is_asked(token_of(w)))
			continue;
		weft_waiters_remove_(&gate.list, w);
		/* It is there until it has had the gate, to leave. */
		if (w->wait == NULL)
			w->tell(w);
		else if (weft_waiter_claim_(w))
			weft_park_wake_(w->wait->node);
	}
}

static void
open_gate(void)
{
	uint32_t seen = TAKEN;

	/* R1: what was done behind it; pairs with A1, A2. */
	while (!weft_cas_release(&gate.word, &seen, 0)) {
		/* A2: the sets of all whose WORK this clears; and, after a kick, what was done
		 * behind the gate; pairs with R1, R2. */
		weft_fetch_and_acquire(&gate.word, TAKEN);
		tell_those_asked();
		seen = TAKEN;
	}
}

static void
take_gate(void)
{
	uint32_t seen = 0;

	/* A1: what was done behind it; pairs with R1. */
	for (unsigned round = 0; !weft_cas_acquire(&gate.word, &seen, TAKEN); seen = 0)
		weft_spin(&round);
}

/* The hook: a token was set that somebody may wait for. */
static void
kick(void)
{
	/* R2: the set, for who has the gate; if it is this thread, A2 acquires; pairs with A2. */
	if ((weft_fetch_or_release(&gate.word, TAKEN | WORK) & TAKEN) == 0)
		open_gate();
}

static void
watch_all(const weft_cancel *c)
{
	for (; c != NULL; c = c->parent)
		weft_cancel_watch_(c, kick);
}

/* As an arm. */

static bool
is_ready(const weft_arm *arm)
{
	return weft_cancel_is_set(arm->object_);
}

static weft_status
try_now(weft_arm *arm)
{
	return is_ready(arm) ? WEFT_OK : WEFT_EMPTY;
}

static bool
join(weft_arm *arm, weft_waiter_ *w)
{
	bool joined;

	w->value = arm->object_;
	take_gate();
	weft_waiters_append_(&gate.list, w);
	watch_all(token_of(w));
	joined = !is_ready(arm);
	if (!joined)
		weft_waiters_remove_(&gate.list, w);
	open_gate();
	return joined;
}

static void
leave(weft_arm *arm, weft_waiter_ *w)
{
	(void)arm;
	take_gate();
	weft_waiters_leave_(&gate.list, w);
	open_gate();
}

static weft_time
due(const weft_arm *arm)
{
	weft_time least = WEFT_FOREVER;

	for (const weft_cancel *c = arm->object_; c != NULL; c = c->parent)
		if (c->deadline.ns != 0 && weft_time_is_before(c->deadline, least))
			least = c->deadline;
	return least;
}

static const weft_arm_kind_ cancel_kind = {
	.try_now = try_now,
	.is_ready = is_ready,
	.has_ended = is_ready,
	.join = join,
	.leave = leave,
	.due = due,
	.is_spent = is_ready,
};

weft_arm
weft_cancel_arm(weft_cancel *c)
{
	return (weft_arm){ .kind_ = c != NULL ? &cancel_kind : NULL, .object_ = c };
}
