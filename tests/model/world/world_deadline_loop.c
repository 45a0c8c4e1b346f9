/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_deadline_loop.c: a loop that spins until a deadline comes to its end. */
/* expect: exhaustive */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static atomic_int flag;

static void *
set(void *arg)
{
	atomic_store(&flag, 1);
	return arg;
}

int
main(void)
{
	struct timespec now, end;
	pthread_t t;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += 2;
	pthread_create(&t, NULL, set, NULL);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (!atomic_load(&flag) && now.tv_sec < end.tv_sec);
	assert(now.tv_sec >= end.tv_sec || atomic_load(&flag));
	pthread_join(t, NULL);
	return 0;
}
