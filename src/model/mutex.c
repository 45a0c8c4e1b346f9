/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mutex.c: plain, recursive and errorcheck mutexes. */

/*
 * In the graph a mutex is 0, or one more than the number of the thread that has it. Taking
 * it is an RMW that blocks until it finds 0; giving it back is a write. Whether a thread has
 * it already follows from its own past, and costs no event.
 */
#include "mutex.h"

#include <errno.h>

#include "fiber.h"
#include "held.h"
#include "object.h"
#include "verdict.h"

/* glibc keeps a mutex's type here, static initialisers included. */
enum { TYPE = 3, ROBUST = 16 };

static int
type_of(const pthread_mutex_t *mutex)
{
	int kind = mutex->__data.__kind;

	if ((kind & ROBUST) != 0)
		refuse("robust mutexes are not modelled");
	return kind & TYPE;
}

/* Takes it, or returns false, which it does only if it does not block. */
static bool
take(pthread_mutex_t *mutex, enum block block)
{
	word found = object_op(mutex,
	    (struct op){ .kind = READ,
		.order = ACQUIRE,
		.order_fail = RELAXED,
		.rmw = RMW_CAS,
		.block = (uint8_t)block,
		.b = running->id + 1 });

	if (found == 0)
		held_add(mutex, HELD_ALONE);
	return found == 0;
}

int
mutex_lock(pthread_mutex_t *mutex)
{
	int type = type_of(mutex);

	if (held_find(mutex) == NULL) {
		take(mutex, BLOCK_IF_FAILED);
		return 0;
	}
	if (type == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	if (type != PTHREAD_MUTEX_RECURSIVE)
		fail(BUG_DEADLOCK, "thread %u locks a mutex that it has locked already",
		    running->id);
	held_add(mutex, HELD_ALONE);
	return 0;
}

int
mutex_try_lock(pthread_mutex_t *mutex)
{
	int type = type_of(mutex);

	/* One's own lock is an operation, too: there may be a loop around this. */
	if (held_find(mutex) == NULL || type != PTHREAD_MUTEX_RECURSIVE)
		return take(mutex, NO_BLOCK) ? 0 : EBUSY;
	held_add(mutex, HELD_ALONE);
	return 0;
}

/* What a failed try reads is what a time-out would have found at its end. */
int
mutex_lock_until(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *at)
{
	uint64_t deadline;
	int status;

	if (!virtual_deadline(clock, at, &deadline))
		return EINVAL;
	if (held_find(mutex) != NULL && type_of(mutex) == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	if (held_find(mutex) != NULL) {
		status = mutex_try_lock(mutex);
	} else {
		status = take(mutex, block_until()) ? 0 : EBUSY;
		running->timed = false;
	}
	if (status == 0)
		return 0;
	object_timed_out(deadline);
	return ETIMEDOUT;
}

int
mutex_unlock(pthread_mutex_t *mutex)
{
	int type = type_of(mutex);
	struct held *held = held_find(mutex);

	if (held == NULL && type != PTHREAD_MUTEX_ERRORCHECK && type != PTHREAD_MUTEX_RECURSIVE)
		fail(BUG_MISUSE, "thread %u unlocks a mutex that it has not locked", running->id);
	if (held == NULL)
		return EPERM;
	if (held_drop(held) == 0)
		object_write(mutex, 0, RELEASE);
	return 0;
}

void
mutex_destroy(uintptr_t caller, pthread_mutex_t *mutex)
{
	object_used(caller, "destroys", mutex);
	if (held_find(mutex) != NULL || object_read(mutex, RELAXED) != 0)
		fail(BUG_MISUSE, "thread %u destroys a mutex that is locked", running->id);
	object_destroyed(caller, "destroys", mutex, sizeof *mutex);
}

/* Calls of the program. */

WRAPPED(int, pthread_mutex_init, pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	if (exploring)
		object_made(CALLER, "initialises", mutex, sizeof *mutex);
	return pthread_mutex_init(mutex, attributes);
}

WRAPPED(int, pthread_mutex_destroy, pthread_mutex_t *mutex)
{
	if (!exploring)
		return pthread_mutex_destroy(mutex);
	mutex_destroy(CALLER, mutex);
	return 0;
}

WRAPPED(int, pthread_mutex_lock, pthread_mutex_t *mutex)
{
	if (!exploring)
		return pthread_mutex_lock(mutex);
	object_used(CALLER, "locks", mutex);
	return mutex_lock(mutex);
}

WRAPPED_TRY(int, pthread_mutex_trylock, pthread_mutex_t *mutex)
{
	word found;

	if (!exploring)
		return pthread_mutex_trylock(mutex);
	if (object_tried(CALLER, "tries to lock", mutex, &found))
		return found == 0 ? 0 : EBUSY;
	return mutex_try_lock(mutex);
}

WRAPPED(int, pthread_mutex_timedlock, pthread_mutex_t *mutex, const struct timespec *at)
{
	if (!exploring)
		return pthread_mutex_timedlock(mutex, at);
	object_used(CALLER, "locks", mutex);
	return mutex_lock_until(mutex, CLOCK_REALTIME, at);
}

WRAPPED(int, pthread_mutex_clocklock, pthread_mutex_t *mutex, clockid_t clock,
    const struct timespec *at)
{
	if (!exploring)
		return pthread_mutex_timedlock(mutex, at);
	object_used(CALLER, "locks", mutex);
	return mutex_lock_until(mutex, clock, at);
}

WRAPPED(int, pthread_mutex_unlock, pthread_mutex_t *mutex)
{
	if (!exploring)
		return pthread_mutex_unlock(mutex);
	object_used(CALLER, "unlocks", mutex);
	return mutex_unlock(mutex);
}
