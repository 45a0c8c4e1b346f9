/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* thread.c: threads of the program begin, end and are joined; POSIX's names for that. */
#include "thread.h"

#include <pthread.h>
#include <string.h>

#include "export.h"
#include "retry.h"
#include "schedule.h"
#include "verdict.h"

/* What became of each thread, in this run. */
static struct {
	bool joined, detached;
} fates[MAX_THREADS];

static bool exited;

void (*thread_at_end)(void);

void
threads_reset(void)
{
	memset(fates, 0, sizeof fates);
	exited = false;
}

bool
thread_exited_program(void)
{
	return exited;
}

unsigned
thread_create(void *(*start)(void *), void *argument)
{
	unsigned thread;

	effect();
	thread = replay_create();
	fates[thread].joined = fates[thread].detached = false;
	fiber_start(thread, start, argument);
	return thread;
}

static void
check_handle(unsigned thread, const char *what)
{
	if (thread >= MAX_THREADS || fibers[thread].state == UNBORN)
		fail(BUG_MISUSE, "thread %u: %s of no thread", running->id, what);
	if (fates[thread].joined)
		fail(BUG_MISUSE, "thread %u: %s of thread %u, which was joined before", running->id,
		    what, thread);
	if (fates[thread].detached)
		fail(BUG_MISUSE, "thread %u: %s of thread %u, which is detached", running->id, what,
		    thread);
	if (thread == running->id)
		fail(BUG_MISUSE, "thread %u: %s of itself", running->id, what);
}

void *
thread_join(unsigned thread, const char *what)
{
	const struct op op = { .kind = JOIN, .location = (uint16_t)thread };

	effect();
	check_handle(thread, what);
	fates[thread].joined = true;
	running->doing = "joins a thread";
	replay_await_end(thread);
	replay_op(&op);
	return fibers[thread].result;
}

void
thread_detach(unsigned thread, const char *what)
{
	effect();
	if (thread != running->id)
		check_handle(thread, what);
	fates[thread].detached = true;
}

void
thread_ends(void *result)
{
	const struct op op = { .kind = END };

	if (thread_at_end != NULL)
		thread_at_end();
	running->result = result;
	effect();
	running->caller = 0;
	replay_op(&op);
	running->state = ENDED;
	schedule();
	__builtin_unreachable();
}

/*
 * Others may have done more before, so they still do it: what is stuck then is no deadlock.
 */
void
thread_exits_program(void)
{
	const struct op op = { .kind = END };

	effect();
	replay_op(&op);
	exited = true;
	running->state = ENDED;
	schedule();
	__builtin_unreachable();
}

/* POSIX. A pthread_t is the thread's number and one. */

EXPORT int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*start)(void *), void *argument);
int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
    void *argument)
{
	int state = PTHREAD_CREATE_JOINABLE;
	pthread_t handle;

	ARRIVE();
	if (!exploring)
		refuse("the program creates a thread before main");
	handle = thread_create(start, argument) + 1;
	if (attributes != NULL)
		pthread_attr_getdetachstate(attributes, &state);
	if (state == PTHREAD_CREATE_DETACHED)
		fates[handle - 1].detached = true;
	model_will_write((uintptr_t)thread, sizeof *thread);
	*thread = handle;
	return 0;
}

EXPORT int __wrap_pthread_join(pthread_t thread, void **result);
int
__wrap_pthread_join(pthread_t thread, void **result)
{
	void *value;

	ARRIVE();
	value = thread_join((unsigned)thread - 1, "pthread_join");
	if (result != NULL) {
		model_will_write((uintptr_t)result, sizeof *result);
		*result = value;
	}
	return 0;
}

EXPORT int __wrap_pthread_detach(pthread_t thread);
int
__wrap_pthread_detach(pthread_t thread)
{
	ARRIVE();
	thread_detach((unsigned)thread - 1, "pthread_detach");
	return 0;
}

EXPORT void __wrap_pthread_exit(void *result) __attribute__((noreturn));
void
__wrap_pthread_exit(void *result)
{
	ARRIVE();
	thread_ends(result);
}

EXPORT pthread_t __wrap_pthread_self(void);
pthread_t
__wrap_pthread_self(void)
{
	return exploring ? running->id + 1 : pthread_self();
}

EXPORT int __wrap_sched_yield(void);
int
__wrap_sched_yield(void)
{
	ARRIVE();
	return 0;
}
