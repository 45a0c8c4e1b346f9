/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_semaphore_try.c: a semaphore that is empty says so, and in time. */
/* expect: exhaustive 1 */
#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <time.h>

int
main(void)
{
	struct timespec until, after;
	sem_t sem;

	assert(sem_init(&sem, 0, 2) == 0);
	assert(sem_trywait(&sem) == 0);
	assert(sem_wait(&sem) == 0);
	errno = 0;
	assert(sem_trywait(&sem) == -1 && errno == EAGAIN);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 3;
	assert(sem_timedwait(&sem, &until) == -1 && errno == ETIMEDOUT);
	clock_gettime(CLOCK_REALTIME, &after);
	assert(after.tv_sec >= until.tv_sec);
	assert(sem_post(&sem) == 0 && sem_timedwait(&sem, &until) == 0);
	sem_destroy(&sem);
	return 0;
}
