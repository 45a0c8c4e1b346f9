/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * select.c: waiting for the first of several arms.
 *
 * First every arm is tried, from a random one on. If none can happen now, the thread joins
 * them all, sleeps until one is claimed for it, or its moment comes, and leaves them all.
 *
 * Two sorts of arms. One that is queued for (an indexed or a lock-free channel, a token) is
 * woken to try again: its claim is a hint, and when somebody else was faster the whole begins
 * anew. One that hands over (src/channel/lanes.c) has happened when it is claimed. These are
 * joined last, all under all of their locks, after a last try of each: from then on the
 * claim decides alone. So no thread ever is in a list of such a channel while it claims
 * another thread.
 *
 * Hence whatever claimed the thread meanwhile for an arm of the first sort, may be thrown
 * away, when a hand-over came first: nothing was taken; the wake is passed on.
 */
#include "waiter.h"

#include "../base/os.h"

typedef struct choice {
	weft_arm *arms;
	size_t n;
	const weft_select_options *how;
	weft_time deadline;
} choice;

/* A wait under way. */
typedef struct asleep {
	weft_wait_ wait;
	size_t joined;          /* arms below it were joined, but for those that hand over */
	weft_arm *hand_over;    /* those, in the order of their locks, by link_of          */
	bool handing;           /* and joined                                              */
	weft_time end;
} asleep;

#define NOBODY (-1)

static const weft_select_options usual;
/*
 * Which arm is first: three shifts a draw, the quickest that is even enough to be fair. A
 * weft_random is as good as it gets, and takes five times as long (bench_select 8-ready).
 */
static _Thread_local uint64_t dice;

static size_t
random_below(size_t n)
{
	if (dice == 0)
		dice = weft_os_entropy() | 1;
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (size_t)((dice >> 32) * n >> 32);
}

/* Free for use between waits. */
static void **
link_of(weft_arm *arm)
{
	return &arm->waiter_.ctx;
}

static bool
hands_over(const choice *c, const weft_arm *arm)
{
	return arm->kind_->lock != NULL && !c->how->ready_only;
}

static bool
is_final(weft_status s)
{
	return s != WEFT_EMPTY && s != WEFT_FULL;
}

/* The arm has won; one that ended is off from now on. */
static int
win(const choice *c, size_t i, weft_status s)
{
	weft_arm *arm = &c->arms[i];

	arm->status = s;
	if (s == WEFT_CLOSED ||
	    (s == WEFT_OK && arm->kind_->is_spent != NULL && arm->kind_->is_spent(arm)))
		weft_arm_off(arm);
	return (int)i;
}

static weft_status
try_one(const choice *c, weft_arm *arm)
{
	if (!c->how->ready_only)
		return arm->kind_->try_now(arm);
	if (!arm->kind_->is_ready(arm))
		return WEFT_EMPTY;
	/* A token that is set has happened; it is a channel that is closed. */
	return arm->kind_->is_spent == NULL && arm->kind_->has_ended(arm) ? WEFT_CLOSED : WEFT_OK;
}

/* The arm, if it is on, has happened; or NOBODY. */
static int
try_arm(const choice *c, weft_arm *arm)
{
	weft_status s;

	if (arm->kind_ == NULL)
		return NOBODY;
	s = try_one(c, arm);
	return is_final(s) ? win(c, (size_t)(arm - c->arms), s) : NOBODY;
}

/*
 * Each arm once, in an order that is drawn as it goes: of those that are ready, each is as
 * likely to be the first. The order lies in the waiters' ctx, which nothing else needs now.
 */
static int
try_in_drawn_order(const choice *c)
{
	int won = NOBODY;

	for (size_t i = 0; i < c->n; i++)
		*link_of(&c->arms[i]) = &c->arms[i];
	for (size_t i = 0; i < c->n && won < 0; i++) {
		void **drawn = link_of(&c->arms[i + random_below(c->n - i)]);
		weft_arm *arm = *drawn;

		*drawn = *link_of(&c->arms[i]);
		won = try_arm(c, arm);
	}
	return won;
}

static int
try_all(const choice *c)
{
	int won = NOBODY;

	if (c->how->biased) {
		for (size_t i = 0; i < c->n && won < 0; i++)
			won = try_arm(c, &c->arms[i]);
		return won;
	}
	/* When most are ready the first draw will do, and no order is needed. */
	if (c->n != 0)
		won = try_arm(c, &c->arms[random_below(c->n)]);
	return won >= 0 ? won : try_in_drawn_order(c);
}

/* A list of arms by the address of their lock: sorted by merging. */

static weft_arm *
merge(weft_arm *a, weft_arm *b)
{
	void *first = NULL, **last = &first;

	while (a != NULL && b != NULL) {
		weft_arm **least = (uintptr_t)a->kind_->address(a) <=
		        (uintptr_t)b->kind_->address(b) ? &a : &b;

		*last = *least;
		last = link_of(*least);
		*least = *last;
	}
	*last = a != NULL ? a : b;
	return first;
}

static weft_arm *
sorted(weft_arm *list)
{
	weft_arm *halves[2] = { NULL, NULL };

	if (list == NULL || *link_of(list) == NULL)
		return list;
	for (unsigned i = 0; list != NULL; i ^= 1) {
		weft_arm *next = *link_of(list);

		*link_of(list) = halves[i];
		halves[i] = list;
		list = next;
	}
	return merge(sorted(halves[0]), sorted(halves[1]));
}

/* Each lock once. */
static void
for_each_lock(weft_arm *list, void (*call)(const weft_arm_kind_ *kind, void *address))
{
	void *before = NULL;

	for (; list != NULL; list = *link_of(list)) {
		void *address = list->kind_->address(list);

		if (address != before)
			call(list->kind_, address);
		before = address;
	}
}

static void
lock_one(const weft_arm_kind_ *kind, void *address)
{
	kind->lock(address);
}

static void
unlock_one(const weft_arm_kind_ *kind, void *address)
{
	kind->unlock(address);
}

/* One of these now, or the thread waits for all of them. */
static int
hand_over_or_join(const choice *c, asleep *a)
{
	weft_waiter_ *woken = NULL;
	int won = NOBODY;

	a->hand_over = sorted(a->hand_over);
	for_each_lock(a->hand_over, lock_one);
	for (weft_arm *arm = a->hand_over; arm != NULL && won < 0; arm = *link_of(arm)) {
		weft_status s = arm->kind_->try_locked(arm, &woken);

		if (is_final(s)) {
			arm->status = s;
			won = (int)(arm - c->arms);
		}
	}
	a->handing = won < 0;
	for (weft_arm *arm = a->hand_over; arm != NULL && won < 0; arm = *link_of(arm))
		arm->kind_->join_locked(arm, &arm->waiter_);
	for_each_lock(a->hand_over, unlock_one);
	weft_waiter_wake_(woken);
	return won;
}

/* Of a thread that only wants to know: a watcher. */
static void
tell_thread(weft_waiter_ *w)
{
	weft_wait_ *wait = w->ctx;

	if (weft_wait_decide_(wait, w->arm + 1))
		weft_park_wake_(wait->node);
}

static void
prepare(const choice *c, asleep *a, size_t i)
{
	weft_waiter_ *w = &c->arms[i].waiter_;

	*w = (weft_waiter_){ .arm = (uint32_t)i };
	if (c->how->ready_only) {
		w->tell = tell_thread;
		w->ctx = &a->wait;
	} else {
		w->wait = &a->wait;
	}
}

/* False: an arm is ready now. */
static bool
join_all(const choice *c, asleep *a)
{
	for (a->joined = 0; a->joined < c->n; a->joined++) {
		weft_arm *arm = &c->arms[a->joined];

		if (arm->kind_ == NULL)
			continue;
		if (arm->kind_->due != NULL) {
			weft_time due = arm->kind_->due(arm);

			a->end = weft_time_is_before(due, a->end) ? due : a->end;
		}
		prepare(c, a, a->joined);
		if (hands_over(c, arm)) {
			*link_of(arm) = a->hand_over;
			a->hand_over = arm;
		} else if (arm->kind_->join != NULL && !arm->kind_->join(arm, &arm->waiter_)) {
			return false;
		}
	}
	return true;
}

static void
leave_all(const choice *c, asleep *a)
{
	for (size_t i = 0; i < a->joined; i++) {
		weft_arm *arm = &c->arms[i];

		if (arm->kind_ == NULL || arm->kind_->leave == NULL)
			continue;
		if (!hands_over(c, arm) || a->handing)
			arm->kind_->leave(arm, &arm->waiter_);
	}
}

/* The arm that the thread was claimed for; NOBODY: it was not, and will not be. */
static int
claimed(asleep *a, bool woken)
{
	if (!woken) {
		if (weft_wait_give_up_(&a->wait))
			return NOBODY;
		(void)!weft_park_wait_(a->wait.node, WEFT_FOREVER);
	}
	/* relaxed: the wake of the node came after it. */
	return (int)weft_load_relaxed(&a->wait.won) - 1;
}

/* An arm that has happened; NOBODY: one may be ready now, or the moment has come. */
static int
sleep_for(const choice *c)
{
	asleep a = { .end = c->deadline };
	bool woken = false;
	weft_status s;
	int arm, handed = NOBODY;

	weft_wait_begin_(&a.wait);
	if (join_all(c, &a)) {
		if (a.hand_over != NULL)
			handed = hand_over_or_join(c, &a);
		if (handed < 0)
			woken = weft_park_wait_(a.wait.node, a.end);
	}
	arm = claimed(&a, woken);
	leave_all(c, &a);
	if (arm >= 0 && hands_over(c, &c->arms[arm]))
		return win(c, (size_t)arm, (weft_status)c->arms[arm].waiter_.status);
	if (arm >= 0 && !c->how->ready_only && c->arms[arm].kind_->pass_on != NULL &&
	    c->arms[arm].waiter_.status != WEFT_CLOSED)
		c->arms[arm].kind_->pass_on(&c->arms[arm], handed < 0);
	if (handed >= 0)
		return win(c, (size_t)handed, c->arms[handed].status);
	if (arm < 0)
		return NOBODY;
	s = try_one(c, &c->arms[arm]);
	return is_final(s) ? win(c, (size_t)arm, s) : NOBODY;
}

static bool
all_off(const choice *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->arms[i].kind_ != NULL)
			return false;
	return true;
}

int
weft_select_with(weft_arm *arms, size_t n, const weft_select_options *options)
{
	choice c = { .arms = arms, .n = n, .how = options != NULL ? options : &usual };
	int won;

	if (n > INT_MAX)
		weft_misuse_("weft_select",
		    "more arms than an int can count: use a weft_select_set");
	c.deadline = c.how->deadline.ns == 0 ? WEFT_FOREVER : c.how->deadline;
	for (;;) {
		won = try_all(&c);
		if (won >= 0 || all_off(&c) || weft_time_is_past(c.deadline))
			return won;
		won = sleep_for(&c);
		if (won >= 0)
			return won;
	}
}

int
weft_select(weft_arm *arms, size_t n)
{
	return weft_select_with(arms, n, NULL);
}

int
weft_select_until(weft_arm *arms, size_t n, weft_time deadline)
{
	/* The zero moment has passed, too. */
	weft_select_options how = { .deadline = { deadline.ns == 0 ? INT64_MIN : deadline.ns } };

	return weft_select_with(arms, n, &how);
}

int
weft_try_select(weft_arm *arms, size_t n)
{
	return weft_select_until(arms, n, (weft_time){ INT64_MIN });
}
