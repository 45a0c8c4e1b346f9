/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * os_posix.c: os.h where there is no more than POSIX.
 *
 * Sleeping is a parking lot: a table of buckets, chosen by the word's address, each a mutex
 * and a list of those who sleep, the longest asleep first. The word is compared under the
 * bucket's mutex and a wake takes the same mutex, so no wake falls between the two. A
 * sleeper has a condition variable of its own; whoever takes it off the list sets `woken`
 * and signals before it lets the mutex go, since the sleeper's stack is where both are.
 */
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

/* Can a condition variable wait by the monotonic clock? Else by the real one, in short naps. */
#if defined(_POSIX_CLOCK_SELECTION) && _POSIX_CLOCK_SELECTION > 0
#define BY_MONOTONIC 1
#else
#define BY_MONOTONIC 0
#endif
#define NAP_NS 10000000

struct sleeper {
	struct sleeper *next;
	const weft_atomic_u32 *word;
	pthread_cond_t wake;
	bool woken;                 /* under the bucket's mutex; set by who takes it off the list */
};

#define BUCKETS 32u

static struct bucket {
	pthread_mutex_t mutex;
	struct sleeper *first, **last;     /* under the mutex */
} buckets[BUCKETS];

static pthread_once_t buckets_once = PTHREAD_ONCE_INIT;

static void
must(int error, const char *call)
{
	if (error != 0)
		weft_misuse_(call, "the system refuses it");
}

static void
bucket_empty(struct bucket *b)
{
	b->first = NULL;
	b->last = &b->first;
}

/* A child has none of the sleepers, and must not find a mutex that one of them holds. */
static void
before_fork(void)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		pthread_mutex_lock(&buckets[i].mutex);
}

static void
after_fork(void)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		pthread_mutex_unlock(&buckets[i].mutex);
}

static void
in_child(void)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		bucket_empty(&buckets[i]);
	after_fork();
}

static void
buckets_open(void)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		must(pthread_mutex_init(&buckets[i].mutex, NULL), "pthread_mutex_init");
		bucket_empty(&buckets[i]);
	}
	must(pthread_atfork(before_fork, after_fork, in_child), "pthread_atfork");
}

static struct bucket *
bucket_lock(const weft_atomic_u32 *word)
{
	/* The high half of a product with 2^64 over the golden ratio, as Knuth has it. */
	uint64_t hash = (uint64_t)(uintptr_t)word * 0x9e3779b97f4a7c15u;
	struct bucket *b = &buckets[hash >> 59];

	must(pthread_once(&buckets_once, buckets_open), "pthread_once");
	pthread_mutex_lock(&b->mutex);
	return b;
}

static void
cond_init(pthread_cond_t *cond)
{
#if BY_MONOTONIC
	pthread_condattr_t by_monotonic;

	must(pthread_condattr_init(&by_monotonic), "pthread_condattr_init");
	must(pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC),
	    "pthread_condattr_setclock");
	must(pthread_cond_init(cond, &by_monotonic), "pthread_cond_init");
	pthread_condattr_destroy(&by_monotonic);
#else
	must(pthread_cond_init(cond, NULL), "pthread_cond_init");
#endif
}

static struct timespec
timespec_of(int64_t ns)
{
	struct timespec t = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

	return t;
}

/* One wait, to the deadline at most; the caller looks at the clock. */
static void
wait_on_cond(struct sleeper *s, struct bucket *b, int64_t deadline_ns)
{
	struct timespec end;

	if (deadline_ns == WEFT_OS_FOREVER) {
		pthread_cond_wait(&s->wake, &b->mutex);
		return;
	}
#if BY_MONOTONIC
	end = timespec_of(deadline_ns);
#else
	/* The real clock may jump: naps keep what that costs short. */
	{
		int64_t left = deadline_ns - weft_os_now_ns();

		clock_gettime(CLOCK_REALTIME, &end);
		end = timespec_of((int64_t)end.tv_sec * 1000000000 + end.tv_nsec +
		    (left < NAP_NS ? left : NAP_NS));
	}
#endif
	pthread_cond_timedwait(&s->wake, &b->mutex, &end);
}

/* A thread that is cancelled here would leave the mutex locked, and itself in the list. */
static void
cond_wait(struct sleeper *s, struct bucket *b, int64_t deadline_ns)
{
	int old;

	/* A model checker knows no cancellation. */
	if (WEFT_MODEL_) {
		wait_on_cond(s, b, deadline_ns);
		return;
	}
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	wait_on_cond(s, b, deadline_ns);
	pthread_setcancelstate(old, &old);
}

static void
take_off(struct bucket *b, struct sleeper *s)
{
	struct sleeper **at = &b->first;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	if (s->next == NULL)
		b->last = at;
}

bool
weft_os_wait(weft_atomic_u32 *word, uint32_t expected, int64_t deadline_ns)
{
	struct sleeper me = { .word = word };
	struct bucket *b = bucket_lock(word);
	bool in_time = true;

	/* relaxed: a wake orders nothing, and the mutex puts this before or after it. */
	if (weft_load_relaxed(word) != expected) {
		pthread_mutex_unlock(&b->mutex);
		return true;
	}
	cond_init(&me.wake);
	*b->last = &me;
	b->last = &me.next;
	while (!me.woken && in_time) {
		in_time = deadline_ns == WEFT_OS_FOREVER || weft_os_now_ns() < deadline_ns;
		if (in_time)
			cond_wait(&me, b, deadline_ns);
	}
	if (!me.woken)
		take_off(b, &me);
	pthread_mutex_unlock(&b->mutex);
	pthread_cond_destroy(&me.wake);
	return me.woken;
}

int
weft_os_wake(weft_atomic_u32 *word, int n)
{
	struct bucket *b = bucket_lock(word);
	struct sleeper **at = &b->first;
	int woken = 0;

	while (*at != NULL && woken < n) {
		struct sleeper *s = *at;

		if (s->word != word) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		if (s->next == NULL)
			b->last = at;
		s->woken = true;
		pthread_cond_signal(&s->wake);
		woken++;
	}
	pthread_mutex_unlock(&b->mutex);
	return woken;
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
	return (uint64_t)weft_os_now_ns();
}

void
weft_os_sleep_until(int64_t moment_ns)
{
	/* A signal ends a nap early, and a long one may be longer than meant: look again. */
	for (int64_t left; (left = moment_ns - weft_os_now_ns()) > 0;) {
		struct timespec nap = timespec_of(left);

		nanosleep(&nap, NULL);
	}
}

void
weft_os_yield(void)
{
	sched_yield();
}

uint64_t
weft_os_thread_id(void)
{
	static weft_atomic_u64 given;
	static _Thread_local uint64_t id;

	/* relaxed: a number that no other thread gets. */
	if (id == 0)
		id = weft_fetch_add_relaxed(&given, 1) + 1;
	return id;
}

uint64_t
weft_os_process_id(void)
{
	return WEFT_MODEL_ ? 1 : (uint64_t)getpid();
}

void
weft_os_thread_name(const char *name)
{
	/* POSIX has no names. */
	(void)name;
}

int
weft_os_thread_create(pthread_t *thread, pthread_attr_t *attr, int cpu, void *(*main)(void *),
    void *arg)
{
	/* Nor does it bind threads. */
	(void)cpu;
	return pthread_create(thread, attr, main, arg);
}

uint64_t
weft_os_entropy(void)
{
	uint64_t bits = 0;
	int fd;

	if (WEFT_MODEL_)
		return 1;
	fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &bits, sizeof bits) != (ssize_t)sizeof bits)
		bits = (uint64_t)weft_os_now_ns() ^ weft_os_thread_id() << 48;
	if (fd >= 0)
		close(fd);
	return bits;
}

unsigned
weft_os_cpus_allowed(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : (unsigned)n;
}

int
weft_os_cpu_nth(unsigned i)
{
	(void)i;
	return -1;
}

unsigned
weft_os_cores(const char *root)
{
	(void)root;
	return weft_os_cpus_allowed();
}

int
weft_os_cpu_here(void)
{
	return -1;
}

unsigned
weft_os_cpus_possible(void)
{
	long n = WEFT_MODEL_ ? 2 : sysconf(_SC_NPROCESSORS_CONF);

	return n < 1 ? 1 : (unsigned)n;
}

unsigned
weft_os_cpus_quota(const char *root)
{
	(void)root;
	return 0;
}

bool
weft_os_has_membarrier(void)
{
	return false;
}

bool
weft_os_membarrier(void)
{
	return false;
}

void
weft_os_membarrier_forbid(bool forbid)
{
	(void)forbid;
}

static bool
set_flags(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

bool
weft_os_readable_open(int fds[2])
{
	if (pipe(fds) != 0)
		return false;
	if (set_flags(fds[0]) && set_flags(fds[1]))
		return true;
	weft_os_readable_close(fds);
	return false;
}

void
weft_os_readable_set(const int fds[2])
{
	int error = errno;

	/* It fails when the pipe is full: then it polls readable as it is. */
	while (write(fds[1], "", 1) < 0 && errno == EINTR)
		;
	errno = error;
}

void
weft_os_readable_clear(const int fds[2])
{
	int error = errno;
	char some[64];

	while (read(fds[0], some, sizeof some) == (ssize_t)sizeof some)
		;
	errno = error;
}

void
weft_os_readable_close(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
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
	/* No advice of POSIX empties pages; new ones in the same place are empty. */
	return mmap(p, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) ==
	    p;
}
