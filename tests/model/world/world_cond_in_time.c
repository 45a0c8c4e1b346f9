/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_cond_in_time.c: an answer comes before the wait, in it, or at two times after it. */
/* expect: exhaustive 4 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int answered;

static void *
answer(void *arg)
{
	pthread_mutex_lock(&lock);
	answered = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	struct timespec until = { 1, 0 };
	int status = 0;
	pthread_t t;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_create(&t, NULL, answer, NULL);
	pthread_mutex_lock(&lock);
	if (!answered)
		status = pthread_cond_timedwait(&changed, &lock, &until);
	assert(answered ? status == 0 || status == ETIMEDOUT : status == ETIMEDOUT);
	pthread_mutex_unlock(&lock);
	pthread_join(t, NULL);
	return 0;
}
