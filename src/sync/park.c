/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * park.c: the wait layer: how long to spin, when to sleep, and the two public forms of it.
 * docs/design/park.md has the proof that no wake-up is lost, and what the numbers rest on.
 */
#include "parking.h"

#include "../base/os.h"

/*
 * The policy.
 *
 * BUDGET_NS: what a spin may cost. A sleep and a wake-up cost the two threads 5 to 35 us,
 * while what is worth spinning for, a peer that is running, answers within some line
 * transfers of 0.2 us.
 * GLANCE: steps before a spinner counts as one, so that a wait of a hundred nanoseconds
 * touches no line that all waits share.
 * LONGEST: a step rests for 1 pause at first, twice as long every second time, and for
 * LONGEST in the end. A lock sets more: each look takes the line away from its holder.
 * YIELDS: on one CPU, or with more threads than CPUs, the peer needs this one's CPU.
 * CREDIT_MOST: failures until a thread stops spinning; from then on it tries again in
 * every RETRY-th wait. It goes on to yield.
 */
#define BUDGET_NS 4000
#define GLANCE 4u
#define LONGEST 8u
#define YIELDS 8u
#define CREDIT_MOST 8
#define RETRY 16u

/* Threads that spin now; every spinner adds and subtracts itself. Alone on its line. */
static struct { char before[WEFT_LINE]; weft_atomic_u32 count; char after[WEFT_LINE]; } spinners;

/* BUDGET_NS in pauses; 0: not measured yet. Any thread writes it, each much the same. */
static weft_atomic_u32 budget;

/* A thread's own. */
static _Thread_local int credit = CREDIT_MOST / 2;
static _Thread_local unsigned waits_without;
static _Thread_local weft_park_node_ node_of_thread;

/* Counts: a thread adds to one of the stripes, which it may share with others. */
#define COUNTS(X) X(waits) X(spins) X(spun) X(yielded) X(slept) X(woke)
#define STRIPES 16u

static struct stripe {
#define FIELD(name) weft_atomic_u64 name;
	COUNTS(FIELD)
#undef FIELD
	char pad[WEFT_LINE - 6 * sizeof(weft_atomic_u64)];
} stripes[STRIPES];

static weft_atomic_u32 stripes_given;
static _Thread_local struct stripe *my_stripe;

static struct stripe *
stripe(void)
{
	/* relaxed: a number, any will do. */
	if (my_stripe == NULL)
		my_stripe = &stripes[weft_fetch_add_relaxed(&stripes_given, 1) % STRIPES];
	return my_stripe;
}

/* relaxed: a count orders nothing. */
#define COUNT(name)                                                                               \
	((void)(WEFT_MODEL_ || weft_fetch_add_relaxed(&stripe()->name, 1)))

weft_park_stats
weft_park_usage(void)
{
	weft_park_stats sum = { 0 };

	for (unsigned i = 0; i < STRIPES; i++) {
		/* relaxed: as said at COUNT. */
#define ADD(name) sum.name += weft_load_relaxed(&stripes[i].name);
		COUNTS(ADD)
#undef ADD
	}
	return sum;
}

/* The least of three, since another thread may come between. */
static uint32_t
measure_budget(void)
{
	enum { PAUSES = 64 };
	int64_t least = INT64_MAX;

	for (int round = 0; round < 3; round++) {
		int64_t begin = weft_os_now_ns(), took;

		for (int i = 0; i < PAUSES; i++)
			weft_pause();
		took = weft_os_now_ns() - begin;
		if (took < least)
			least = took;
	}
	if (least < PAUSES)
		least = PAUSES;   /* a pause of nothing: a step still costs its look at the word */
	return (uint32_t)((int64_t)BUDGET_NS * PAUSES / least) + 1;
}

static unsigned
pauses_to_spend(void)
{
	/* relaxed: the number is all there is. */
	uint32_t pauses = weft_load_relaxed(&budget);

	if (pauses == 0) {
		pauses = measure_budget();
		/* relaxed: as above. */
		weft_store_relaxed(&budget, pauses);
	}
	return pauses;
}

void
weft_park_spin_begin_(weft_park_spin_ *s)
{
	*s = (weft_park_spin_){ .longest = LONGEST };
	/* No pauses and no yields: to sleep at once. */
	if (WEFT_MODEL_)
		return;
	COUNT(waits);
	s->yields = YIELDS;
	if (credit == 0 && ++waits_without % RETRY != 0)
		return;
	if (weft_os_cpus() == 1)
		return;
	s->pauses = pauses_to_spend();
	COUNT(spins);
}

/* A place among at most as many spinners as CPUs; or no more pauses. */
static bool
take_place(weft_park_spin_ *s)
{
	/* relaxed: a bound on a number; it orders nothing. */
	if (weft_load_relaxed(&spinners.count) < weft_os_cpus()) {
		/* relaxed: as above. */
		if (weft_fetch_add_relaxed(&spinners.count, 1) < weft_os_cpus()) {
			s->counted = true;
			return true;
		}
		/* relaxed: as above. */
		weft_fetch_sub_relaxed(&spinners.count, 1);
	}
	s->pauses = 0;
	return false;
}

static void
leave_place(weft_park_spin_ *s)
{
	/* relaxed: as in take_place. */
	if (s->counted)
		weft_fetch_sub_relaxed(&spinners.count, 1);
	s->counted = false;
}

bool
weft_park_spin_step_(weft_park_spin_ *s)
{
	unsigned rest = 1u << (s->step / 2 < 16 ? s->step / 2 : 16);

	if (s->pauses != 0 && (s->step < GLANCE || s->counted || take_place(s))) {
		rest = rest > s->longest ? s->longest : rest;
		rest = rest > s->pauses ? s->pauses : rest;
		for (unsigned i = 0; i < rest; i++)
			weft_pause();
		s->pauses -= rest;
		s->step++;
		return true;
	}
	leave_place(s);
	if (s->yields == 0)
		return false;
	s->yields--;
	s->yielded = true;
	weft_os_yield();
	return true;
}

void
weft_park_spin_end_(weft_park_spin_ *s, bool there)
{
	leave_place(s);
	if (there && !s->yielded) {
		COUNT(spun);
		credit += credit < CREDIT_MOST;
		return;
	}
	/* A peer that needed this CPU would not have come by any spin. */
	credit -= credit > 0;
	if (there)
		COUNT(yielded);
	else
		COUNT(slept);
}

/* What the pool hangs in here; written by weft_park_hook_set_. */
static weft_atomic_ptr hook_set;

void
weft_park_hook_set_(const weft_park_hook_ *hook)
{
	union { const weft_park_hook_ *in; void *out; } p = { hook };

	/* R1: the hook's fields; pairs with A3. */
	weft_store_release(&hook_set, p.out);
}

bool
weft_park_sleep_(weft_atomic_u32 *word, uint32_t seen, weft_time deadline)
{
	/* A3: the hook's fields; pairs with R1. */
	const weft_park_hook_ *hook = weft_load_acquire(&hook_set);
	bool in_time;

	if (hook != NULL)
		hook->begin();
	in_time = weft_os_wait(word, seen, deadline.ns);
	if (hook != NULL)
		hook->end();
	return in_time;
}

void
weft_park_wake_word_(weft_atomic_u32 *word, int n)
{
	COUNT(woke);
	weft_os_wake(word, n);
}

enum { WAIT, PARKED, WOKEN };

weft_park_node_ *
weft_park_prepare_(void)
{
	/* relaxed: the caller's lock, or whatever publishes the node, orders it. */
	weft_store_relaxed(&node_of_thread.state, WAIT);
	return &node_of_thread;
}

static bool
is_woken(weft_park_node_ *node)
{
	/* A4: what the waker did; pairs with R2. */
	return weft_load_acquire(&node->state) == WOKEN;
}

bool
weft_park_stay_(weft_park_node_ *node)
{
	weft_park_spin_ spin;
	bool woken = is_woken(node);

	if (woken)
		return true;
	weft_park_spin_begin_(&spin);
	while (!woken && weft_park_spin_step_(&spin))
		woken = is_woken(node);
	weft_park_spin_end_(&spin, woken);
	return woken;
}

bool
weft_park_wait_(weft_park_node_ *node, weft_time deadline)
{
	if (weft_time_is_past(deadline))
		return is_woken(node);
	return weft_park_stay_(node) || weft_park_rest_(node, deadline);
}

bool
weft_park_rest_(weft_park_node_ *node, weft_time deadline)
{
	uint32_t seen = WAIT;

	/* relaxed: the waker reads no more than the state. */
	if (!weft_cas_relaxed(&node->state, &seen, PARKED))
		return is_woken(node);
	while (!is_woken(node)) {
		if (weft_park_sleep_(&node->state, PARKED, deadline))
			continue;
		seen = PARKED;
		/* relaxed: as above. A waker that comes now need not call the system. */
		return !weft_cas_relaxed(&node->state, &seen, WAIT) && is_woken(node);
	}
	return true;
}

void
weft_park_wake_(weft_park_node_ *node)
{
	/* R2: what was done before; pairs with A4. After it the node may be gone. */
	if (weft_swap_release(&node->state, WOKEN) == PARKED)
		weft_park_wake_word_(&node->state, 1);
}

uint32_t
(weft_event_look)(weft_event *e)
{
	return weft_event_look_(e);
}

void
(weft_event_notify_one)(weft_event *e)
{
	weft_event_notify_(e, 1);
}

void
(weft_event_notify_all)(weft_event *e)
{
	weft_event_notify_(e, WEFT_PARK_ALL);
}

void
weft_event_wake_(weft_event *e, int n)
{
	weft_park_wake_word_(&e->turn_, n);
}

static bool
has_turned(weft_event *e, uint32_t seen)
{
	/* A2: sees what was done before the notify; pairs with S1. */
	return weft_load_acquire(&e->turn_) != seen;
}

bool
weft_event_stay_(weft_event *e, uint32_t seen)
{
	weft_park_spin_ spin;
	bool turned = has_turned(e, seen);

	if (turned)
		return true;
	weft_park_spin_begin_(&spin);
	while (!turned && weft_park_spin_step_(&spin))
		turned = has_turned(e, seen);
	weft_park_spin_end_(&spin, turned);
	return turned;
}

bool
weft_event_rest_(weft_event *e, uint32_t seen, weft_time deadline)
{
	bool in_time = true;

	/* S3: before S4 in the one order, so that a notify sees the waiter, or the waiter the
	 * notify; pairs with S1, S2. */
	weft_fetch_add_seq_cst(&e->waiters_, 1);
	/* S4: after S3; the kernel compares once more, under its lock; pairs with S1, S2. */
	while (weft_load_seq_cst(&e->turn_) == seen && in_time)
		in_time = weft_park_sleep_(&e->turn_, seen, deadline);
	/* relaxed: a waiter too many costs a notify a call; it orders nothing. */
	weft_fetch_sub_relaxed(&e->waiters_, 1);
	return in_time || has_turned(e, seen);
}

bool
weft_event_wait_until(weft_event *e, uint32_t seen, weft_time deadline)
{
	if (weft_time_is_past(deadline))
		return has_turned(e, seen);
	return weft_event_stay_(e, seen) || weft_event_rest_(e, seen, deadline);
}

void
weft_event_wait(weft_event *e, uint32_t seen)
{
	(void)!weft_event_wait_until(e, seen, WEFT_FOREVER);
}

enum { EMPTY, TOKEN, ASLEEP };

static bool
take_token(weft_parker *p)
{
	uint32_t seen = TOKEN;

	/* relaxed: a first look; the CAS below has the order. */
	if (weft_load_relaxed(&p->word_) != TOKEN)
		return false;
	/* A5: what was done before each unpark up to here; pairs with R3. */
	return weft_cas_acquire(&p->word_, &seen, EMPTY);
}

bool
weft_parker_park_until(weft_parker *p, weft_time deadline)
{
	weft_park_spin_ spin;
	bool taken = take_token(p);
	uint32_t seen = EMPTY;

	if (taken || weft_time_is_past(deadline))
		return taken;
	weft_park_spin_begin_(&spin);
	while (!taken && weft_park_spin_step_(&spin))
		taken = take_token(p);
	weft_park_spin_end_(&spin, taken);
	if (taken)
		return true;
	/* relaxed: an unpark reads no more than the word. */
	if (!weft_cas_relaxed(&p->word_, &seen, ASLEEP)) {
		if (seen == ASLEEP)
			weft_misuse_("weft_parker_park", "another thread sleeps on this parker: "
			    "give each thread its own");
		return take_token(p);
	}
	while (!take_token(p)) {
		if (weft_park_sleep_(&p->word_, ASLEEP, deadline))
			continue;
		seen = ASLEEP;
		/* relaxed: as above; a token that came at the last moment is taken. */
		if (weft_cas_relaxed(&p->word_, &seen, EMPTY))
			return false;
	}
	return true;
}

void
weft_parker_park(weft_parker *p)
{
	(void)!weft_parker_park_until(p, WEFT_FOREVER);
}

void
weft_parker_unpark(weft_parker *p)
{
	/* R3: a read-modify-write, so that the park that takes this token sees what came
	 * before an earlier unpark too; pairs with A5. */
	if (weft_swap_release(&p->word_, TOKEN) == ASLEEP)
		weft_park_wake_word_(&p->word_, 1);
}
