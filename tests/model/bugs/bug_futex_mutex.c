/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_futex_mutex.c: a futex lock that forgets, once woken, that others may still sleep. */
/* expect: deadlock */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FREE, HELD, HELD_AND_WANTED };
#ifdef RIGHT
#define AFTER_SLEEP HELD_AND_WANTED
#else
#define AFTER_SLEEP HELD
#endif

static atomic_int state;
static int count;

static void
lock(void)
{
	int seen = FREE;

	if (atomic_compare_exchange_strong(&state, &seen, HELD))
		return;
	for (;;) {
		if (atomic_exchange(&state, HELD_AND_WANTED) == FREE) {
			atomic_store(&state, AFTER_SLEEP);
			return;
		}
		syscall(SYS_futex, &state, FUTEX_WAIT_PRIVATE, HELD_AND_WANTED, NULL, NULL, 0);
	}
}

static void
unlock(void)
{
	if (atomic_exchange(&state, FREE) == HELD_AND_WANTED)
		syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *
count_one(void *arg)
{
	lock();
	count++;
	unlock();
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	count_one(NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
