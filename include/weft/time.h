/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/time.h: deadlines and durations. */
#ifndef WEFT_TIME_H
#define WEFT_TIME_H

#include "base.h"
#include "detail/linked_inl.h"

WEFT_C_BEGIN_

/*
 * A weft_time is a moment on the system's monotonic clock: setting the wall clock does
 * not move it. Every call named _until takes one, and waits no longer than to it. A
 * moment that has passed means: try once, do not wait.
 *
 * It is a struct so that a duration cannot be given by mistake: recv_until(&q, &j, 5000)
 * does not compile. A duration is a plain int64_t of nanoseconds, written WEFT_MS(5).
 *
 * A deadline is computed once and carried along, so a loop of many waits still ends in
 * time:
 *
 *	weft_time end = weft_after_ms(5);
 *	while (jobs_recv_until(&q, &j, end) == WEFT_OK)
 *		work(&j);
 */
typedef struct weft_time {
	int64_t ns;
} weft_time;

#define WEFT_US(n) ((int64_t)(n) * 1000)
#define WEFT_MS(n) ((int64_t)(n) * 1000000)
#define WEFT_S(n) ((int64_t)(n) * 1000000000)

/* Now. Some 20 ns. */
WEFT_API weft_time weft_now(void);

/* A moment so many units from now. Negative: already past. Overflow: WEFT_FOREVER. */
WEFT_API weft_time weft_after_ns(int64_t ns);

static inline weft_time weft_after_us(int64_t us) { return weft_after_ns(WEFT_US(us)); }
static inline weft_time weft_after_ms(int64_t ms) { return weft_after_ns(WEFT_MS(ms)); }
static inline weft_time weft_after_s(int64_t s) { return weft_after_ns(WEFT_S(s)); }

/* The moment that never comes. */
#define WEFT_FOREVER weft_time_forever_()

static inline weft_time
weft_time_forever_(void)
{
	weft_time t = { INT64_MAX };
	return t;
}

/* The nanoseconds from `then` to `t`; negative when t is the earlier one. */
static inline int64_t
weft_time_since(weft_time t, weft_time then)
{
	return t.ns - then.ns;
}

/* Is a the earlier one? */
static inline bool
weft_time_is_before(weft_time a, weft_time b)
{
	return a.ns < b.ns;
}

/* Has it passed? */
static inline bool
weft_time_is_past(weft_time t)
{
	return t.ns != INT64_MAX && t.ns <= weft_now().ns;
}

/* Sleep to a moment; signals do not shorten it. */
WEFT_API void weft_sleep_until(weft_time t);

WEFT_C_END_
#endif
