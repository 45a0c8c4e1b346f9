/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* futex.c: the system call futex: waiting and waking. */

/*
 * The kernel counts the waiter, has a full barrier and then looks at the word; who wakes has
 * a full barrier and then looks for waiters. So does this, with the queue of sleepers at the
 * word's address. From its count on the kernel holds the queue's lock until the waiter sleeps
 * or has left: nobody can wake it in between, and executions where somebody does are dropped.
 */
#include "futex.h"

#include <errno.h>
#include <linux/futex.h>

#include "fiber.h"
#include "object.h"
#include "shadow.h"
#include "sleepers.h"
#include "virtual_time.h"

static const uint32_t any_bits = FUTEX_BITSET_MATCH_ANY;

static void
fence(void)
{
	const struct op op = { .kind = FENCE, .order = SEQ_CST };

	replay_op(&op);
}

static uint32_t
look(const uint32_t *at)
{
	struct op op = { .kind = READ, .order = RELAXED, .size = 4 };

	atomic_access((uintptr_t)at, 4, false);
	op.location = (uint16_t)location_of((uintptr_t)at, op.size, SORT_DATA);
	return (uint32_t)replay_op(&op);
}

/* 0, EAGAIN or ETIMEDOUT */
static int
wait_while(const uint32_t *at, uint32_t value, bool has_deadline, uint64_t deadline)
{
	bool has_passed = has_deadline && deadline <= virtual_time();
	enum wait_end end = choose_wait_end(has_deadline, deadline);
	unsigned joined = end == WOKEN ? sleepers_join(at) : 0;

	fence();
	if (look(at) != value) {
		/* A wait that ends at once needs no choice of how it ends. */
		if (end != WOKEN && !has_passed)
			leave_to_another();
		if (end == WOKEN && !sleepers_leave(at))
			replay_give_up();
		running->timed = false;
		return EAGAIN;
	}
	if (end == WOKEN)
		sleepers_sleep(at, joined);
	running->timed = false;
	return end == TIMED_OUT ? ETIMEDOUT : 0;
}

/* FUTEX_WAIT has a span of time, FUTEX_WAIT_BITSET a deadline. */
static int
wait_in_time(const uint32_t *at, int command, uint32_t value, const struct timespec *time)
{
	clockid_t clock = (command & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
	uint64_t deadline = 0;
	bool is_valid = true;

	if (time != NULL && (command & FUTEX_CMD_MASK) == FUTEX_WAIT)
		is_valid = virtual_deadline_after(time, &deadline);
	else if (time != NULL)
		is_valid = virtual_deadline(clock, time, &deadline);
	return is_valid ? wait_while(at, value, time != NULL, deadline) : EINVAL;
}

static unsigned
wake(const uint32_t *at, uint32_t most)
{
	fence();
	return sleepers_wake(at, most < MAX_THREADS ? most : MAX_THREADS);
}

long
futex(const uint32_t *at, int command, uint32_t value, const struct timespec *time, uint32_t bits)
{
	int status;

	switch (command & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		break;
	case FUTEX_WAKE:
		return wake(at, value);
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAKE_BITSET:
		if (bits != any_bits)
			refuse("futex: of bit sets, FUTEX_BITSET_MATCH_ANY alone is modelled");
		if ((command & FUTEX_CMD_MASK) == FUTEX_WAKE_BITSET)
			return wake(at, value);
		break;
	default:
		refuse("futex: operation %d is not modelled (FUTEX_WAIT, _WAKE, _WAIT_BITSET and "
		       "_WAKE_BITSET are)",
		    command & FUTEX_CMD_MASK);
	}
	status = wait_in_time(at, command, value, time);
	if (status != 0)
		errno = status;
	return status == 0 ? 0 : -1;
}
