/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* os_thread.h: how the library starts threads. Private. */
#ifndef WEFT_SRC_OS_THREAD_H
#define WEFT_SRC_OS_THREAD_H

#include <pthread.h>

#include <weft/atomic.h>

/*
 * name: the thread has it before main begins. What the system shows of it is its first
 * bytes: 15 on Linux. NULL: the name that the system gives.
 *
 * stack_size: in bytes; 0: the system's. Less than a thread can start with is raised to that.
 *
 * cpu: the thread runs on it from its first instruction on. -1: wherever this one may. A
 * system that binds no threads takes no notice.
 *
 * quiet: the signals that the process gets from outside are blocked in the thread, and go
 * to those of the program. That is for threads that the program did not ask for: its
 * handlers would run, and its tasks see EINTR, where it expects neither. What a thread
 * does to itself (a fault, an abort) and what a profiler sends are not blocked: a blocked
 * fault kills without the handler that reports it. Not quiet: the mask of the caller, as
 * pthread_create has it; for threads that run what the program told them to.
 */
typedef struct weft_thread_how_ {
	const char *name;
	size_t stack_size;
	int cpu;
	bool quiet;
} weft_thread_how_;

/*
 * A thread that is to be joined. how: NULL for the usual; not looked at after the call.
 *
 * WEFT_NO_THREADS: the system has none to give, or no stack of that size. WEFT_INVALID:
 * the CPU is not there, or the process may not run on it. WEFT_NO_MEMORY: for the name.
 */
WEFT_MUST_USE weft_status weft_thread_start_(pthread_t *thread, void *(*main)(void *), void *arg,
    const weft_thread_how_ *how);

/* pthread_join, and no point of cancellation. For a thread that has said that it ends. */
void weft_thread_join_(pthread_t thread);

/* For tests: `after` more threads are started, then each fails. -1: none fails. */
void weft_thread_refuse_(int64_t after);

#endif
