/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* semaphore.c: sem_t without a name. */
#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <string.h>

#include "export.h"
#include "fiber.h"
#include "object.h"
#include "retry.h"
#include "verdict.h"
#include "virtual_time.h"

/* Takes one, or returns false, which it does only if it does not block. */
static bool
take_one(const void *sem, enum block block)
{
	word found = object_op(sem, (struct op){ .kind = READ, .order = ACQUIRE,
	    .order_fail = RELAXED, .rmw = RMW_IF_ABOVE, .block = (uint8_t)block,
	    .b = ~(word)0 });

	if (found != 0)
		effect();
	return found != 0;
}

static int
result(int error)
{
	if (error != 0)
		errno = error;
	return error == 0 ? 0 : -1;
}

static int
take_until(const void *sem, clockid_t clock, const struct timespec *at)
{
	uint64_t deadline;
	bool is_valid = virtual_deadline(clock, at, &deadline), taken;

	taken = take_one(sem, is_valid ? block_until() : NO_BLOCK);
	running->timed = false;
	if (taken)
		return 0;
	if (!is_valid)
		return EINVAL;
	object_timed_out(deadline);
	return ETIMEDOUT;
}

WRAPPED(int, sem_init, sem_t *sem, int shared, unsigned value)
{
	if (!exploring)
		return sem_init(sem, shared, value);
	if (value > SEM_VALUE_MAX)
		return result(EINVAL);
	object_made(CALLER, "initialises", sem, sizeof *sem);
	memset(sem, 0, sizeof *sem);
	if (value != 0)
		object_write(sem, value, RELAXED);
	return 0;
}

WRAPPED(int, sem_destroy, sem_t *sem)
{
	if (!exploring)
		return sem_destroy(sem);
	object_used(CALLER, "destroys", sem);
	object_destroyed(CALLER, "destroys", sem, sizeof *sem);
	return 0;
}

WRAPPED(int, sem_wait, sem_t *sem)
{
	if (!exploring)
		return sem_wait(sem);
	object_used(CALLER, "waits for", sem);
	take_one(sem, BLOCK_IF_FAILED);
	return 0;
}

WRAPPED_TRY(int, sem_trywait, sem_t *sem)
{
	word found;

	if (!exploring)
		return sem_trywait(sem);
	if (object_tried(CALLER, "tries to take", sem, &found))
		return result(found != 0 ? 0 : EAGAIN);
	return result(take_one(sem, NO_BLOCK) ? 0 : EAGAIN);
}

WRAPPED(int, sem_timedwait, sem_t *sem, const struct timespec *at)
{
	if (!exploring)
		return sem_timedwait(sem, at);
	object_used(CALLER, "waits for", sem);
	return result(take_until(sem, CLOCK_REALTIME, at));
}

WRAPPED(int, sem_clockwait, sem_t *sem, clockid_t clock, const struct timespec *at)
{
	if (!exploring)
		return sem_timedwait(sem, at);
	object_used(CALLER, "waits for", sem);
	return result(take_until(sem, clock, at));
}

WRAPPED(int, sem_post, sem_t *sem)
{
	if (!exploring)
		return sem_post(sem);
	object_used(CALLER, "posts", sem);
	object_op(sem, (struct op){ .kind = READ, .order = RELEASE, .rmw = RMW_ADD, .a = 1 });
	return 0;
}

WRAPPED(int, sem_getvalue, sem_t *sem, int *value)
{
	word found;

	if (!exploring)
		return sem_getvalue(sem, value);
	object_used(CALLER, "looks at", sem);
	found = object_read(sem, RELAXED);
	model_will_write((uintptr_t)value, sizeof *value);
	*value = (int)found;
	return 0;
}
