/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sync_test.h: what the tests of src/sync share: children, signal storms. */
#ifndef WEFT_TESTS_SYNC_TEST_H
#define WEFT_TESTS_SYNC_TEST_H

#include <pthread.h>
#include <weft/atomic.h>

#include "test.h"

/* The os layer that does not know affinity is told that there is one CPU. */
#ifdef TEST_OS_POSIX
#define TEST_OS_ONE_CPU 1
#else
#define TEST_OS_ONE_CPU 0
#endif

/*
 * Runs fn in a child; the child's exit status, or 255 when it ended otherwise. Join every
 * thread first, as for assert_aborts.
 */
static inline int
test_in_child(void (*fn)(void *), void *arg)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		alarm(60);
		fn(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* One thread sends signals to another, ten a millisecond, until it is told to end. */
struct test_storm {
	pthread_t at;
	weft_atomic_u32 over;
	struct sigaction old;
	int sent;
};

static inline void
test_storm_nothing(int sig)
{
	(void)sig;
}

static inline void
test_storm_begin(struct test_storm *s)
{
	struct sigaction act;

	memset(s, 0, sizeof *s);
	memset(&act, 0, sizeof act);
	act.sa_handler = test_storm_nothing;
	sigaction(SIGUSR1, &act, &s->old);
	s->at = pthread_self();
}

static inline void
test_storm_run(struct test_storm *s)
{
	while (!weft_load_seq_cst(&s->over)) {
		pthread_kill(s->at, SIGUSR1);
		s->sent++;
		usleep(100);
	}
}

static inline void
test_storm_end(struct test_storm *s)
{
	weft_store_seq_cst(&s->over, 1);
}

/* Dice that need nothing of what is tested: xorshift, from a seed that is not 0. */
static inline uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

#endif
