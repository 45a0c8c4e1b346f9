/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_cond_signal_one.c: two wait for the door to open, and only one of them is woken. */
/* expect: deadlock */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool open;

static void *
go_through(void *arg)
{
	pthread_mutex_lock(&lock);
	while (!open)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, go_through, NULL);
	pthread_mutex_lock(&lock);
	open = true;
#ifdef RIGHT
	pthread_cond_broadcast(&changed);
#else
	pthread_cond_signal(&changed);
#endif
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
