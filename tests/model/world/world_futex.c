/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_futex.c: a futex wait that is not needed, one that is woken, and nothing lost between. */
/* expect: exhaustive */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_uint flag;

static void *
wake(void *arg)
{
	long n;

	atomic_store(&flag, 1);
	n = syscall(SYS_futex, &flag, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	assert(n == 0 || n == 1);
	return arg;
}

int
main(void)
{
	pthread_t t;
	long status;

	pthread_create(&t, NULL, wake, NULL);
	status = syscall(SYS_futex, &flag, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	assert(status == 0 || (status == -1 && errno == EAGAIN));
	assert(atomic_load(&flag) == 1);
	pthread_join(t, NULL);
	return 0;
}
