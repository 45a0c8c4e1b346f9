/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* condition.c: conditions: waiting with a mutex, signal and broadcast. */

/*
 * A waiter joins the queue, unlocks the mutex, sleeps and locks the mutex again. One that
 * will time out or wake for no reason never joins: whoever signals meanwhile wakes another,
 * as if this one had left the queue just before.
 */
#include "condition.h"

#include <errno.h>

#include "fiber.h"
#include "held.h"
#include "mutex.h"
#include "object.h"
#include "sleepers.h"
#include "verdict.h"

static int
wait_for(pthread_cond_t *cond, pthread_mutex_t *mutex, bool has_deadline, uint64_t deadline)
{
	const struct held *held = held_find(mutex);
	enum wait_end end;
	unsigned joined = 0;

	if (held == NULL)
		fail(BUG_MISUSE, "thread %u waits with a mutex that it has not locked",
		    running->id);
	if (held->times > 1)
		fail(BUG_MISUSE, "thread %u waits with a mutex that it has locked %u times",
		    running->id, held->times);
	end = choose_wait_end(has_deadline, deadline);
	if (end == WOKEN)
		joined = sleepers_join(cond);
	mutex_unlock(mutex);
	if (end == WOKEN)
		sleepers_sleep(cond, joined);
	running->timed = false;
	mutex_lock(mutex);
	return end == TIMED_OUT ? ETIMEDOUT : 0;
}

int
condition_wait(uintptr_t caller, pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	object_used(caller, "waits for", cond);
	return wait_for(cond, mutex, false, 0);
}

int
condition_wait_until(uintptr_t caller, pthread_cond_t *cond, pthread_mutex_t *mutex,
    clockid_t clock, const struct timespec *at)
{
	uint64_t deadline;

	object_used(caller, "waits for", cond);
	if (!virtual_deadline(clock, at, &deadline))
		return EINVAL;
	return wait_for(cond, mutex, true, deadline);
}

void
condition_wake(uintptr_t caller, pthread_cond_t *cond, unsigned most)
{
	object_used(caller, most == 1 ? "signals" : "broadcasts", cond);
	sleepers_wake(cond, most);
}

void
condition_destroy(uintptr_t caller, pthread_cond_t *cond)
{
	object_used(caller, "destroys", cond);
	if (sleepers_any(cond))
		fail(BUG_MISUSE, "thread %u destroys a condition that a thread waits for",
		    running->id);
	object_destroyed(caller, "destroys", cond, sizeof *cond);
}

/* glibc keeps the clock of a condition here. */
static clockid_t
clock_of(const pthread_cond_t *cond)
{
	return (cond->__data.__wrefs & 2) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

/* Calls of the program. */

WRAPPED(int, pthread_cond_init, pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
	if (exploring)
		object_made(CALLER, "initialises", cond, sizeof *cond);
	return pthread_cond_init(cond, attributes);
}

WRAPPED(int, pthread_cond_destroy, pthread_cond_t *cond)
{
	if (!exploring)
		return pthread_cond_destroy(cond);
	condition_destroy(CALLER, cond);
	return 0;
}

WRAPPED(int, pthread_cond_wait, pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	if (!exploring)
		return pthread_cond_wait(cond, mutex);
	return condition_wait(CALLER, cond, mutex);
}

WRAPPED(int, pthread_cond_timedwait, pthread_cond_t *cond, pthread_mutex_t *mutex,
    const struct timespec *at)
{
	if (!exploring)
		return pthread_cond_timedwait(cond, mutex, at);
	return condition_wait_until(CALLER, cond, mutex, clock_of(cond), at);
}

WRAPPED(int, pthread_cond_clockwait, pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
    const struct timespec *at)
{
	if (!exploring)
		return pthread_cond_timedwait(cond, mutex, at);
	return condition_wait_until(CALLER, cond, mutex, clock, at);
}

WRAPPED(int, pthread_cond_signal, pthread_cond_t *cond)
{
	if (!exploring)
		return pthread_cond_signal(cond);
	condition_wake(CALLER, cond, 1);
	return 0;
}

WRAPPED(int, pthread_cond_broadcast, pthread_cond_t *cond)
{
	if (!exploring)
		return pthread_cond_broadcast(cond);
	condition_wake(CALLER, cond, MAX_THREADS);
	return 0;
}
