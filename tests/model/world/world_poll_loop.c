/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_poll_loop.c: a loop of waits that time out is explored for some rounds, and says so. */
/* expect: refused: not exhaustive: a wait timed out */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int done;

static void *
set(void *arg)
{
	atomic_store(&done, 1);
	return arg;
}

int
main(void)
{
	struct timespec until;
	pthread_t t;

	pthread_create(&t, NULL, set, NULL);
	pthread_mutex_lock(&lock);
	while (!atomic_load(&done)) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		pthread_cond_timedwait(&changed, &lock, &until);
	}
	pthread_mutex_unlock(&lock);
	pthread_join(t, NULL);
	return 0;
}
