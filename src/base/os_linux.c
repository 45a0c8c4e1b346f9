/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* os_linux.c: os.h on Linux: futex, membarrier, affinity, cgroups, mmap. */
#define _GNU_SOURCE
#include <sched.h>

#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Where time_t is wider than long, the plain call would read half of a time. */
#if defined(SYS_futex_time64) && __SIZEOF_LONG__ == 4
#define FUTEX (sizeof(time_t) > sizeof(long) ? SYS_futex_time64 : SYS_futex)
#else
#define FUTEX SYS_futex
#endif

bool
weft_os_wait(weft_atomic_u32 *word, uint32_t expected, int64_t deadline_ns)
{
	/* A time below 0 is none to the kernel; long past is as good. */
	int64_t ns = deadline_ns < 0 ? 0 : deadline_ns;
	struct timespec end = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

	/* FUTEX_WAIT_BITSET takes an absolute time of the monotonic clock. */
	return syscall(FUTEX, &word->value_, FUTEX_WAIT_BITSET_PRIVATE, expected,
	           deadline_ns == WEFT_OS_FOREVER ? NULL : &end, NULL,
	           FUTEX_BITSET_MATCH_ANY) == 0 ||
	    errno != ETIMEDOUT;
}

int
weft_os_wake(weft_atomic_u32 *word, int n)
{
	/* -1 when the memory is gone: then nobody sleeps on it. */
	long woken = syscall(FUTEX, &word->value_, FUTEX_WAKE_PRIVATE, n);

	return woken < 0 ? 0 : (int)woken;
}

int64_t
weft_os_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

uint64_t
weft_os_ticks(void)
{
#ifdef __x86_64__
	return __builtin_ia32_rdtsc();
#else
	return (uint64_t)weft_os_now_ns();
#endif
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
weft_os_process_id(void)
{
	return WEFT_MODEL_ ? 1 : (uint64_t)getpid();
}

void
weft_os_thread_name(const char *name)
{
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* The kernel refuses a set that is smaller than its own; this is far more than any. */
#define CPUS_AT_MOST (1u << 20)

/*
 * A thread that is bound from its start. A new one may run where its creator may, so where
 * the C library has no attribute for it (musl) the creator goes there for the moment.
 */
static int
create_on(pthread_t *thread, pthread_attr_t *attr, const cpu_set_t *set, size_t size,
    void *(*main)(void *), void *arg)
{
#ifdef __GLIBC__
	int error = pthread_attr_setaffinity_np(attr, size, set);

	return error != 0 ? error : pthread_create(thread, attr, main, arg);
#else
	cpu_set_t *before = weft_os_pages(CPUS_AT_MOST / 8);
	int error;

	if (before == NULL)
		return EAGAIN;
	if (sched_getaffinity(0, CPUS_AT_MOST / 8, before) < 0 ||
	    sched_setaffinity(0, size, set) != 0) {
		error = EINVAL;
	} else {
		error = pthread_create(thread, attr, main, arg);
		sched_setaffinity(0, CPUS_AT_MOST / 8, before);
	}
	weft_os_pages_free(before, CPUS_AT_MOST / 8);
	return error;
#endif
}

int
weft_os_thread_create(pthread_t *thread, pthread_attr_t *attr, int cpu, void *(*main)(void *),
    void *arg)
{
	size_t size;
	cpu_set_t *set;
	int error;

	if (cpu < 0)
		return pthread_create(thread, attr, main, arg);
	if ((unsigned)cpu >= CPUS_AT_MOST)
		return EINVAL;
	size = CPU_ALLOC_SIZE((unsigned)cpu + 1);
	set = weft_os_pages(size);
	if (set == NULL)
		return EAGAIN;
	CPU_SET_S((unsigned)cpu, size, set);
	error = create_on(thread, attr, set, size, main, arg);
	weft_os_pages_free(set, size);
	return error;
}

uint64_t
weft_os_entropy(void)
{
	uint64_t bits;

	if (WEFT_MODEL_)
		return 1;
	if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
		bits = (uint64_t)weft_os_now_ns() ^ weft_os_thread_id() << 32;
	return bits;
}

/* 0: a set of so many is too small. */
static unsigned
count_cpus(unsigned cpus, int (*get)(pid_t, size_t, cpu_set_t *))
{
	size_t size = CPU_ALLOC_SIZE(cpus);
	cpu_set_t *own = weft_os_pages(2 * size), *first;
	unsigned n = 0;

	if (own == NULL)
		return 1;
	first = (cpu_set_t *)((char *)own + size);
	if (get(0, size, own) == 0) {
		if (get(getpid(), size, first) == 0)
			CPU_OR_S(size, own, own, first);
		n = (unsigned)CPU_COUNT_S(size, own);
	}
	weft_os_pages_free(own, 2 * size);
	return n;
}

unsigned
weft_os_cpus_counted(int (*get)(pid_t, size_t, cpu_set_t *))
{
	for (unsigned cpus = CPU_SETSIZE; cpus <= CPUS_AT_MOST; cpus *= 4) {
		unsigned n = count_cpus(cpus, get);

		if (n != 0)
			return n;
	}
	return 1;
}

unsigned
weft_os_cpus_allowed(void)
{
	return weft_os_cpus_counted(sched_getaffinity);
}

int
weft_os_cpu_nth(unsigned i)
{
	cpu_set_t own, first;
	int n;

	/* A system with more CPUs than the plain set holds does not say. */
	if (sched_getaffinity(0, sizeof own, &own) != 0 ||
	    sched_getaffinity(getpid(), sizeof first, &first) != 0)
		return -1;
	CPU_OR(&own, &own, &first);
	n = CPU_COUNT(&own);
	if (n == 0)
		return -1;
	i %= (unsigned)n;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &own) && i-- == 0)
			return cpu;
	return -1;
}

int
weft_os_cpu_here(void)
{
	return WEFT_MODEL_ ? -1 : sched_getcpu();
}

unsigned
weft_os_cpus_possible(void)
{
	long n = WEFT_MODEL_ ? 2 : sysconf(_SC_NPROCESSORS_CONF);

	return n < 1 ? 1 : (unsigned)n;
}

/* The text of a small file, cut to size; false: it is not there. */
static bool
read_text(char *text, size_t size, const char *path)
{
	size_t len = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	while (len < size - 1 && (got = read(fd, text + len, size - 1 - len)) != 0) {
		if (got > 0)
			len += (size_t)got;
		else if (errno != EINTR)
			break;
	}
	close(fd);
	text[len] = '\0';
	return true;
}

/* The first CPU of the core that `cpu` is of; itself, when the system does not say. */
static int
core_of(const char *root, int cpu)
{
	/* The second is what kernels before 5.4 call it. */
	static const char *const name[] = { "core_cpus_list", "thread_siblings_list" };

	for (size_t i = 0; i < WEFT_COUNT(name); i++) {
		char path[PATH_MAX], text[32];

		snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d/topology/%s", root,
		    cpu, name[i]);
		if (read_text(text, sizeof text, path) && text[0] >= '0' && text[0] <= '9')
			return (int)strtol(text, NULL, 10);
	}
	return cpu;
}

unsigned
weft_os_cores(const char *root)
{
	unsigned n = weft_os_cpus_allowed(), cores = 0;
	cpu_set_t seen;

	CPU_ZERO(&seen);
	for (unsigned i = 0; i < n; i++) {
		int cpu = weft_os_cpu_nth(i);
		int core = cpu < 0 ? -1 : core_of(root, cpu);

		/* What the set does not hold counts as a core. */
		if (core >= 0 && core < CPU_SETSIZE) {
			if (CPU_ISSET(core, &seen))
				continue;
			CPU_SET(core, &seen);
		}
		cores++;
	}
	return cores;
}

/* *least becomes the CPUs that quota of each period is, when it is less, or the first. */
static void
take_quota(unsigned *least, long long quota, long long period)
{
	long long cpus;

	if (quota <= 0 || period <= 0)
		return;
	cpus = quota / period + (quota % period != 0);
	if (cpus < INT_MAX && (*least == 0 || cpus < *least))
		*least = (unsigned)cpus;
}

static void
take_quota_of(unsigned *least, const char *folder)
{
	char path[PATH_MAX + 32], text[128], *end;
	long long quota;

	/* v2: "max 100000", or a quota instead of the word. */
	snprintf(path, sizeof path, "%s/cpu.max", folder);
	if (read_text(text, sizeof text, path)) {
		quota = strtoll(text, &end, 10);
		if (end != text)
			take_quota(least, quota, strtoll(end, NULL, 10));
	}
	/* v1: -1 when there is none. */
	snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
	if (read_text(text, sizeof text, path)) {
		quota = strtoll(text, NULL, 10);
		snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
		if (read_text(text, sizeof text, path))
			take_quota(least, quota, strtoll(text, NULL, 10));
	}
}

/*
 * The group's own folder and each one above it, up to where the tree is mounted. In a
 * container the lower part of the path may name folders that only the host can see: they are
 * not there, and what limits the container is at the top.
 */
static void
take_quota_up(unsigned *least, const char *root, const char *mount, const char *group)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/sys/fs/cgroup%s", root, mount);
	size_t top, len;

	if (n < 0 || (size_t)n + strlen(group) >= sizeof path)
		return;
	top = (size_t)n;
	/* "/../x" is a group outside of what this process may see. */
	if (strncmp(group, "/..", 3) == 0)
		group = "";
	strcpy(path + top, group);
	for (len = strlen(path);;) {
		take_quota_of(least, path);
		while (len > top && path[len] != '/')
			len--;
		if (len <= top && path[top] == '\0')
			return;
		path[len] = '\0';
	}
}

static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, word, len) == 0 && (at[len] == ',' || at[len] == '\0'))
			return true;
	}
	return false;
}

unsigned
weft_os_cpus_quota(const char *root)
{
	/* Each line is id:controllers:/group; v2 has id 0 and names no controllers. */
	char text[16384], path[PATH_MAX], mount[256], *rest = text, *line;
	unsigned least = 0;

	snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
	if (!read_text(text, sizeof text, path))
		return 0;
	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *id = strsep(&line, ":"), *controllers = strsep(&line, ":");

		if (controllers == NULL || line == NULL)
			continue;
		if (strcmp(id, "0") == 0 && *controllers == '\0') {
			take_quota_up(&least, root, "", line);
			take_quota_up(&least, root, "/unified", line);
		} else if (has_word(controllers, "cpu")) {
			take_quota_up(&least, root, "/cpu", line);
			snprintf(mount, sizeof mount, "/%s", controllers);
			take_quota_up(&least, root, mount, line);
		}
	}
	return least;
}

/* What is known of membarrier; any thread writes it, each the same after asking. */
enum { UNKNOWN, THERE, ABSENT, FORBIDDEN };
static weft_atomic_u32 membarrier_state;

static bool
membarrier_register(void)
{
	return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

bool
weft_os_has_membarrier(void)
{
	/* relaxed: the answer is all there is; the kernel's own registration orders itself. */
	uint32_t state = weft_load_relaxed(&membarrier_state);

	if (state == UNKNOWN) {
		state = membarrier_register() ? THERE : ABSENT;
		/* relaxed: as above. */
		weft_store_relaxed(&membarrier_state, state);
	}
	return state == THERE;
}

bool
weft_os_membarrier(void)
{
	if (!weft_os_has_membarrier())
		return false;
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0)
		return true;
	/* A kernel may forget the registration at fork. */
	if (membarrier_register() &&
	    syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0)
		return true;
	/* Others rely on it already: going on without would be a silent race. */
	weft_misuse_("membarrier",
	    "the system took it away (a seccomp filter?) after it was in use: "
	    "allow membarrier, or forbid it from the start");
}

void
weft_os_membarrier_forbid(bool forbid)
{
	/* relaxed: a test's, before it starts threads. */
	weft_store_relaxed(&membarrier_state, forbid ? FORBIDDEN : UNKNOWN);
}

bool
weft_os_readable_open(int fds[2])
{
	fds[0] = fds[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return fds[0] >= 0;
}

void
weft_os_readable_set(const int fds[2])
{
	int error = errno;

	/* It fails when the count is at its end: then it polls readable as it is. */
	(void)!eventfd_write(fds[1], 1);
	errno = error;
}

void
weft_os_readable_clear(const int fds[2])
{
	int error = errno;
	eventfd_t count;

	(void)!eventfd_read(fds[0], &count);
	errno = error;
}

void
weft_os_readable_close(const int fds[2])
{
	close(fds[0]);
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
