/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_event_count.c: a sleeper announces itself relaxed: the waker may not see it, and does
 * not wake it.
 */
/* expect: deadlock */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef RIGHT
#define SAY memory_order_seq_cst
#define LOOK memory_order_seq_cst
#else
#define SAY memory_order_release
#define LOOK memory_order_acquire
#endif

static atomic_int work, sleeping;

static void *
sleeper(void *arg)
{
	atomic_store_explicit(&sleeping, 1, SAY);
	while (!atomic_load_explicit(&work, LOOK))
		syscall(SYS_futex, &sleeping, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
	return arg;
}

static void *
waker(void *arg)
{
	atomic_store_explicit(&work, 1, SAY);
	if (atomic_load_explicit(&sleeping, LOOK)) {
		atomic_store(&sleeping, 0);
		syscall(SYS_futex, &sleeping, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	return arg;
}

int
main(void)
{
	pthread_t one, other;

	pthread_create(&one, NULL, sleeper, NULL);
	pthread_create(&other, NULL, waker, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
