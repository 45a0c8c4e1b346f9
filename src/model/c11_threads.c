/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* c11_threads.c: <threads.h>: threads, mutexes, conditions, keys, once. */

/*
 * In glibc the types of C11 are those of POSIX under other names, so these calls only
 * translate results. thrd_yield and thrd_sleep are in virtual_time.c.
 */
#include <errno.h>
#include <threads.h>

#include "condition.h"
#include "export.h"
#include "mutex.h"
#include "object.h"
#include "once.h"
#include "thread.h"
#include "thread_keys.h"

static int
result_of(int status)
{
	switch (status) {
	case 0:
		return thrd_success;
	case EBUSY:
		return thrd_busy;
	case ETIMEDOUT:
		return thrd_timedout;
	case ENOMEM:
		return thrd_nomem;
	default:
		return thrd_error;
	}
}

/* Threads. A thrd_t is a pthread_t: the thread's number and one. */

WRAPPED(int, thrd_create, thrd_t *thread, thrd_start_t start, void *argument)
{
	thrd_t handle;

	ARRIVE();
	/* What it returns is looked at as an int only. */
	handle = thread_create((void *(*)(void *))(uintptr_t)start, argument) + 1;
	model_will_write((uintptr_t)thread, sizeof *thread);
	*thread = handle;
	return thrd_success;
}

WRAPPED(int, thrd_join, thrd_t thread, int *result)
{
	int value;

	ARRIVE();
	value = (int)(intptr_t)thread_join((unsigned)thread - 1, "thrd_join");
	if (result != NULL) {
		model_will_write((uintptr_t)result, sizeof *result);
		*result = value;
	}
	return thrd_success;
}

WRAPPED(int, thrd_detach, thrd_t thread)
{
	ARRIVE();
	thread_detach((unsigned)thread - 1, "thrd_detach");
	return thrd_success;
}

WRAPPED(thrd_t, thrd_current, void) { return exploring ? running->id + 1 : thrd_current(); }

__attribute__((noreturn)) WRAPPED(void, thrd_exit, int result)
{
	ARRIVE();
	thread_ends((void *)(intptr_t)result);
}

/* Mutexes. */

static pthread_mutex_t *
mutex_of(mtx_t *mutex)
{
	return (pthread_mutex_t *)(void *)mutex;
}

WRAPPED(int, mtx_init, mtx_t *mutex, int type)
{
	if (exploring)
		object_made(CALLER, "initialises", mutex, sizeof *mutex);
	return mtx_init(mutex, type);
}

WRAPPED(void, mtx_destroy, mtx_t *mutex)
{
	if (exploring)
		mutex_destroy(CALLER, mutex_of(mutex));
	else
		mtx_destroy(mutex);
}

WRAPPED(int, mtx_lock, mtx_t *mutex)
{
	if (!exploring)
		return mtx_lock(mutex);
	object_used(CALLER, "locks", mutex);
	return result_of(mutex_lock(mutex_of(mutex)));
}

WRAPPED_TRY(int, mtx_trylock, mtx_t *mutex)
{
	word found;

	if (!exploring)
		return mtx_trylock(mutex);
	if (object_tried(CALLER, "tries to lock", mutex, &found))
		return found == 0 ? thrd_success : thrd_busy;
	return result_of(mutex_try_lock(mutex_of(mutex)));
}

WRAPPED(int, mtx_timedlock, mtx_t *mutex, const struct timespec *at)
{
	if (!exploring)
		return mtx_timedlock(mutex, at);
	object_used(CALLER, "locks", mutex);
	return result_of(mutex_lock_until(mutex_of(mutex), CLOCK_REALTIME, at));
}

WRAPPED(int, mtx_unlock, mtx_t *mutex)
{
	if (!exploring)
		return mtx_unlock(mutex);
	object_used(CALLER, "unlocks", mutex);
	return result_of(mutex_unlock(mutex_of(mutex)));
}

/* Conditions. */

static pthread_cond_t *
cond_of(cnd_t *cond)
{
	return (pthread_cond_t *)(void *)cond;
}

WRAPPED(int, cnd_init, cnd_t *cond)
{
	if (exploring)
		object_made(CALLER, "initialises", cond, sizeof *cond);
	return cnd_init(cond);
}

WRAPPED(void, cnd_destroy, cnd_t *cond)
{
	if (exploring)
		condition_destroy(CALLER, cond_of(cond));
	else
		cnd_destroy(cond);
}

WRAPPED(int, cnd_wait, cnd_t *cond, mtx_t *mutex)
{
	if (!exploring)
		return cnd_wait(cond, mutex);
	return result_of(condition_wait(CALLER, cond_of(cond), mutex_of(mutex)));
}

WRAPPED(int, cnd_timedwait, cnd_t *cond, mtx_t *mutex, const struct timespec *at)
{
	if (!exploring)
		return cnd_timedwait(cond, mutex, at);
	return result_of(condition_wait_until(CALLER, cond_of(cond), mutex_of(mutex),
	    CLOCK_REALTIME, at));
}

WRAPPED(int, cnd_signal, cnd_t *cond)
{
	if (!exploring)
		return cnd_signal(cond);
	condition_wake(CALLER, cond_of(cond), 1);
	return thrd_success;
}

WRAPPED(int, cnd_broadcast, cnd_t *cond)
{
	if (!exploring)
		return cnd_broadcast(cond);
	condition_wake(CALLER, cond_of(cond), MAX_THREADS);
	return thrd_success;
}

/* Keys and once. */

WRAPPED(int, tss_create, tss_t *key, tss_dtor_t destructor)
{
	if (!exploring)
		return tss_create(key, destructor);
	return result_of(thread_key_create(CALLER, key, destructor));
}

WRAPPED(void, tss_delete, tss_t key)
{
	if (exploring)
		thread_key_delete(CALLER, key);
	else
		tss_delete(key);
}

WRAPPED(int, tss_set, tss_t key, void *value)
{
	if (!exploring)
		return tss_set(key, value);
	return result_of(thread_key_set(CALLER, key, value));
}

WRAPPED(void *, tss_get, tss_t key) { return exploring ? thread_key_get(key) : tss_get(key); }

WRAPPED(void, call_once, once_flag *flag, void (*function)(void))
{
	if (exploring)
		once(CALLER, flag, function);
	else
		call_once(flag, function);
}
