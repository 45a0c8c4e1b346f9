/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_cond_timeout.c: a wait that has timed out is taken for one that was answered. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool answered;

static void *
answer(void *arg)
{
	pthread_mutex_lock(&lock);
	answered = true;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	struct timespec until;
	pthread_t t;

	pthread_create(&t, NULL, answer, NULL);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&lock);
#ifdef RIGHT
	while (!answered && pthread_cond_timedwait(&changed, &lock, &until) == 0)
		;
	if (answered)
		assert(answered);
#else
	if (!answered)
		pthread_cond_timedwait(&changed, &lock, &until);
	assert(answered);
#endif
	pthread_mutex_unlock(&lock);
	pthread_join(t, NULL);
	return 0;
}
