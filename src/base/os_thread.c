/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* os_thread.c: a thread with a name, a stack, a CPU and its signals, by POSIX and os.h. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "os_thread.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "os.h"

/* Threads that may still be started, or -1; written by tests only. */
static weft_atomic_i64 allowed = { -1 };

void
weft_thread_refuse_(int64_t after)
{
	/* relaxed: a number of a test's. */
	weft_store_relaxed(&allowed, after);
}

static bool
is_refused(void)
{
	/* relaxed: a number of a test's. */
	int64_t left = weft_load_relaxed(&allowed);

	/* relaxed: as above. */
	while (left > 0 && !weft_cas_weak_relaxed(&allowed, &left, left - 1))
		;
	return left == 0;
}

/* What a thread with a name begins with; it frees it. */
struct named {
	void *(*main)(void *);
	void *arg;
	char name[16];
};

static void *
named_main(void *arg)
{
	struct named n = *(struct named *)arg;

	weft_memory_free_(NULL, arg, sizeof n, alignof(struct named));
	weft_os_thread_name(n.name);
	return n.main(n.arg);
}

/* All but what a thread raises itself, and a profiler's clock. */
static void
quiet_set(sigset_t *set)
{
	static const int loud[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP,
#ifdef SIGPROF
		SIGPROF,
#endif
	};

	sigfillset(set);
	for (size_t i = 0; i < WEFT_COUNT(loud); i++)
		sigdelset(set, loud[i]);
}

/*
 * The system's least does not count a program's thread-local variables, which stand on
 * the same stack, so a size that it refuses is doubled; a megabyte has room for any that
 * programs have.
 */
#define STACK_TRIED ((size_t)1 << 20)

static size_t
stack_least(void)
{
	long least = -1;

#ifdef _SC_THREAD_STACK_MIN
	least = sysconf(_SC_THREAD_STACK_MIN);
#endif
	return least > 16384 ? (size_t)least : 16384;
}

static size_t
whole_pages(size_t size)
{
	return (size + WEFT_PAGE - 1) & ~((size_t)WEFT_PAGE - 1);
}

static int
create_sized(pthread_t *thread, void *(*main)(void *), void *arg, const weft_thread_how_ *how)
{
	size_t size = how->stack_size;
	pthread_attr_t attr;
	int error = pthread_attr_init(&attr);

	if (error != 0)
		return error;
	if (size != 0) {
		size = size < stack_least() ? stack_least() : size;
		do {
			error = pthread_attr_setstacksize(&attr, whole_pages(size));
			if (error == 0)
				error = weft_os_thread_create(thread, &attr, how->cpu, main, arg);
			size *= 2;
		} while (error == EINVAL && size <= STACK_TRIED);
	} else {
		error = weft_os_thread_create(thread, &attr, how->cpu, main, arg);
	}
	pthread_attr_destroy(&attr);
	return error;
}

static weft_status
create(pthread_t *thread, void *(*main)(void *), void *arg, const weft_thread_how_ *how)
{
	sigset_t quiet, before;
	int error;

	/* The model has threads, and nothing that they could differ in. */
	if (WEFT_MODEL_)
		return pthread_create(thread, NULL, main, arg) == 0 ? WEFT_OK : WEFT_NO_THREADS;
	if (how->stack_size > SIZE_MAX / 2)
		return WEFT_NO_THREADS;
	/* A thread begins with the mask of its creator: it is never without. */
	if (how->quiet) {
		quiet_set(&quiet);
		pthread_sigmask(SIG_BLOCK, &quiet, &before);
	}
	error = create_sized(thread, main, arg, how);
	if (how->quiet)
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == EINVAL && how->cpu >= 0)
		return WEFT_INVALID;
	return error == 0 ? WEFT_OK : WEFT_NO_THREADS;
}

weft_status
weft_thread_start_(pthread_t *thread, void *(*main)(void *), void *arg,
    const weft_thread_how_ *how)
{
	static const weft_thread_how_ usual = { .cpu = -1 };
	struct named *n;
	weft_status status;

	if (how == NULL)
		how = &usual;
	if (is_refused())
		return WEFT_NO_THREADS;
	if (how->cpu < -1)
		return WEFT_INVALID;
	if (WEFT_MODEL_ || how->name == NULL)
		return create(thread, main, arg, how);
	n = weft_memory_alloc_(NULL, sizeof *n, alignof(struct named));
	if (n == NULL)
		return WEFT_NO_MEMORY;
	*n = (struct named){ .main = main, .arg = arg };
	strncpy(n->name, how->name, sizeof n->name - 1);
	status = create(thread, named_main, n, how);
	if (status != WEFT_OK)
		weft_memory_free_(NULL, n, sizeof *n, alignof(struct named));
	return status;
}

void
weft_thread_join_(pthread_t thread)
{
	int old;

	if (!WEFT_MODEL_)
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	pthread_join(thread, NULL);
	if (!WEFT_MODEL_)
		pthread_setcancelstate(old, &old);
}
