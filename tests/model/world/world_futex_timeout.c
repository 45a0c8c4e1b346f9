/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_futex_timeout.c: a futex wait with a deadline that passes, by each of its clocks. */
/* expect: exhaustive 1 */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static unsigned word;

int
main(void)
{
	struct timespec span = { 2, 0 }, before, until, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	assert(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &span, NULL, 0) == -1);
	assert(errno == ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert(after.tv_sec >= before.tv_sec + 2);
	until = after;
	until.tv_sec += 2;
	assert(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, NULL,
		   FUTEX_BITSET_MATCH_ANY) == -1);
	assert(errno == ETIMEDOUT);
	assert(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 1, &until, NULL,
		   FUTEX_BITSET_MATCH_ANY) == -1);
	assert(errno == EAGAIN);
	assert(syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
	return 0;
}
