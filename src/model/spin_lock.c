/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* spin_lock.c: pthread_spinlock_t. */

/* Who spins is as if asleep, until the lock is free: nothing else could come of it. */
#include <errno.h>
#include <pthread.h>

#include "fiber.h"
#include "held.h"
#include "object.h"
#include "verdict.h"

/* The type is a volatile int. */
static void *
object_of(pthread_spinlock_t *lock)
{
	return (void *)(uintptr_t)lock;
}

static int
take(pthread_spinlock_t *lock, enum block block)
{
	const void *object = object_of(lock);
	word found = object_op(object,
	    (struct op){ .kind = READ,
		.order = ACQUIRE,
		.order_fail = RELAXED,
		.rmw = RMW_CAS,
		.block = (uint8_t)block,
		.b = running->id + 1 });

	if (found == 0)
		held_add(object, HELD_ALONE);
	return found == 0 ? 0 : EBUSY;
}

WRAPPED(int, pthread_spin_init, pthread_spinlock_t *lock, int shared)
{
	if (exploring)
		object_made(CALLER, "initialises", object_of(lock), sizeof *lock);
	return pthread_spin_init(lock, shared);
}

WRAPPED(int, pthread_spin_destroy, pthread_spinlock_t *lock)
{
	void *object = object_of(lock);

	if (!exploring)
		return pthread_spin_destroy(lock);
	object_used(CALLER, "destroys", object);
	if (held_find(object) != NULL || object_read(object, RELAXED) != 0)
		fail(BUG_MISUSE, "thread %u destroys a spin lock that is locked", running->id);
	object_destroyed(CALLER, "destroys", object, sizeof *lock);
	return 0;
}

WRAPPED(int, pthread_spin_lock, pthread_spinlock_t *lock)
{
	if (!exploring)
		return pthread_spin_lock(lock);
	object_used(CALLER, "locks", object_of(lock));
	if (held_find(object_of(lock)) != NULL)
		fail(BUG_DEADLOCK, "thread %u locks a spin lock that it has locked already",
		    running->id);
	return take(lock, BLOCK_IF_FAILED);
}

WRAPPED_TRY(int, pthread_spin_trylock, pthread_spinlock_t *lock)
{
	word found;

	if (!exploring)
		return pthread_spin_trylock(lock);
	if (object_tried(CALLER, "tries to lock", object_of(lock), &found))
		return found == 0 ? 0 : EBUSY;
	return take(lock, NO_BLOCK);
}

WRAPPED(int, pthread_spin_unlock, pthread_spinlock_t *lock)
{
	struct held *held;

	if (!exploring)
		return pthread_spin_unlock(lock);
	object_used(CALLER, "unlocks", object_of(lock));
	held = held_find(object_of(lock));
	if (held == NULL)
		fail(BUG_MISUSE, "thread %u unlocks a spin lock that it has not locked",
		    running->id);
	held_drop(held);
	object_write(object_of(lock), 0, RELEASE);
	return 0;
}
