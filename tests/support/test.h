/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test.h: cmocka, and what the unit tests of weft share. */
#ifndef WEFT_TESTS_TEST_H
#define WEFT_TESTS_TEST_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <weft/alloc.h>

/*
 * Sanitizers and emulators slow a step up to fifty times. Their builds define TEST_IS_SLOW:
 * what is only repeated is repeated less there. Each promise is still tested.
 */
#ifndef TEST_IS_SLOW
#define TEST_IS_SLOW 0
#endif

static inline int
test_scale(int n)
{
	return TEST_IS_SLOW ? n / 8 : n;
}

/*
 * An allocator that counts what is out, and fails on demand: the call number `fail_at`
 * (from 0), or each one from there on.
 */
struct test_memory {
	long calls, fail_at, out;
	bool and_later;
};

static inline void *
test_memory_alloc(size_t size, size_t align, void *ctx)
{
	struct test_memory *m = ctx;
	long call = __atomic_fetch_add(&m->calls, 1, __ATOMIC_RELAXED);

	if (call == m->fail_at || (m->and_later && call > m->fail_at))
		return NULL;
	__atomic_fetch_add(&m->out, 1, __ATOMIC_RELAXED);
	align = align < sizeof(void *) ? sizeof(void *) : align;
	return aligned_alloc(align, (size + align - 1) / align * align);
}

static inline void
test_memory_free(void *p, size_t size, size_t align, void *ctx)
{
	(void)size;
	(void)align;
	__atomic_fetch_sub(&((struct test_memory *)ctx)->out, 1, __ATOMIC_RELAXED);
	free(p);
}

/* Never fails, until fail_at is set. */
#define TEST_MEMORY { 0, -1, 0, false }

static inline weft_allocator
test_allocator(struct test_memory *m)
{
	weft_allocator a = { .alloc = test_memory_alloc, .free = test_memory_free, .ctx = m };

	return a;
}

/*
 * Runs fn in a child, which must abort and say `sentence` on stderr. This is how misuse
 * is tested. Join every thread first: a child of a process of more than one thread may
 * start none by POSIX, and emulators (qemu-user 7.2) abort it when it does.
 */
static inline void
assert_aborts(void (*fn)(void *), void *arg, const char *sentence)
{
	char said[1024] = "";
	int fds[2], status;
	size_t len = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(fds[1], 2);
		close(fds[0]);
		alarm(20);
		signal(SIGABRT, SIG_DFL);
		fn(arg);
		_exit(0);
	}
	close(fds[1]);
	while ((got = read(fds[0], said + len, sizeof said - 1 - len)) > 0)
		len += (size_t)got;
	close(fds[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || strstr(said, sentence) == NULL)
		fail_msg("status %x, said \"%s\", expected an abort with \"%s\"", status, said,
		    sentence);
}

#endif
