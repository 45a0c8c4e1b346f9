/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* virtual_time.c: clocks of the program under test, and what sleeps by them. */
#include "virtual_time.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "export.h"
#include "fiber.h"
#include "object.h"
#include "retry.h"
#include "verdict.h"

enum { SECOND = 1000 * 1000 * 1000 };

/* When the program begins, by each clock: some day of 2026, and an hour after boot. */
static const uint64_t real_start = 1767225600, other_start = 3600;

/*
 * Each thread's jumps in this run: after so many of its events, it was that late. Others
 * look up here what they know of it.
 */
static struct jumps {
	uint32_t run;
	unsigned n, room;
	struct jump {
		unsigned events;
		uint64_t now;
	} * list;
	uint64_t step; /* of the next look at the clock */
} jumps[MAX_THREADS];

static struct jumps *
jumps_of(unsigned thread)
{
	struct jumps *j = &jumps[thread];

	if (j->run != run_number) {
		j->run = run_number;
		j->n = 0;
		j->step = 1000;
	}
	return j;
}

/* What the running thread knows of the time of another. */
static uint64_t
known_time_of(unsigned thread)
{
	const struct jumps *j = jumps_of(thread);
	unsigned known = (*running->hb)[thread];

	for (unsigned i = j->n; i-- > 0;)
		if (j->list[i].events < known)
			return j->list[i].now;
	return 0;
}

uint64_t
virtual_time(void)
{
	for (unsigned t = 0; t < MAX_THREADS; t++)
		if (t != running->id && (*running->hb)[t] != 0)
			virtual_time_jump(known_time_of(t));
	return running->now;
}

void
virtual_time_jump(uint64_t until)
{
	struct jumps *j = jumps_of(running->id);

	if (until <= running->now)
		return;
	running->now = until;
	if (j->n == j->room) {
		j->room = j->room == 0 ? 16 : 2 * j->room;
		j->list = realloc(j->list, j->room * sizeof *j->list);
		if (j->list == NULL)
			refuse("no memory for the clock");
	}
	j->list[j->n++] = (struct jump){ running->done, until };
}

static uint64_t
start_of(clockid_t clock)
{
	if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
		return real_start;
	return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID ? 0
										     : other_start;
}

static bool
is_time(const struct timespec *at)
{
	return at->tv_nsec >= 0 && at->tv_nsec < SECOND;
}

/* Further than this nothing is told apart. */
static uint64_t
nanoseconds(int64_t seconds, long rest)
{
	const int64_t most = (int64_t)1 << 32;

	if (seconds < 0)
		return 0;
	return (uint64_t)(seconds < most ? seconds : most) * SECOND + (uint64_t)rest;
}

bool
virtual_deadline(clockid_t clock, const struct timespec *at, uint64_t *deadline)
{
	*deadline = nanoseconds(at->tv_sec - (int64_t)start_of(clock), at->tv_nsec);
	return is_time(at);
}

bool
virtual_deadline_after(const struct timespec *span, uint64_t *deadline)
{
	*deadline = virtual_time() + nanoseconds(span->tv_sec, span->tv_nsec);
	return is_time(span) && span->tv_sec >= 0;
}

/* Calls of the program. */

/*
 * Looking at the clock takes time, and the more so the more often it is done: whoever looks
 * again and again until a deadline comes to it soon.
 */
static uint64_t
look(uintptr_t caller)
{
	struct jumps *j;

	call_begins(caller, "looks at the clock", NULL);
	j = jumps_of(running->id);
	virtual_time_jump(virtual_time() + j->step);
	if (j->step < SECOND)
		j->step *= 2;
	return running->now;
}

static struct timespec
as_timespec(clockid_t clock, uint64_t now)
{
	return (struct timespec){ (time_t)(start_of(clock) + now / SECOND), (long)(now % SECOND) };
}

WRAPPED(int, clock_gettime, clockid_t clock, struct timespec *at)
{
	struct timespec now;

	if (!exploring)
		return clock_gettime(clock, at);
	now = as_timespec(clock, look(CALLER));
	model_will_write((uintptr_t)at, sizeof *at);
	*at = now;
	return 0;
}

WRAPPED(int, timespec_get, struct timespec *at, int base)
{
	struct timespec now;

	if (!exploring)
		return timespec_get(at, base);
	now = as_timespec(CLOCK_REALTIME, look(CALLER));
	model_will_write((uintptr_t)at, sizeof *at);
	*at = now;
	return base;
}

WRAPPED(int, gettimeofday, struct timeval *at, void *zone)
{
	struct timespec now;

	if (!exploring)
		return gettimeofday(at, zone);
	now = as_timespec(CLOCK_REALTIME, look(CALLER));
	model_will_write((uintptr_t)at, sizeof *at);
	*at = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

WRAPPED(time_t, time, time_t *at)
{
	time_t now;

	if (!exploring)
		return time(at);
	now = as_timespec(CLOCK_REALTIME, look(CALLER)).tv_sec;
	if (at != NULL) {
		model_will_write((uintptr_t)at, sizeof *at);
		*at = now;
	}
	return now;
}

WRAPPED(clock_t, clock, void)
{
	if (!exploring)
		return clock();
	return (clock_t)(look(CALLER) / (SECOND / CLOCKS_PER_SEC));
}

/*
 * Sleeping is no effect: a loop that waits for another thread may sleep in each round. In a
 * trial of such a round (retry.h) no time goes by.
 */
static int
sleep_until(uint64_t deadline, bool is_valid)
{
	if (!is_valid)
		return EINVAL;
	if (!retry_is_trial())
		virtual_time_jump(deadline);
	return 0;
}

static int
sleep_for(const struct timespec *span)
{
	uint64_t deadline;
	bool is_valid;

	if (retry_is_trial())
		return 0;
	is_valid = virtual_deadline_after(span, &deadline);
	return sleep_until(deadline, is_valid);
}

WRAPPED(int, clock_nanosleep, clockid_t clock, int flags, const struct timespec *at,
    struct timespec *left)
{
	uint64_t deadline;
	bool is_valid;

	if (!exploring)
		return clock_nanosleep(clock, flags, at, left);
	if ((flags & TIMER_ABSTIME) == 0)
		return sleep_for(at);
	is_valid = virtual_deadline(clock, at, &deadline);
	return sleep_until(deadline, is_valid);
}

WRAPPED(int, nanosleep, const struct timespec *span, struct timespec *left)
{
	if (!exploring)
		return nanosleep(span, left);
	errno = sleep_for(span);
	return errno == 0 ? 0 : -1;
}

WRAPPED(int, thrd_sleep, const struct timespec *span, struct timespec *left)
{
	if (!exploring)
		return nanosleep(span, left);
	return sleep_for(span) == 0 ? 0 : -2;
}

WRAPPED(int, usleep, useconds_t microseconds)
{
	const struct timespec span = { microseconds / 1000000, microseconds % 1000000 * 1000 };

	if (!exploring)
		return usleep(microseconds);
	return sleep_for(&span);
}

WRAPPED(unsigned, sleep, unsigned seconds)
{
	const struct timespec span = { seconds, 0 };

	if (!exploring)
		return sleep(seconds);
	sleep_for(&span);
	return 0;
}

/* Who is next is the search's to say. */

WRAPPED(int, pthread_yield, void) { return exploring ? 0 : sched_yield(); }

WRAPPED(void, thrd_yield, void)
{
	if (!exploring)
		sched_yield();
}
