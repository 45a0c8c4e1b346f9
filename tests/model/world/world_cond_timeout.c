/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_cond_timeout.c: nobody answers: the wait times out, and then it is as late as was said. */
/* expect: exhaustive 1 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;

int
main(void)
{
	pthread_condattr_t attr;
	struct timespec until, after;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attr);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 10;
	pthread_mutex_lock(&lock);
	assert(pthread_cond_timedwait(&changed, &lock, &until) == ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert(after.tv_sec >= until.tv_sec && after.tv_sec < until.tv_sec + 5);
	/* That time is past now. */
	assert(pthread_cond_timedwait(&changed, &lock, &until) == ETIMEDOUT);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&changed);
	return 0;
}
