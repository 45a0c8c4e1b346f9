/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* timer.c: timers: moments to wait for, alone or as an arm. */
#include "waiter.h"

weft_timer
weft_timer_at(weft_time t)
{
	return (weft_timer){ .next = t };
}

weft_timer
weft_timer_after(int64_t ns)
{
	return weft_timer_at(weft_after_ns(ns));
}

weft_timer
weft_timer_tick(int64_t ns)
{
	if (ns < 1)
		weft_misuse_("weft_timer_tick", "a period below 1 ns");
	return (weft_timer){ .next = weft_after_ns(ns), .period = ns };
}

weft_timer
weft_timer_never(void)
{
	return weft_timer_at(WEFT_FOREVER);
}

/* A timer that has fired for the last time: a moment that no clock tells. */
#define SPENT INT64_MIN

static bool
is_spent(const weft_timer *t)
{
	return t->next.ns == SPENT;
}

/* The first of the moments after now; none that 64 bits can tell: it never comes. */
static weft_time
next_after(const weft_timer *t, weft_time now)
{
	int64_t skipped = (now.ns - t->next.ns) / t->period + 1, ns;

	if (__builtin_mul_overflow(skipped, t->period, &ns) ||
	    __builtin_add_overflow(t->next.ns, ns, &ns))
		return WEFT_FOREVER;
	return (weft_time){ ns };
}

weft_status
weft_timer_try_recv(weft_timer *t, weft_time *when)
{
	weft_time now;

	if (is_spent(t))
		return WEFT_CLOSED;
	now = weft_now();
	if (t->next.ns == INT64_MAX || weft_time_is_before(now, t->next))
		return WEFT_EMPTY;
	if (when != NULL)
		*when = t->next;
	t->next = t->period == 0 ? (weft_time){ SPENT } : next_after(t, now);
	return WEFT_OK;
}

weft_status
weft_timer_recv(weft_timer *t, weft_time *when)
{
	weft_status s;

	while ((s = weft_timer_try_recv(t, when)) == WEFT_EMPTY)
		weft_sleep_until(t->next);
	return s;
}

/* As an arm. */

static weft_status
try_now(weft_arm *arm)
{
	return weft_timer_try_recv(arm->object_, arm->value_);
}

static bool
is_ready(const weft_arm *arm)
{
	weft_timer *t = arm->object_;

	return is_spent(t) || weft_time_is_past(t->next);
}

static bool
has_ended(const weft_arm *arm)
{
	return is_spent(arm->object_);
}

static weft_time
due(const weft_arm *arm)
{
	return ((weft_timer *)arm->object_)->next;
}

static const weft_arm_kind_ timer_kind = {
	.try_now = try_now,
	.is_ready = is_ready,
	.has_ended = has_ended,
	.due = due,
	.is_spent = has_ended,
};

weft_arm
weft_timer_arm(weft_timer *t, weft_time *when)
{
	return (weft_arm){ .kind_ = &timer_kind, .object_ = t, .value_ = when };
}
