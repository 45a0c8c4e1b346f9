/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* shared_lock.c: pthread_rwlock_t. */

/*
 * In the graph it is the number of its readers, or WRITER. A reader comes in whenever
 * nobody writes, waiting writers or not: which of them is let in first is not laid down, and
 * this way all orders are seen.
 */
#include <errno.h>
#include <pthread.h>

#include "fiber.h"
#include "held.h"
#include "object.h"
#include "verdict.h"
#include "virtual_time.h"

enum { WRITER = 1 << 16 };

/* Takes it, or returns false, which it does only if it does not block. */
static bool
take_shared(const void *lock, enum block block)
{
	word found = object_op(lock,
	    (struct op){ .kind = READ,
		.order = ACQUIRE,
		.order_fail = RELAXED,
		.rmw = RMW_IF_BELOW,
		.block = (uint8_t)block,
		.a = WRITER,
		.b = 1 });

	if (found < WRITER)
		held_add(lock, HELD_SHARED);
	return found < WRITER;
}

static bool
take_alone(const void *lock, enum block block)
{
	word found = object_op(lock,
	    (struct op){ .kind = READ,
		.order = ACQUIRE,
		.order_fail = RELAXED,
		.rmw = RMW_CAS,
		.block = (uint8_t)block,
		.b = WRITER });

	if (found == 0)
		held_add(lock, HELD_ALONE);
	return found == 0;
}

/* Would the thread wait for itself? Readers may come in again. */
static bool
waits_for_itself(const void *lock, enum how how)
{
	const struct held *held = held_find(lock);

	return held != NULL && (held->how == HELD_ALONE || how == HELD_ALONE);
}

static int
lock_it(const void *lock, enum how how)
{
	if (waits_for_itself(lock, how))
		fail(BUG_DEADLOCK, "thread %u locks a rwlock for %s that it has locked already",
		    running->id, how == HELD_ALONE ? "writing" : "reading");
	if (how == HELD_ALONE)
		take_alone(lock, BLOCK_IF_FAILED);
	else
		take_shared(lock, BLOCK_IF_FAILED);
	return 0;
}

static int
try_lock(const void *lock, enum how how)
{
	if (how == HELD_ALONE)
		return take_alone(lock, NO_BLOCK) ? 0 : EBUSY;
	return take_shared(lock, NO_BLOCK) ? 0 : EBUSY;
}

static int
lock_until(const void *lock, enum how how, clockid_t clock, const struct timespec *at)
{
	uint64_t deadline;

	if (!virtual_deadline(clock, at, &deadline))
		return EINVAL;
	if (!waits_for_itself(lock, how)) {
		enum block block = block_until();
		bool taken = how == HELD_ALONE ? take_alone(lock, block) : take_shared(lock, block);

		running->timed = false;
		if (taken)
			return 0;
	}
	object_timed_out(deadline);
	return ETIMEDOUT;
}

WRAPPED(int, pthread_rwlock_init, pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes)
{
	if (exploring)
		object_made(CALLER, "initialises", lock, sizeof *lock);
	return pthread_rwlock_init(lock, attributes);
}

WRAPPED(int, pthread_rwlock_destroy, pthread_rwlock_t *lock)
{
	if (!exploring)
		return pthread_rwlock_destroy(lock);
	object_used(CALLER, "destroys", lock);
	if (held_find(lock) != NULL || object_read(lock, RELAXED) != 0)
		fail(BUG_MISUSE, "thread %u destroys a rwlock that is locked", running->id);
	object_destroyed(CALLER, "destroys", lock, sizeof *lock);
	return 0;
}

WRAPPED(int, pthread_rwlock_rdlock, pthread_rwlock_t *lock)
{
	if (!exploring)
		return pthread_rwlock_rdlock(lock);
	object_used(CALLER, "locks for reading", lock);
	return lock_it(lock, HELD_SHARED);
}

WRAPPED(int, pthread_rwlock_wrlock, pthread_rwlock_t *lock)
{
	if (!exploring)
		return pthread_rwlock_wrlock(lock);
	object_used(CALLER, "locks for writing", lock);
	return lock_it(lock, HELD_ALONE);
}

WRAPPED_TRY(int, pthread_rwlock_tryrdlock, pthread_rwlock_t *lock)
{
	word found;

	if (!exploring)
		return pthread_rwlock_tryrdlock(lock);
	if (object_tried(CALLER, "tries to lock for reading", lock, &found))
		return found < WRITER ? 0 : EBUSY;
	return try_lock(lock, HELD_SHARED);
}

WRAPPED_TRY(int, pthread_rwlock_trywrlock, pthread_rwlock_t *lock)
{
	word found;

	if (!exploring)
		return pthread_rwlock_trywrlock(lock);
	if (object_tried(CALLER, "tries to lock for writing", lock, &found))
		return found == 0 ? 0 : EBUSY;
	return try_lock(lock, HELD_ALONE);
}

WRAPPED(int, pthread_rwlock_timedrdlock, pthread_rwlock_t *lock, const struct timespec *at)
{
	if (!exploring)
		return pthread_rwlock_timedrdlock(lock, at);
	object_used(CALLER, "locks for reading", lock);
	return lock_until(lock, HELD_SHARED, CLOCK_REALTIME, at);
}

WRAPPED(int, pthread_rwlock_timedwrlock, pthread_rwlock_t *lock, const struct timespec *at)
{
	if (!exploring)
		return pthread_rwlock_timedwrlock(lock, at);
	object_used(CALLER, "locks for writing", lock);
	return lock_until(lock, HELD_ALONE, CLOCK_REALTIME, at);
}

WRAPPED(int, pthread_rwlock_unlock, pthread_rwlock_t *lock)
{
	struct held *held;
	enum how how;

	if (!exploring)
		return pthread_rwlock_unlock(lock);
	object_used(CALLER, "unlocks", lock);
	held = held_find(lock);
	if (held == NULL)
		fail(BUG_MISUSE, "thread %u unlocks a rwlock that it has not locked", running->id);
	how = held->how;
	held_drop(held);
	if (how == HELD_ALONE)
		object_write(lock, 0, RELEASE);
	else
		object_op(lock,
		    (struct op){ .kind = READ,
			.order = RELEASE,
			.order_fail = RELAXED,
			.rmw = RMW_SUB,
			.a = 1 });
	return 0;
}
