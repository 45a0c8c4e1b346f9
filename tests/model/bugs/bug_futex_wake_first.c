/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_futex_wake_first.c: the waker wakes before it stores: the wake-up is lost. */
/* expect: deadlock */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int flag;

static void *
waker(void *arg)
{
#ifdef RIGHT
	atomic_store(&flag, 1);
	syscall(SYS_futex, &flag, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
#else
	syscall(SYS_futex, &flag, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	atomic_store(&flag, 1);
#endif
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, waker, NULL);
	while (!atomic_load(&flag))
		syscall(SYS_futex, &flag, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	pthread_join(t, NULL);
	return 0;
}
