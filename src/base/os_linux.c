/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* os_linux.c: os.h on Linux: futex, membarrier, affinity, cgroups, mmap. */
#define _GNU_SOURCE
#include "os.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

bool
weft_os_wait(weft_atomic_u32 *word, uint32_t expected, int64_t deadline_ns)
{
	struct timespec end = { deadline_ns / 1000000000, deadline_ns % 1000000000 };

	/* FUTEX_WAIT_BITSET takes an absolute time of the monotonic clock. */
	return syscall(SYS_futex, &word->value_, FUTEX_WAIT_BITSET_PRIVATE, expected,
	           deadline_ns == WEFT_OS_FOREVER ? NULL : &end, NULL, FUTEX_BITSET_MATCH_ANY) == 0 ||
	    errno != ETIMEDOUT;
}

int
weft_os_wake(weft_atomic_u32 *word, int n)
{
	return (int)syscall(SYS_futex, &word->value_, FUTEX_WAKE_PRIVATE, n);
}

int64_t
weft_os_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void
weft_os_sleep_until(int64_t moment_ns)
{
	struct timespec end = { moment_ns / 1000000000, moment_ns % 1000000000 };

	if (moment_ns > 0)
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
			;
}

void
weft_os_yield(void)
{
	sched_yield();
}

uint64_t
weft_os_thread_id(void)
{
	return (uint64_t)gettid();
}

uint64_t
weft_os_entropy(void)
{
	uint64_t bits;

	if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
		bits = (uint64_t)weft_os_now_ns() ^ weft_os_thread_id() << 32;
	return bits;
}

unsigned
weft_os_cpus_allowed(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

unsigned
weft_os_cpus_possible(void)
{
	long n = sysconf(_SC_NPROCESSORS_CONF);

	return n < 1 ? 1 : (unsigned)n;
}

void *
weft_os_pages(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
weft_os_pages_free(void *p, size_t size)
{
	munmap(p, size);
}

bool
weft_os_pages_discard(void *p, size_t size)
{
	return madvise(p, size, MADV_DONTNEED) == 0;
}
