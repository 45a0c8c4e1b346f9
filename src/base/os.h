/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* os.h: all that the library asks of the system. One file a system implements it. Private. */
#ifndef WEFT_SRC_OS_H
#define WEFT_SRC_OS_H

#include <pthread.h>

#include <weft/atomic.h>

#define WEFT_OS_FOREVER INT64_MAX

/*
 * Sleep while *word == expected, to a moment of the monotonic clock in nanoseconds. False:
 * the deadline came first, and no wake was spent on this thread. True for all else: woken,
 * changed before, a signal, nothing at all: the caller looks again. A wake orders nothing;
 * the word must be read with an order of its own.
 */
bool weft_os_wait(weft_atomic_u32 *word, uint32_t expected, int64_t deadline_ns);
/*
 * Wake at most n of those that sleep on word, the longest asleep first; how many there
 * were, where the system says. Only the address counts: what is there may be gone.
 */
int weft_os_wake(weft_atomic_u32 *word, int n);

int64_t weft_os_now_ns(void);
/* Of the processor's own counter, where it has one that is cheap and even; else nanoseconds. */
uint64_t weft_os_ticks(void);
/* Signals do not shorten it. */
void weft_os_sleep_until(int64_t moment_ns);
void weft_os_yield(void);
/* Differs between threads that live at the same time; never 0. */
uint64_t weft_os_thread_id(void);
uint64_t weft_os_process_id(void);
/* This thread's name is what fits of it, where the system has names. */
void weft_os_thread_name(const char *name);
/*
 * pthread_create, and the thread is on `cpu` from its first instruction on, -1 for any. The
 * error number; EINVAL, too, when it may not run there.
 */
int weft_os_thread_create(pthread_t *thread, pthread_attr_t *attr, int cpu, void *(*main)(void *),
    void *arg);
/* Bits that no one guesses easily; for seeds, not for secrets. */
uint64_t weft_os_entropy(void);

/*
 * CPUs that the process may run on (affinity): those of its first thread and of this one,
 * since a program may pin each of its threads. At least 1.
 */
unsigned weft_os_cpus_allowed(void);
/* The number of the i-th of them, from the first again past the last; -1: nobody knows. */
int weft_os_cpu_nth(unsigned i);
/* The one that this thread is on, or was a moment ago; -1: nobody knows. */
int weft_os_cpu_here(void);
/* CPUs that there are or may be, with those plugged in later; all numbers are below. At least 1. */
unsigned weft_os_cpus_possible(void);
/* Does the C library register threads for restartable sequences? Set before main. */
bool weft_os_has_rseq(void);
/*
 * CPUs' worth of time that the cgroup (v1 or v2) and those above it grant, rounded up; 0: no
 * limit. root: "" or, in tests, a folder of fake files.
 */
unsigned weft_os_cpus_quota(const char *root);
/*
 * Cores among the CPUs that the process may run on: a core may run two threads at once, as two
 * CPUs. Where the system does not say, each CPU is a core. root: as above.
 */
unsigned weft_os_cores(const char *root);
/* Affinity and quota: how many threads may run at once; at least 1. Asked of the system once. */
unsigned weft_os_cpus(void);
/* For tests: weft_os_cpus says n from now on; 0: ask the system again. */
void weft_os_cpus_pretend(unsigned n);

/*
 * The heavy half of the asymmetric barrier (weft/detail/asym_inl.h has both): every thread
 * of the process passes a full barrier before it returns. False, always, where the system
 * has none (or a test forbids it).
 */
bool weft_os_membarrier(void);
/* Is there one? Asked once; the answer never changes within a process, but in tests. */
bool weft_os_has_membarrier(void);
/* For tests: there is none; false: ask the system again. */
void weft_os_membarrier_forbid(bool forbid);

#ifdef CPU_ALLOC_SIZE
/* Linux, for tests: weft_os_cpus_allowed of a system whose sched_getaffinity is `get`. */
unsigned weft_os_cpus_counted(int (*get)(pid_t, size_t, cpu_set_t *));
#endif

/*
 * What makes a descriptor poll readable: [0] does, from set to clear; the other end, where
 * there is one, is [1]. open: false: the system gives none. set and clear wait for nobody; set
 * may be called in a signal handler.
 */
bool weft_os_readable_open(int fds[2]);
void weft_os_readable_set(const int fds[2]);
void weft_os_readable_clear(const int fds[2]);
void weft_os_readable_close(const int fds[2]);

/* Zeroed pages; NULL: none. Give them back whole. */
void *weft_os_pages(size_t size);
void weft_os_pages_free(void *p, size_t size);
/* They read as zeroes again, and cost nothing. False: refused (mlock), nothing changed. */
bool weft_os_pages_discard(void *p, size_t size);

#endif
